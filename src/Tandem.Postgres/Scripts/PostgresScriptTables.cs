using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>What a table gets after all tables are there.</summary>
internal static class PostgresScriptTables
{
    /// <summary>Puts a partition into its table, and a table under parents whose columns it has of its own.</summary>
    public static IEnumerable<string> Attach(string schema, Table table)
    {
        var name = Name(schema, table.Name);
        if (table.PartitionOf is { } parent)
        {
            return [$"ALTER TABLE ONLY {Name(parent.Schema ?? schema, parent.Name)} ATTACH PARTITION {name} {table.PartitionBound}"];
        }

        return Inherits(table)
            ? []
            : table.Inherits.Select(p => $"ALTER TABLE {name} INHERIT {Name(p.Schema ?? schema, p.Name)}");
    }

    /// <summary>
    /// A partition without what it gets only by being attached: to a key, a unique rule or an exclusion that looks at overlaps, no
    /// index that is there can be joined.
    /// </summary>
    public static Table Detached(Table partition, Table? parent) => parent is null ? partition : partition with
    {
        PrimaryKey = Overlaps(parent.PrimaryKey?.Definition) ? null : partition.PrimaryKey,
        Uniques = partition.Uniques.Where(u => !Overlaps(u.Definition) || !parent.Uniques.Any(p => p.Definition == u.Definition)).ToValueList(),
        Exclusions = partition.Exclusions.Where(e => !parent.Exclusions.Any(p => p.Definition == e.Definition)).ToValueList(),
    };

    /// <summary>Gives what came with the attachment the name that it has.</summary>
    public static IEnumerable<string> Rename(string schema, Table partition, Table? parent)
    {
        var made = Detached(partition, parent);
        var names = new[] { made.PrimaryKey is null ? (partition.PrimaryKey?.Name, UsualName.Of(partition.Name, [], "pkey")) : default }
            .Concat(partition.Uniques.Except(made.Uniques).Select(u => (u.Name, UsualName.Of(partition.Name, u.Columns, "key"))))
            .Concat(partition.Exclusions.Except(made.Exclusions).Where(e => !e.Name.EndsWith("_excl", StringComparison.Ordinal)).Select(e => ((string?)e.Name, UsualName.Of(partition.Name, e.Columns, "excl"))));
        return names.Where(n => n.Item1 is { } name && name != n.Item2)
            .Select(n => $"ALTER TABLE {Name(schema, partition.Name)} RENAME CONSTRAINT {Quote(n.Item2)} TO {Quote(n.Item1!)}");
    }

    private static bool Overlaps(string? definition) => definition?.Contains(" WITHOUT OVERLAPS", StringComparison.Ordinal) == true;

    /// <summary>Constraints that are not valid, settings and states.</summary>
    public static IEnumerable<string> Finish(DatabaseSchema schema, Table table)
    {
        var alter = $"ALTER TABLE ONLY {Name(schema.Name, table.Name)}";
        return table.Checks.Where(c => c is { Validated: false, Enforced: true } && (!c.Inherited || table.PartitionOf is not null))
            .Select(c => $"ALTER TABLE {Name(schema.Name, table.Name)} ADD {CheckClause(c)} NOT VALID")
            .Concat(table.NotNulls.Where(n => !n.Validated && !n.Inherited).Select(n => $"ALTER TABLE {Name(schema.Name, table.Name)} ADD "
                + $"CONSTRAINT {Quote(n.Name)} NOT NULL {Quote(n.Column)}{(n.NoInherit ? " NO INHERIT" : "")} NOT VALID"))
            .Concat(Overridden(schema, table).Select(o => $"{alter} {o}"))
            .Concat(table.Columns.SelectMany(c => c.Settings.Select(s => $"{alter} ALTER COLUMN {Quote(c.Name)} SET {s}")))
            .Concat(IndexOptions(table).Select(o => $"ALTER INDEX {Name(schema.Name, o.Name)} SET ({o.Options})"))
            .Concat(table.ClusteredOn is { } index ? [$"{alter} CLUSTER ON {Quote(index)}"] : [])
            .Concat(table.RowSecurity ? [$"{alter} ENABLE ROW LEVEL SECURITY"] : [])
            .Concat(table.RowSecurityForced ? [$"{alter} FORCE ROW LEVEL SECURITY"] : [])
            .Concat(table.ReplicaIdentity is { } identity ? [$"{alter} REPLICA IDENTITY {identity}"] : []);
    }

    // Where the server's own clause was kept, the index's options do not stand in it.
    private static IEnumerable<(string Name, string Options)> IndexOptions(Table table) =>
        table.Exclusions.Select(e => (e.Name, e.Options))
            .Concat(table.Uniques.Where(u => u.Definition is not null).Select(u => (u.Name!, u.Options)))
            .Concat(table.PrimaryKey is { Definition: not null } key ? [(key.Name!, key.Options)] : [])
            .Where(p => p.Options is not null)
            .Select(p => (p.Item1, p.Options!));

    // What an inherited column has otherwise than its parent.
    private static IEnumerable<string> Overridden(DatabaseSchema schema, Table table)
    {
        if (table.PartitionOf is not null)
        {
            yield break;
        }

        foreach (var column in table.Columns.Where(c => c.Inherited && c.Generated is null))
        {
            var above = table.Inherits.Select(p => p.Schema is null ? schema.Table(p.Name)?.Column(column.Name) : null).OfType<Column>().ToList();
            if (column.Default is { } value)
            {
                yield return $"ALTER COLUMN {Quote(column.Name)} SET DEFAULT {value}";
            }
            else if (above.Exists(c => c.Default is not null))
            {
                yield return $"ALTER COLUMN {Quote(column.Name)} DROP DEFAULT";
            }

            if (!column.Nullable && above.TrueForAll(c => c.Nullable) && !table.NotNulls.Any(n => n.Inherited && n.Column == column.Name))
            {
                yield return $"ALTER COLUMN {Quote(column.Name)} SET NOT NULL";
            }
        }
    }
}
