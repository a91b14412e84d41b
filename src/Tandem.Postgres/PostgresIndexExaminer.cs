using System.Collections.Frozen;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Postgres;

/// <summary>Asks the server whether new indexes take their columns' types: it says so only when it builds them, which is late.</summary>
internal static class PostgresIndexExaminer
{
    // Other methods may get their usual operator classes from an extension that the migration itself makes.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal, "btree", "hash", "brin");

    /// <summary>What is wrong with the indexes that changes bring.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var trial = new PostgresTrial(reading, cancellationToken);
        foreach (var (change, index, column) in Keys(changes))
        {
            var method = index.Method ?? "btree";
            if (await trial.LacksTypeAsync(column.Type).ConfigureAwait(false)
                || await PostgresIndexKey.LackAsync(reading, $"select null::{column.Type}", method, "", cancellationToken).ConfigureAwait(false) is not { } lack)
            {
                continue;
            }

            problems.Add(new Problem(ProblemCodes.IndexTakesNoType, $"The index {index.Name} of {change.After!.Name} cannot be built over {column.Name}: {lack}", Subject: $"{change.After.Name}.{column.Name}"));
        }

        return problems;
    }

    private static IEnumerable<(TableChange Change, Schema.Index Index, Schema.Column Column)> Keys(IEnumerable<TableChange> changes) =>
        from change in changes
        where change.After is not null
        from pair in change.Indexes
        where pair.Added && change.Before?.Indexes.Any(b => b.Name == pair.After!.Name) != true && Known.Contains(pair.After!.Method ?? "btree")
        from key in pair.After!.Keys
        where PostgresIndexKey.Parts(key.Options).Class.Length == 0
        let column = key.Column is { } name ? change.After!.Column(name) : null
        where column is not null
        select (change, pair.After!, column);
}
