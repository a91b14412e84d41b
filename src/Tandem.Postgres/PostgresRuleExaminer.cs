using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres;

/// <summary>
/// Asks the server about checks and indexes that are made again over columns of another type: whether their expressions still
/// compile, and whether an index takes what they give.
/// </summary>
internal sealed class PostgresRuleExaminer(PostgresReading reading, string schema, CancellationToken cancellationToken)
{
    private readonly List<Problem> problems = [];
    private readonly PostgresTrial trial = new(reading, cancellationToken);

    /// <summary>What is wrong with the rules of a change that were there before it.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(TableChange change)
    {
        var checks = change.Checks.Where(c => c.Added && change.Before!.Checks.Any(b => b.Name == c.After!.Name)).Select(c => c.After!).ToList();
        var indexes = change.Indexes.Where(i => i.Added && change.Before!.Indexes.Any(b => b.Name == i.After!.Name)).Select(i => i.After!).ToList();
        if (checks.Count + indexes.Count == 0)
        {
            return problems;
        }

        var table = change.After!.Name;
        var unknown = await UnknownAsync(change).ConfigureAwait(false);
        var known = change with
        {
            After = change.After with { Columns = change.After.Columns.Where(c => !unknown.Contains(c)).ToValueList() },
            Lenses = change.Lenses.Where(l => l.CanBeTried && !unknown.Any(c => l.New.Contains(c.Name))).ToValueList(),
        };
        var rows = new PostgresLensRows(schema, known, 0).NewWithoutValues;
        foreach (var check in checks)
        {
            Report($"The check {check.Name}", table, "`drop_check`, `add_check`", unknown.FirstOrDefault(c => SqlLexer.Names(check.Expression, c.Name)) is { } made
                ? $"the type {made.Type} is not there yet."
                : await trial.CompileConditionAsync(rows, check.Expression).ConfigureAwait(false));
        }

        foreach (var index in indexes)
        {
            Report($"The index {index.Name}", table, "`drop_index`, `create_index`", unknown.FirstOrDefault(c => index.Columns.Contains(c.Name)) is { } made
                ? $"the type {made.Type} is not there yet."
                : await FailureAsync(index, rows, change).ConfigureAwait(false));
        }

        return problems;
    }

    private void Report(string rule, string table, string words, string? failure)
    {
        if (failure is not null)
        {
            problems.Add(new Problem(
                ProblemCodes.UsedByConstraint, $"{rule} of {table} cannot be made again over the new version's columns: {failure}", Subject: table,
                Remedy: $"Drop it in an operation before this one, and add the new form after it ({words})."));
        }
    }

    /// <summary>The columns that get a type which the migration itself makes.</summary>
    private async Task<List<Column>> UnknownAsync(TableChange change)
    {
        var unknown = new List<Column>();
        foreach (var column in change.After!.Columns.Where(c => change.Carried.All(p => p.After!.Name != c.Name)))
        {
            if (await trial.LacksTypeAsync(column.Type).ConfigureAwait(false))
            {
                unknown.Add(column);
            }
        }

        return unknown;
    }

    private async Task<string?> FailureAsync(Schema.Index index, string rows, TableChange change)
    {
        foreach (var key in index.Keys)
        {
            var (collation, @class) = PostgresIndexKey.Parts(key.Options);
            var expression = key.Expression ?? PostgresText.Quote(key.Column!);
            if (await trial.CompileAsync(rows, expression + collation).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            if (await PostgresIndexKey.LackAsync(
                reading, $"select _tandem_v.x from {rows} cross join lateral (values (({expression}\n))) _tandem_v (x)", index.Method ?? "btree", @class, cancellationToken).ConfigureAwait(false) is { } lack)
            {
                return lack;
            }

            if (key.Expression is { } text && await VariesAsync(text, change).ConfigureAwait(false))
            {
                return $"{text} is not immutable there.";
            }
        }

        return index.Where is not { } where ? null
            : await trial.CompileConditionAsync(rows, where).ConfigureAwait(false)
                ?? (await VariesAsync(where, change).ConfigureAwait(false) ? $"{where} is not immutable there." : null);
    }

    /// <summary>
    /// Whether the server does not compute the expression ahead where all columns are constants, which it does with all that is
    /// immutable; asked of the old columns, too, whose index shows that there it is.
    /// </summary>
    private async Task<bool> VariesAsync(string expression, TableChange change) =>
        await IsComputedAheadAsync(expression, change.After!).ConfigureAwait(false) == false
        && await IsComputedAheadAsync(expression, change.Before!).ConfigureAwait(false) != false;

    private async Task<bool?> IsComputedAheadAsync(string expression, Table table)
    {
        var named = table.Columns.Where(c => SqlLexer.Names(expression, c.Name)).ToList();
        var values = new List<string>();
        foreach (var column in named)
        {
            if (await ConstantAsync(column.Type).ConfigureAwait(false) is not { } constant)
            {
                return null;
            }

            values.Add($"{constant}::{column.Type} as {PostgresText.Quote(column.Name)}");
        }

        var (plan, _) = await reading.TryAsync(
            new SqlStatement($"explain (verbose, costs off) select ({expression}\n) from (select {string.Join(", ", values)}) as {PostgresText.Quote(table.Name)}"),
            cancellationToken).ConfigureAwait(false);
        var output = plan?.Rows.Select(r => (r[0] as string ?? "").Trim()).FirstOrDefault(l => l.StartsWith("Output: ", StringComparison.Ordinal));
        return output is null ? null : IsConstant(output["Output: ".Length..]);
    }

    /// <summary>Some value of a type, as a literal; null where none is known.</summary>
    private async Task<string?> ConstantAsync(string type)
    {
        var answer = await reading.QueryAsync(
            new SqlStatement(
                """
                select case
                    when t.typtype = 'd' then null
                    when t.typtype = 'e' then (select pg_catalog.quote_literal(min(e.enumlabel)) from pg_catalog.pg_enum e where e.enumtypid = t.oid)
                    when t.typcategory in ('N', 'S', 'V') then '''1'''
                    when t.typcategory = 'D' then '''2000-01-01 00:00:00+00'''
                    when t.typcategory = 'B' then '''t'''
                    when t.typcategory = 'T' then '''1 day'''
                    when t.typcategory = 'I' then '''127.0.0.1'''
                    when t.typcategory = 'A' then '''{}'''
                    when t.typcategory = 'R' then '''empty'''
                    when t.typname in ('json', 'jsonb') then '''{}'''
                    when t.typname = 'uuid' then '''00000000-0000-0000-0000-000000000000'''
                end as value
                from pg_catalog.pg_type t where t.oid = pg_catalog.to_regtype(@type)
                """,
                new SqlArgument("type", type)),
            cancellationToken).ConfigureAwait(false);
        return answer.Rows.Count == 0 ? null : answer.Rows[0][0] as string;
    }

    /// <summary>Whether a text is a value and its type, as the server writes constants.</summary>
    private static bool IsConstant(string text)
    {
        var typed = false;
        foreach (var token in SqlLexer.Tokenize(text))
        {
            typed |= token.IsSymbol("::");
            var isValue = token.Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number || token.IsSymbol("-") || token.Is("true") || token.Is("false") || token.Is("null");
            if (!typed && !isValue)
            {
                return false;
            }
        }

        return true;
    }
}
