using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

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
            .Concat(Unable(change, context.Schema).Select(why => new Problem(ProblemCodes.NotOnPartitioned, $"{table.Name} is partitioned: {why}", Subject: table.Name)))
            .Concat(partitions.SelectMany(p => Own(p, change)).Distinct().Select(what => new Problem(ProblemCodes.PartitionDiffers, what, Subject: table.Name)));
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

    /// <summary>What the server cannot do for a partitioned table without locking its rows away.</summary>
    private static IEnumerable<string> Unable(TableChange change, DatabaseSchema schema)
    {
        if (change.PrimaryKeys.Any(k => !k.Kept) && change.After is not null)
        {
            yield return "its primary key cannot be made from an index that was built while writers went on.";
        }

        if (change.Uniques.Any(u => !u.Kept) && change.After is not null)
        {
            yield return "its unique constraints cannot be made from an index that was built while writers went on.";
        }

        foreach (var why in change.After is null ? [] : change.Indexes.Where(i => !i.Kept).SelectMany(i => new[] { i.Before, i.After }).OfType<Schema.Index>()
            .Select(i => PartitionedIndexSql.Unable(i, change.Before!, schema)).OfType<string>().Distinct())
        {
            yield return why;
        }

        if (change.ForeignKeys.Any(f => !f.Kept))
        {
            yield return "before PostgreSQL 18 a foreign key of it cannot be NOT VALID, so it could neither be added nor come back in a rollback without reading all rows under a lock.";
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

    /// <summary>What a partition has of its own that a change of its table would take along.</summary>
    private static IEnumerable<string> Own(Table partition, TableChange change)
    {
        if (change.After is null)
        {
            yield break;
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
