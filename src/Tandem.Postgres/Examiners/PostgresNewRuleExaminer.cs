using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Lets the server compile the checks, and the expressions and conditions of indexes, that a migration brings.</summary>
internal sealed class PostgresNewRuleExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly PostgresTrial trial = new(reading, cancellationToken);
    private readonly PostgresFolding folding = new(reading, cancellationToken);
    private readonly List<Problem> problems = [];

    /// <summary>What is wrong with them; those that are made again over columns of another type are not meant.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(IReadOnlyList<TableChange> changes)
    {
        foreach (var change in changes.Where(c => c.After is not null))
        {
            var table = change.After!;
            foreach (var check in PostgresNewShape.Checks(change))
            {
                // Rows that are there are counted in the new version's shape, which has none of the server's own columns.
                await ReportAsync(change, $"The check {check.Name}", check.Expression, t => trial.CompileConditionAsync(change.Before is null ? PostgresNewShape.RowFor(table, t, made) : PostgresNewShape.Row(table, made), t)).ConfigureAwait(false);
            }

            foreach (var index in PostgresNewShape.Indexes(change))
            {
                foreach (var expression in index.Keys.Select(k => k.Expression).OfType<string>())
                {
                    await ReportAsync(change, $"The index {index.Name}", expression, t => KeyAsync(table, index, t)).ConfigureAwait(false);
                }

                if (index.Where is { } where)
                {
                    await ReportAsync(change, $"The index {index.Name}", where, async t => await ConditionAsync(table, t).ConfigureAwait(false) ?? await VariesAsync(table, t).ConfigureAwait(false)).ConfigureAwait(false);
                }
            }
        }

        return problems;
    }

    private async Task ReportAsync(TableChange change, string rule, string text, Func<string, Task<string?>> ask)
    {
        var table = change.After!;
        if (made.IsUnclearEarly(text, table))
        {
            return;
        }

        var failure = PostgresTrial.QueryIn(text) ?? await ask(text).ConfigureAwait(false);
        if (failure is not null)
        {
            problems.Add(new Problem(ProblemCodes.RuleDoesNotCompile, $"{rule} of {table.Name} does not compile: {failure}", Subject: table.Name));
        }
    }

    private Task<string?> ConditionAsync(Table table, string text) => trial.CompileConditionAsync(PostgresNewShape.Row(table, made), text);

    private async Task<string?> KeyAsync(Table table, Schema.Index index, string expression)
    {
        var row = PostgresNewShape.Row(table, made);
        var (method, said) = (index.Method ?? "btree", PostgresIndexKey.Parts(index.Keys.First(k => k.Expression == expression).Options));
        if (SqlLexer.Tokenize(expression) is [{ Kind: SqlLexer.TokenKind.StringLiteral } or { Text: "null" or "NULL" }])
        {
            return $"{expression} has no type; give it one with a cast.";
        }

        return await trial.CompileAsync(row, expression + said.Collation).ConfigureAwait(false)
            ?? await VariesAsync(table, expression).ConfigureAwait(false)
            ?? (IsWholeRow(expression, table) ? null : await PostgresIndexKey.LackAsync(reading, $"select _tandem_v.x from {row} cross join lateral (values (({expression}\n))) _tandem_v (x)", method, said, cancellationToken).ConfigureAwait(false));
    }

    // It has the type of the table's rows, which the row that stands for them here has not.
    private static bool IsWholeRow(string expression, Table table) => SqlLexer.Tokenize(expression) is [var name] && name.Name == table.Name && table.Column(table.Name) is null;

    private async Task<string?> VariesAsync(Table table, string expression) =>
        await folding.IsComputedAheadAsync(expression, table).ConfigureAwait(false) == false ? $"{expression} is not immutable." : null;
}
