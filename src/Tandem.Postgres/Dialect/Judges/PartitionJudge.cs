using Tandem.Databases;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a plan owes to say about changes of tables whose rows lie in partitions.</summary>
internal static class PartitionJudge
{
    public static IEnumerable<Problem> Of(TableChange change, RenderContext context)
    {
        if (change.Before is not { PartitionKey: not null } table)
        {
            return [];
        }

        var partitions = Partitions.Of(table.Name, context.Schema).ToList();
        return Columns(change, table, context.Schema)
            .Concat(Served(change, partitions))
            .Concat(LiveKey(change))
            .Concat(Unable(change, context.Schema).Select(why => new Problem(ProblemCodes.NotOnPartitioned, $"{table.Name} is partitioned: {why}", Subject: table.Name)))
            .Concat(partitions.SelectMany(p => Own(p, change, context)).Distinct().Select(what => new Problem(ProblemCodes.PartitionDiffers, what, Subject: table.Name)));
    }

    private static IEnumerable<Problem> Columns(TableChange change, Table table, DatabaseSchema schema)
    {
        var keys = change.After is null ? [] : Partitions.KeyColumns(table, schema);
        foreach (var column in change.Columns.Where(c => c.Before is { } before && keys.Contains(before.Name) && c.After?.Name != before.Name))
        {
            yield return new Problem(
                ProblemCodes.PartitionKeyColumn, $"{table.Name} is parted by {column.Before!.Name}.", Subject: $"{table.Name}.{column.Before.Name}");
        }

        if (table.Key.Count == 0 && (change.After is null || change.Columns.Any(c => !c.Kept)))
        {
            yield return new Problem(ProblemCodes.PartitionedNeedsKey, $"{table.Name} has no primary key and no unique rule over required columns.", Subject: table.Name);
        }
    }

    private static IEnumerable<Problem> Served(TableChange change, List<Table> partitions)
    {
        if (change.ShapeDiffers && partitions.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.PartitionsShowBase,
                change.After is null
                    ? $"The partitions of {change.Name} ({partitions.Count}) keep their own names until sunset, and go with it."
                    : $"The new version serves {change.After.Name}; its partitions ({partitions.Count}), where applications name them, have the shape of the base.",
                Subject: change.Name);
        }
    }

    // A key is made of an index in each partition, and until it is there nothing makes one in partitions that come. What does, an index of the
    // table itself, cannot become a key: that one would have to be built besides.
    private static IEnumerable<Problem> LiveKey(TableChange change) => change.After is null ? [] : change.PrimaryKeys.Where(k => k is { Added: true, EnforceLive: true })
        .Select(k => string.Join(", ", k.After!.Columns)).Select(columns => new Problem(
            ProblemCodes.NotOnPartitioned,
            $"{change.Name} is partitioned: its primary key is made at complete of an index in each partition, which those that come while both versions are served do not have.",
            Subject: change.Name,
            Remedy: $"Leave `enforce: live` out. What must hold at once, another migration before this one can enforce (`add_unique` over {columns} and `set_not_null`, both with `enforce: live`); this one then drops the unique rule (`drop_unique`)."));

    /// <summary>What the server cannot do for a partitioned table without locking its rows away.</summary>
    private static IEnumerable<string> Unable(TableChange change, DatabaseSchema schema)
    {
        foreach (var why in change.After is null ? [] : UniqueRules(change).Select(i => PartitionedIndexSql.Unable(i, change.Before!, schema)).OfType<string>().Distinct())
        {
            yield return why;
        }

        if (change.After is null && change.ForeignKeys.Count > 0)
        {
            yield return "its foreign keys could not come back with it in a rollback without reading all rows under a lock.";
        }

        if (change.ForeignKeys.Any(f => !f.Kept && (f.Before ?? f.After)!.ReferencedTable == change.Of(f.Before is null ? Side.New : Side.Old)?.Name))
        {
            yield return "a foreign key by which it refers to itself hangs on each of its partitions twice, which the servers do not take over alike.";
        }

        if (change.Lenses.Any(l => l.MakesType))
        {
            yield return "a type is not exchanged under its partitions.";
        }

        if (change.Links.Count > 0)
        {
            yield return "its rows and those of another table are not kept in agreement.";
        }
    }

    /// <summary>Whatever makes rows unique in one version alone, as indexes over the old version's names where it has the columns.</summary>
    private static IEnumerable<Schema.Index> UniqueRules(TableChange change)
    {
        Schema.Index Plain(string name, IEnumerable<string> columns) => new(name, columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);
        return change.Indexes.Where(i => !i.Kept).SelectMany(i => new[] { i.Before, i.After }).OfType<Schema.Index>()
            .Concat(change.PrimaryKeys.Where(k => !k.Kept).Select(k => Plain("", k.Before?.Columns ?? OldNames(change, k.After!.Columns))))
            .Concat(change.Uniques.Where(u => !u.Kept).Select(u => Plain("", u.Before?.Columns ?? OldNames(change, u.After!.Columns))));
    }

    private static ValueList<string> OldNames(TableChange change, IEnumerable<string> columns) =>
        columns.Select(c => change.Columns.FirstOrDefault(p => p.After?.Name == c)?.Before?.Name ?? c).ToValueList();

    private static string OldName(ForeignKey key, RenderContext context) =>
        context.Changes.FirstOrDefault(c => c.After?.Name == key.ReferencedTable)?.Before?.Name ?? key.ReferencedTable;

    /// <summary>What a partition has of its own that the key which comes or goes would take for its own.</summary>
    private static IEnumerable<string> Keys(Table partition, TableChange change, RenderContext context)
    {
        var table = change.Before!;
        var keys = change.PrimaryKeys.Where(k => !k.Kept).Select(k => k.Before?.Columns ?? OldNames(change, k.After!.Columns)).ToList();
        if (keys.Count > 0 && table.PrimaryKey is null && partition.PrimaryKey is { } own)
        {
            yield return $"{own.Name} is the primary key of the partition {partition.Name} alone.";
        }

        foreach (var unique in partition.Uniques.Where(u => keys.Contains(u.Columns) && table.Uniques.All(t => t.Columns != u.Columns)))
        {
            yield return $"{unique.Name} of the partition {partition.Name} alone is unique by the same columns as the key.";
        }

        foreach (var key in change.ForeignKeys.Where(f => !f.Kept).Select(f => f.Before is { } before ? (before.Columns, before.ReferencedTable) : (Columns: OldNames(change, f.After!.Columns), ReferencedTable: OldName(f.After, context))))
        {
            foreach (var same in partition.ForeignKeys.Where(f => f.Columns == key.Columns && f.ReferencedTable == key.ReferencedTable))
            {
                yield return $"{same.Name} of the partition {partition.Name} alone refers by the same columns to {key.ReferencedTable}.";
            }
        }
    }

    /// <summary>What a partition has of its own that a change of its table would take along.</summary>
    private static IEnumerable<string> Own(Table partition, TableChange change, RenderContext context)
    {
        if (change.After is null)
        {
            yield break;
        }

        foreach (var key in Keys(partition, change, context))
        {
            yield return key;
        }

        foreach (var trigger in change.Lenses.Count == 0 ? [] : partition.Triggers.Where(t => t.ForEachRow))
        {
            yield return $"The trigger {trigger.Name} is one of the partition {partition.Name} alone, and would fire between the passes of the sync.";
        }

        foreach (var pair in change.Columns.Where(c => c.Before is not null && (!c.Kept || c.Before.Default != c.After!.Default || c.Before.Nullable != c.After.Nullable)))
        {
            var name = pair.Before!.Name;
            if (partition.Column(name) is not { } own || own.Default != pair.Before.Default || own.Nullable != pair.Before.Nullable)
            {
                yield return $"{name} of the partition {partition.Name} has another default or another rule against NULL than {change.Name} has.";
            }

            foreach (var rule in pair.Kept ? [] : Rules(partition, change.Before!, name))
            {
                yield return $"{rule} is one of the partition {partition.Name} alone, and would go with {name}.";
            }
        }
    }

    private static IEnumerable<string> Rules(Table partition, Table table, string column) =>
        partition.Checks.Where(c => !c.Inherited && SqlLexer.Names(c.Expression, column)).Select(c => c.Name!)
            .Concat(partition.ForeignKeys.Where(f => f.Columns.Contains(column)).Select(f => f.Name!))
            .Concat(partition.Uniques.Where(u => u.Columns.Contains(column) && table.Uniques.All(t => t.Columns != u.Columns)).Select(u => u.Name!))
            .Concat(partition.Exclusions.Select(e => e.Name!))
            .Concat(partition.Indexes.Where(i => IsOver(i, column) && table.Indexes.All(t => t.Keys != i.Keys || t.Where != i.Where)).Select(i => i.Name));

    private static bool IsOver(Schema.Index index, string column) =>
        index.Keys.Any(k => k.Column == column || (k.Expression is { } text && SqlLexer.Names(text, column)))
        || index.Include.Contains(column) || (index.Where is { } where && SqlLexer.Names(where, column));
}
