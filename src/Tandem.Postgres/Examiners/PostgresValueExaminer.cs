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
            Report($"The generated value of {subject}", subject, await GeneratedAsync(change.After, generated, column.Type).ConfigureAwait(false));
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
                await trial.CompileConditionAsync($"(select null::{domain.Type} as value) as _tandem_d", check.Expression).ConfigureAwait(false));
        }
    }

    private async Task<string?> GeneratedAsync(Table table, string text, string type)
    {
        var row = PostgresNewShape.Row(table, made);
        return PostgresTrial.QueryIn(text)
            ?? await trial.CompileAsync(row, text).ConfigureAwait(false)
            ?? await OtherGeneratedAsync(table, text).ConfigureAwait(false)
            ?? await trial.FitsAsync(row, text, type).ConfigureAwait(false)
            ?? (await new PostgresFolding(reading, cancellationToken).IsComputedAheadAsync(text, table).ConfigureAwait(false) == false ? "it is not immutable." : null);
    }

    // A function may have the name of a column: what does not compile without it reads it.
    private async Task<string?> OtherGeneratedAsync(Table table, string text)
    {
        foreach (var other in table.Columns.Where(c => c.Generated is not null && SqlLexer.Names(text, c.Name)))
        {
            var without = table with { Columns = table.Columns.Where(c => c != other).ToValueList() };
            if (await trial.CompileAsync(PostgresNewShape.Row(without, made), text).ConfigureAwait(false) is not null)
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
            failure = PostgresTrial.QueryIn(text) ?? await trial.CompileAsync(Nowhere, text).ConfigureAwait(false) ?? await trial.FitsAsync(Nowhere, text, type).ConfigureAwait(false);
            defaults.Add((text, type), failure);
        }

        return failure;
    }

    private void Report(string what, string subject, string? failure)
    {
        if (failure is not null)
        {
            problems.Add(new Problem(ProblemCodes.ValueDoesNotCompile, $"{what} does not compile: {failure}", Subject: subject));
        }
    }
}
