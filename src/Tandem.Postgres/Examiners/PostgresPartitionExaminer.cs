using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server which constraints of partitions have a part of an index that goes as theirs: which index is attached to which it alone knows.</summary>
internal static class PostgresPartitionExaminer
{
    /// <summary>A problem for each index of a partitioned table that the server would not drop.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var change in changes.Where(c => c is { Before.PartitionKey: not null, After: not null }))
        {
            foreach (var index in PartitionGates.Unique(change, Side.Old))
            {
                var holders = new PostgresRows(await reading.QueryAsync(
                    new SqlStatement($"{PartitionGates.Holders(schema, index)} ORDER BY 2, 1"), cancellationToken).ConfigureAwait(false)).Rows;
                if (holders.Select(r => $"{r.Text("conname")} of {r.Text("relname")}").ToList() is { Count: > 0 } names)
                {
                    problems.Add(new Problem(
                        ProblemCodes.PartitionBrought,
                        $"The index {index} of {change.Name} cannot go without a part of it that is a partition's own constraint: {string.Join(", ", names)}.",
                        Subject: change.Name,
                        Remedy: "Leave the index, which asks no more of these partitions than their own constraints do. Or detach them (`ALTER TABLE … DETACH PARTITION`, which leaves them their constraints), drop the index, and attach them behind complete."));
                }
            }
        }

        return problems;
    }
}
