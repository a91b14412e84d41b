using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Asks the server whether the rows that a file lists are of their columns' types and keep the table's checks: it would say so only when it adds them. Only
/// plain values are tried; SQL may give another one each time.
/// </summary>
internal sealed class PostgresGivenRowExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly List<Problem> problems = [];

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(IReadOnlyList<RowChange> changes)
    {
        foreach (var change in made.Anything ? [] : changes)
        {
            foreach (var row in change.Rows)
            {
                await ExamineAsync(change, row).ConfigureAwait(false);
            }
        }

        return problems;
    }

    private async Task ExamineAsync(RowChange change, ValueList<RowCell> row)
    {
        var table = change.Table;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var cell in row.Where(c => c.Kind != CellKind.Sql))
        {
            if (table.Column(cell.Column) is not { } column || made.IsOf(column.Type))
            {
                continue;
            }

            var value = $"{(cell.Kind == CellKind.Null ? "NULL" : Sql.Text(cell.Text))}::{TypeNames.WithoutSequence(column.Type)}";
            var (_, failure) = await reading.TryAsync(new SqlStatement($"select {value}"), cancellationToken).ConfigureAwait(false);
            if (failure is not null && PostgresErrors.KindOf(failure.SqlState) == FailureKind.Data)
            {
                // What the INSERT into a table that is there says, it says itself; but of rules of types nothing.
                if (change.OnNewTable || failure.SqlState == PostgresErrorCodes.CheckViolation)
                {
                    Report(table, $"does not fit: {column.Name}: {PostgresErrors.Describe(failure)}");
                }

                return;
            }

            values.Add(column.Name, value);
        }

        foreach (var check in table.Checks)
        {
            await ExamineAsync(table, check, values, row).ConfigureAwait(false);
        }
    }

    // What a row does not give is NULL where there is no default.
    private async Task ExamineAsync(Table table, CheckConstraint check, Dictionary<string, string> values, ValueList<RowCell> row)
    {
        var named = table.Columns.Where(c => SqlLexer.Names(check.Expression, c.Name)).ToList();
        if (named.Count == 0 || made.IsUnclear(check.Expression, table)
            || named.Exists(c => !values.ContainsKey(c.Name) && (row.Any(r => r.Column == c.Name) || c.Default is not null || c.Generated is not null || c.Identity != IdentityKind.None || TableSql.IsSerial(c) || made.IsOf(c.Type))))
        {
            return;
        }

        var shape = string.Join(", ", named.Select(c => $"{values.GetValueOrDefault(c.Name, $"NULL::{TypeNames.WithoutSequence(c.Type)}")} as {PostgresText.Quote(c.Name)}"));
        var (answer, _) = await reading.TryAsync(new SqlStatement($"select ({check.Expression}\n) is false as broken from (select {shape}) as {PostgresText.Quote(table.Name)}"), cancellationToken).ConfigureAwait(false);
        if (answer?.Rows is [[true]])
        {
            Report(table, $"breaks the check {check.Name}.");
        }
    }

    private void Report(Table table, string why) => problems.Add(new Problem(ProblemCodes.RowUpdateDoesNotCompile, $"A row for {table.Name} {why}", Subject: table.Name));
}
