using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Lets the server compile what fills the columns that a migration brings: defaults, generated values, and their collations; and defaults of functions' parameters.</summary>
internal sealed class PostgresValueExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private const string Nowhere = "(select) as _tandem_r";
    private readonly PostgresTrial trial = new(reading, cancellationToken);
    private readonly List<Problem> problems = [];
    private readonly Dictionary<(string Text, string Type), string?> defaults = [];

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        foreach (var change in inquiry.Changes.Where(c => c.After is not null))
        {
            foreach (var column in change.After!.Columns)
            {
                await ExamineAsync(change, column).ConfigureAwait(false);
            }
        }

        foreach (var (domain, before) in inquiry.Objects.Where(o => o.After is Domain).Select(o => ((Domain)o.After!, o.Before as Domain)))
        {
            await ExamineAsync(domain, before).ConfigureAwait(false);
        }

        foreach (var (type, part) in inquiry.Objects.Where(o => o.Added).Select(o => o.After).OfType<CompositeType>().SelectMany(t => t.Columns.Select(p => (t, p))))
        {
            if (part.Collation is { } collation && !made.IsIn(collation) && !made.IsOf(part.Type))
            {
                Report($"The collation of {part.Name} of the type {type.Name}", type.Name, await trial.CompileAsync(Nowhere, $"null::{part.Type} collate {collation}").ConfigureAwait(false));
            }
        }

        foreach (var routine in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Routine>().Where(r => r.Code != RoutineKind.Aggregate))
        {
            await ExamineAsync(routine).ConfigureAwait(false);
        }

        return problems;
    }

    // What a parameter of any type has as its default fits each call's.
    private async Task ExamineAsync(Routine routine)
    {
        var types = PostgresText.Elements(routine.Arguments).ToList();
        var inputs = PostgresText.Elements(RoutineText.Of(routine).Parameters).Where(p => SqlLexer.Tokenize(p) is [var first, ..] && !first.Is("out")).ToList();
        foreach (var (parameter, type) in inputs.Count == types.Count ? inputs.Zip(types) : [])
        {
            if (DefaultOf(parameter) is { } text && !type.StartsWith("any", StringComparison.OrdinalIgnoreCase) && !made.IsIn(text) && !made.IsOf(type))
            {
                Report($"The default of a parameter of the {routine.Kind} {routine.Identity}", routine.Identity, await DefaultAsync(text, type).ConfigureAwait(false));
            }
        }
    }

    private static string? DefaultOf(string parameter)
    {
        var tokens = SqlLexer.Tokenize(parameter);
        return Enumerable.Range(1, Math.Max(0, tokens.Count - 2)).FirstOrDefault(i => tokens[i].Is("default") || tokens[i].IsSymbol("="), -1) is > 0 and var at ? parameter[tokens[at + 1].Position..] : null;
    }

    private async Task ExamineAsync(TableChange change, Column column)
    {
        var before = change.Carried.FirstOrDefault(p => p.After!.Name == column.Name)?.Before;
        var subject = $"{change.After!.Name}.{column.Name}";
        if (made.IsOf(column.Type))
        {
            return;
        }

        if (column.Collation is { } collation && before is null && !made.IsIn(collation))
        {
            Report($"The collation of {subject}", subject, await trial.CompileAsync(Nowhere, $"null::{TypeNames.WithoutSequence(column.Type)} collate {collation}").ConfigureAwait(false));
        }

        if (column.Generated is { } generated && generated != before?.Generated && !made.IsUnclear(generated, change.After))
        {
            Report($"The generated value of {subject}", subject, await GeneratedAsync(change.After, generated, column.Type).ConfigureAwait(false) ?? (column.GeneratedStored ? null : await OwnAsync(generated, column.Type).ConfigureAwait(false)));
        }
        else if (column.Default is { } text && text != before?.Default && column.Identity == IdentityKind.None && !TableSql.IsSerial(column) && !made.IsIn(text))
        {
            Report($"The default of {subject}", subject, await DefaultAsync(text, column.Type).ConfigureAwait(false));
        }
    }

    private async Task ExamineAsync(Domain domain, Domain? before)
    {
        if (made.IsOf(domain.Type))
        {
            return;
        }

        if (before is null && domain.Collation is { } collation && !made.IsIn(collation))
        {
            Report($"The collation of the domain {domain.Name}", domain.Name, await trial.CompileAsync(Nowhere, $"null::{domain.Type} collate {collation}").ConfigureAwait(false));
        }

        if (domain.Default is { } text && text != before?.Default && !made.IsIn(text))
        {
            Report($"The default of the domain {domain.Name}", domain.Name, await DefaultAsync(text, domain.Type).ConfigureAwait(false));
        }

        foreach (var check in domain.Checks.Where(c => before?.Checks.Contains(c) != true && !made.IsIn(c.Expression)))
        {
            Report(
                $"The check {check.Name} of the domain {domain.Name}", domain.Name,
                PostgresTrial.QueryIn(check.Expression) ?? await trial.CompileConditionAsync($"(select null::{domain.Type} as value) as _tandem_d", check.Expression).ConfigureAwait(false));
        }
    }

    private async Task<string?> GeneratedAsync(Table table, string text, string type)
    {
        var row = PostgresNewShape.RowFor(table, text, made);
        return PostgresTrial.QueryIn(text)
            ?? await trial.CompileAsync(row, text).ConfigureAwait(false)
            ?? await OtherGeneratedAsync(table, text).ConfigureAwait(false)
            ?? await trial.FitsAsync(row, text, type).ConfigureAwait(false)
            ?? (await new PostgresFolding(reading, cancellationToken).IsComputedAheadAsync(text, table).ConfigureAwait(false) == false ? "it is not immutable." : null);
    }

    /// <summary>What is computed when it is read is made of the server's own types and functions alone.</summary>
    private async Task<string?> OwnAsync(string text, string type)
    {
        var tokens = SqlLexer.Tokenize(text);
        var called = Enumerable.Range(0, Math.Max(0, tokens.Count - 1)).Where(i => tokens[i].IsName && tokens[i + 1].IsSymbol("(")).Select(i => tokens[i].Name).Distinct();
        var answer = await reading.QueryAsync(
            new SqlStatement(
                """
                select (select pg_catalog.format_type(t.oid, null) from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@type) and (t.oid >= 16384 or t.typtype = 'd')) as type,
                  (select min(p.proname::text) from pg_catalog.pg_proc p where p.oid >= 16384 and pg_catalog.pg_function_is_visible(p.oid)
                    and p.proname::text = any (pg_catalog.string_to_array(@called, ' ')) and not exists (select from pg_catalog.pg_proc o where o.proname = p.proname and o.oid < 16384)) as function
                """,
                new SqlArgument("type", type), new SqlArgument("called", string.Join(' ', called))),
            cancellationToken).ConfigureAwait(false);
        return answer.Rows[0] switch
        {
            [string own, _] => $"a value that is computed when it is read cannot be of the type {own}, which is not the server's own; `stored: true` can.",
            [_, string function] => $"what is computed when it is read cannot call {function}, which is not the server's own; `stored: true` can.",
            _ => null,
        };
    }

    // A function may have the name of a column: what does not compile without it reads it.
    private async Task<string?> OtherGeneratedAsync(Table table, string text)
    {
        foreach (var other in table.Columns.Where(c => c.Generated is not null && SqlLexer.Names(text, c.Name)))
        {
            var without = table with { Columns = table.Columns.Where(c => c != other).ToValueList() };
            if (await trial.CompileAsync(PostgresNewShape.RowFor(without, text, made), text).ConfigureAwait(false) is not null)
            {
                return $"it reads {other.Name}, which is generated itself.";
            }
        }

        return null;
    }

    private async Task<string?> DefaultAsync(string text, string type)
    {
        if (!defaults.TryGetValue((text, type), out var failure))
        {
            failure = PostgresTrial.QueryIn(text) ?? await trial.CompileAsync(Nowhere, text).ConfigureAwait(false) ?? await trial.FitsAsync(Nowhere, text, type).ConfigureAwait(false) ?? await LengthAsync(text, type).ConfigureAwait(false);
            defaults.Add((text, type), failure);
        }

        return failure;
    }

    // A cast cuts what is too long, and a column refuses it; but for blanks at its end.
    private async Task<string?> LengthAsync(string text, string type)
    {
        if (!type.Contains("char", StringComparison.OrdinalIgnoreCase) || !type.Contains('(', StringComparison.Ordinal) || SqlLexer.Tokenize(text) is not [{ Kind: SqlLexer.TokenKind.StringLiteral }, ..] || made.IsIn(text))
        {
            return null;
        }

        var (answer, _) = await reading.TryAsync(new SqlStatement($"select pg_catalog.rtrim(({text})::text) <> pg_catalog.rtrim(({text})::{type}::text) as cut"), cancellationToken).ConfigureAwait(false);
        return answer?.Rows is [[true]] ? $"it is too long for {type}." : null;
    }

    private void Report(string what, string subject, string? failure)
    {
        if (failure is not null)
        {
            problems.Add(new Problem(ProblemCodes.ValueDoesNotCompile, $"{what} does not compile: {failure}", Subject: subject));
        }
    }
}
