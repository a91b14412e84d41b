using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What a table must be, and must not have, so that its rows can be divided.</summary>
internal static class PartitionRules
{
    /// <summary>The server knows a row of a partitioned table only by keys that say in which partition it lies.</summary>
    /// <param name="table">The table as it is to be divided.</param>
    /// <param name="columns">The columns that decide.</param>
    public static IEnumerable<Problem> Keys(Table table, ValueList<string> columns)
    {
        var uniques = table.Uniques.Select(u => (Name: u.Name!, u.Columns))
            .Concat(table.Indexes.Where(i => i.Unique).Select(i => (i.Name, Columns: i.Keys.Select(k => k.Column ?? "").ToValueList())));
        if (table.PrimaryKey is { } key)
        {
            uniques = uniques.Prepend((key.Name ?? UsualName.Of(table.Name, [], "pkey"), key.Columns));
        }

        foreach (var (name, named) in uniques)
        {
            var missing = columns.Where(c => !named.Contains(c)).ToList();
            if (missing.Count > 0)
            {
                yield return new Problem(ProblemCodes.PartitioningNeedsKey, $"{name} of {table.Name} does not contain {string.Join(", ", missing)}.", Subject: table.Name);
            }
        }

        foreach (var column in table.Columns.Where(c => columns.Contains(c.Name) && c.Generated is not null))
        {
            yield return Unable(table, $"{table.Name}.{column.Name} is generated.");
        }
    }

    /// <summary>What operations behind the one that divides a new table have made of it.</summary>
    public static IEnumerable<Problem> Made(TableChange change)
    {
        if (change is not { MadePartitions: { } partitions, After: { } table })
        {
            return [];
        }

        var without = partitions.Columns.Where(c => table.Column(c) is null).ToList();
        return without.Count > 0 ? without.Select(c => Unable(table, $"{table.Name} has no column {c} any more, by which its rows are to be divided."))
        :
        [
            .. Keys(table, partitions.Columns),
            .. table.Checks.Where(c => c.NoInherit).Select(c => Unable(table, $"The check {c.Name} of {table.Name} says `no_inherit`, and partitions have every check of their table.")),
            .. table.Exclusions.Select(e => Unable(table, $"{table.Name} has the exclusion constraint {e.Name}.")),
            .. table.Options is { } options ? [Unable(table, $"{table.Name} has settings of its storage ({options}), and its rows are stored in its partitions.")] : Array.Empty<Problem>(),
            .. change.Links.Count > 0 ? [Unable(table, $"{table.Name} shares its rows with another table.")] : Array.Empty<Problem>(),
        ];
    }

    private static Problem Unable(Table table, string what) => new(ProblemCodes.CannotPartition, what, Subject: table.Name);
}
