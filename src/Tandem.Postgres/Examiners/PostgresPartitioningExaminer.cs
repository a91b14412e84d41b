using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server whether partitions that are to be made fit together, and how many rows fit none of them.</summary>
internal sealed class PostgresPartitioningExaminer(PostgresReading reading, string schema, PostgresMade made, CancellationToken cancellationToken)
{
    /// <summary>What speaks against it; every row is looked at where one could fit no partition.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(IEnumerable<TableChange> changes)
    {
        var problems = new List<Problem>();
        foreach (var (table, partitioning) in changes.Where(c => c is { After: not null, MadePartitions: not null and not { Strategy: PartitionStrategy.Hash } }).Select(c => (c.After!, c.MadePartitions!)))
        {
            if (table.Column(partitioning.Columns[0]) is { } column && !PostgresNewShape.IsMade(column, made) && await BoundsAsync(partitioning, column, table.Name).ConfigureAwait(false) is { } problem)
            {
                problems.Add(problem);
            }
        }

        foreach (var change in changes.Where(c => c is { Before: not null, Partitioning: not null and not { Strategy: PartitionStrategy.Hash } }))
        {
            var column = change.Before!.Column(change.Partitioning!.Columns[0])!;
            var wrong = await BoundsAsync(change.Partitioning, column, change.Name).ConfigureAwait(false);
            problems.AddRange(wrong is not null ? [wrong] : await RowsAsync(change).ConfigureAwait(false));
        }

        return problems;
    }

    private async Task<Problem?> BoundsAsync(TablePartitioning partitioning, Column column, string table)
    {
        string Value(string? bound) => bound is null ? $"CAST(NULL AS {Sql.Type(column)})" : PartitioningTables.Value(bound, column);
        var rows = partitioning.Strategy == PartitionStrategy.List
            ? partitioning.Partitions.SelectMany(p => p.Values.Select(v => $"({Sql.Text(p.Name)}, {Value(v)}, {Value(v)})"))
            : partitioning.Partitions.Select(p => $"({Sql.Text(p.Name)}, {Value(p.From)}, {Value(p.To)})");
        var meet = partitioning.Strategy == PartitionStrategy.List
            ? "a.low = b.low"
            : "(a.low IS NULL OR b.high IS NULL OR a.low < b.high) AND (b.low IS NULL OR a.high IS NULL OR b.low < a.high)";
        var empty = partitioning.Strategy == PartitionStrategy.List ? "false" : "a.low >= a.high";
        var query =
            $"""
            WITH p AS (SELECT row_number() OVER () AS n, v.* FROM (VALUES {string.Join(", ", rows)}) AS v (name, low, high))
            SELECT a.name || ' and ' || b.name || ' share values' AS what FROM p a JOIN p b ON a.n < b.n WHERE {meet}
            UNION ALL SELECT a.name || ' ends where it begins, or before' FROM p a WHERE {empty} LIMIT 1
            """;
        var (result, failure) = await reading.TryAsync(new SqlStatement(query), cancellationToken).ConfigureAwait(false);
        var what = failure is not null ? PostgresErrors.Describe(failure) : result!.Text("what");
        return what is null ? null : new Problem(ProblemCodes.PartitionBounds, $"The partitions of {table}: {what.TrimEnd('.')}.", Subject: table);
    }

    private async Task<IReadOnlyList<Problem>> RowsAsync(TableChange change)
    {
        if (change.Partitioning!.TakesAll)
        {
            return [];
        }

        var tables = PartitioningTables.Of(change, new RenderContext(new DatabaseSchema(schema, []), "", 0, ""), Side.Old);
        var (result, failure) = await reading.TryAsync(
            new SqlStatement($"SELECT count(*) AS rows FROM {tables.FromBase} AS b WHERE NOT {tables.Fits("b")}"), cancellationToken).ConfigureAwait(false);
        var count = failure is null ? result!.Number("rows") : 0;
        return failure is not null
            ? [new Problem(ProblemCodes.RowsFitNoPartition, $"The rows of {change.Name} could not be counted: {PostgresErrors.Describe(failure)}", Subject: change.Name)]
            : count == 0 ? [] : [new Problem(
                ProblemCodes.RowsFitNoPartition, string.Create(CultureInfo.InvariantCulture, $"{count} rows of {change.Name} fit none of {string.Join(", ", change.Partitioning.Names)}."), Subject: change.Name)];
    }
}
