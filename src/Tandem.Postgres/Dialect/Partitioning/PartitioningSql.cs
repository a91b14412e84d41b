using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>Makes the partitioned copy of a table, and backs up and drops the copy that is no longer wanted.</summary>
internal static class PartitioningSql
{
    /// <summary>The step that makes the copy with its rules, while it is empty, and starts the sync.</summary>
    public static IEnumerable<RenderedStep> Expand(TableChange change, RenderContext context)
    {
        if (change.Partitioning is null)
        {
            yield break;
        }

        var tables = PartitioningTables.Of(change, context, Side.Old);
        var locked = change.Before!.ForeignKeys.Where(f => f.ReferencedSchema is null).Select(f => f.ReferencedTable).Prepend(tables.BaseName).Distinct().ToList();
        yield return new RenderedStep($"expand {change.Name}", $"Make the partitions of {change.Name}, hidden, and start the sync", StepMode.Transaction)
        {
            Table = change.Name,
            Statements =
            [
                LockSql.Take(tables.Schema, locked),
                .. Make(tables),
                $"SELECT tandem.copy_relation_rights({Sql.Class(tables.Schema, tables.BaseName)}, {Sql.Class(tables.Schema, tables.CopyName)})",
                $"SELECT tandem.give_relation(p.relid, b.relowner) FROM pg_catalog.pg_partition_tree({Sql.Class(tables.Schema, tables.CopyName)}) p, pg_catalog.pg_class b WHERE b.oid = {Sql.Class(tables.Schema, tables.BaseName)}",
                .. PartitioningSync.Install(tables),
            ],
            Locks = [.. locked.Select(LockSql.Exclusive)],
            Holders = LockSql.Holders(tables.Schema, locked),
            Inverse = "Discard drops what was made.",
        };
    }

    /// <summary>The step that writes the rows of the copy that goes into a backup.</summary>
    public static IEnumerable<RenderedStep> Backup(Backup step, RenderContext context)
    {
        if (step.Change.Partitioning is null)
        {
            yield break;
        }

        var tables = PartitioningTables.Of(step.Change, context, step.Side.Other());
        yield return new RenderedStep($"backup {step.Change.Name}", $"Write the rows of {step.Change.Name} as the {Word(step.Side)} version stores them into the backup", StepMode.Backup)
        {
            Table = step.Change.Name,
            Walk = tables.OverCopy.Over($"SELECT {string.Join(", ", tables.Table.Columns.Select(c => $"{SteadyText.Read(c, Sql.Id(c.Name))} AS {Sql.Id(c.Name)}"))} FROM {tables.FromCopy} WHERE {tables.OverCopy.Window()}"),
            BackupDefinition = TableSql.Create(tables.Table, tables.Schema, tables.Table.Name, n => n).ToValueList(),
            Locks = [new LockFact(tables.CopyName, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    /// <summary>The step that ends the sync and drops the copy that goes.</summary>
    public static IEnumerable<RenderedStep> Contract(Contract step, RenderContext context)
    {
        if (step.Change.Partitioning is null)
        {
            yield break;
        }

        var tables = PartitioningTables.Of(step.Change, context, step.Side.Other());
        yield return new RenderedStep($"contract {step.Change.Name}", $"Drop {step.Change.Name} as the {Word(step.Side)} version stores it", StepMode.Transaction)
        {
            Table = step.Change.Name,
            Statements =
            [
                LockSql.Take(tables.Schema, [tables.BaseName]),
                .. step.Side == Side.Old ? [$"SELECT tandem.drop_version({Sql.Text(Names.VersionSchema(tables.Schema, context.OldVersion))})"] : Array.Empty<string>(),
                .. PartitioningSync.Remove(tables),
                $"DROP TABLE IF EXISTS {tables.Copy}",
            ],
            Gates =
            [
                .. step.Side == Side.Old ? [VersionSql.Alone(Names.VersionSchema(tables.Schema, context.OldVersion), context.OldVersion)] : Array.Empty<Gate>(),
                PartitioningSwitch.Dependents(tables.Schema, tables.CopyName, tables.Table.Name),
            ],
            Locks = [LockSql.Exclusive(tables.BaseName), LockSql.Exclusive(tables.CopyName)],
            Holders = LockSql.Holders(tables.Schema, [tables.BaseName, tables.CopyName]),
            Inverse = "The backup.",
        };
    }

    /// <summary>
    /// The partitions are made under their own names, so that the server calls their indexes after these, and hidden at once. Foreign
    /// keys are made while there is no row to be looked at.
    /// </summary>
    private static IEnumerable<string> Make(PartitioningTables t)
    {
        string Hidden(string name) => t.Hidden(Side.New, name);
        var (table, columns) = (t.Table, Sql.Ids(t.Partitioning.Columns));
        yield return $"CREATE TABLE {t.Copy} (LIKE {t.Base} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS) "
            + $"PARTITION BY {t.Partitioning.Strategy.ToString().ToUpperInvariant()} ({columns})";
        yield return $"ALTER TABLE {t.Copy} ADD CONSTRAINT {Sql.Id(Hidden(table.PrimaryKey!.Name!))} PRIMARY KEY ({Sql.Ids(t.Key)})";
        foreach (var unique in table.Uniques)
        {
            yield return $"ALTER TABLE {t.Copy} ADD {PostgresDdl.UniqueClause(unique with { Name = Hidden(unique.Name!) })}";
        }

        foreach (var index in table.Indexes)
        {
            yield return $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX {Sql.Id(Hidden(index.Name))} {IndexSql.Body(index, t.Copy, c => c)}";
        }

        foreach (var key in table.ForeignKeys)
        {
            yield return $"ALTER TABLE {t.Copy} ADD {PostgresDdl.ForeignKeyClause(t.Schema, key)}";
        }

        var options = PostgresDdl.With(table.Options);
        foreach (var (name, bound) in t.Partitioning.Names.Zip(MadePartitionsSql.Bounds(t.Partitioning)))
        {
            yield return $"CREATE TABLE {Sql.Id(t.Schema, name)} PARTITION OF {t.Copy} {bound}{options}";
            yield return $"ALTER TABLE {Sql.Id(t.Schema, name)} RENAME TO {Sql.Id(Hidden(name))}";
        }

        foreach (var statement in table.Columns.SelectMany(c => c.Settings.Select(s => $"ALTER TABLE {t.Copy} ALTER COLUMN {Sql.Id(c.Name)} SET {s}")).Concat(Comments(t)))
        {
            yield return statement;
        }
    }

    private static IEnumerable<string> Comments(PartitioningTables t)
    {
        string Hidden(string name) => t.Hidden(Side.New, name);
        var table = t.Table;
        var constraints = table.Uniques.Select(u => (Name: Hidden(u.Name!), u.Comment)).Append((Name: Hidden(table.PrimaryKey!.Name!), table.PrimaryKey.Comment))
            .Concat(table.ForeignKeys.Select(f => (Name: f.Name!, f.Comment)));
        return (table.Comment is { } comment ? [$"COMMENT ON TABLE {t.Copy} IS {Sql.Text(comment)}"] : Array.Empty<string>())
            .Concat(constraints.Where(c => c.Comment is not null).Select(c => $"COMMENT ON CONSTRAINT {Sql.Id(c.Name)} ON {t.Copy} IS {Sql.Text(c.Comment!)}"))
            .Concat(table.Indexes.Where(i => i.Comment is not null).Select(i => $"COMMENT ON INDEX {Sql.Id(t.Schema, Hidden(i.Name))} IS {Sql.Text(i.Comment!)}"));
    }

    private static string Word(Side side) => side == Side.Old ? "old" : "new";
}
