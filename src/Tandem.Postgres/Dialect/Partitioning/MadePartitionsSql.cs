using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// The partitions of a table that the migration makes: hidden with it, named with it. Before PostgreSQL 18 the foreign keys of such a table cannot
/// be NOT VALID, but those of a partition can: while both versions are served each partition has its own, and the table its when they are proved.
/// </summary>
internal static class MadePartitionsSql
{
    /// <summary>
    /// The statements that make the partitions. They are made under their own names, so that the server calls their indexes after these, and hidden
    /// at once. A table that was there already keeps those that it has: applications may have made and dropped some.
    /// </summary>
    public static IEnumerable<string> Make(Layout layout, TablePartitioning partitioning, int ordinal) => [Sql.Do(
        $"""
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = {Sql.Class(layout.Schema, layout.Table)}) THEN
            {string.Join("\n    ", partitioning.Names.Zip(Bounds(partitioning), (name, bound) =>
                $"CREATE TABLE {Sql.Id(layout.Schema, name)} PARTITION OF {layout.Target} {bound};\n    ALTER TABLE {Sql.Id(layout.Schema, name)} RENAME TO {Sql.Id(Names.Hidden(ordinal, Side.New, name))};"))}
          END IF;
        END
        """)];

    /// <summary>The bounds of all partitions, in the order of their names, as the server takes them.</summary>
    public static IEnumerable<string> Bounds(TablePartitioning partitioning) => partitioning.Partitions.Select((p, i) => partitioning.Strategy switch
    {
        PartitionStrategy.Range => $"FOR VALUES FROM ({(p.From is { } from ? Sql.Text(from) : "MINVALUE")}) TO ({(p.To is { } to ? Sql.Text(to) : "MAXVALUE")})",
        PartitionStrategy.List => $"FOR VALUES IN ({string.Join(", ", p.Values.Select(Sql.Text))})",
        _ => $"FOR VALUES WITH (MODULUS {Names.Text(partitioning.Partitions.Count)}, REMAINDER {Names.Text(i)})",
    }).Concat(partitioning.Default is null ? [] : ["DEFAULT"]);

    /// <summary>Names the partitions as a side has them; what was dropped or detached since is left alone, and so is what was added.</summary>
    /// <param name="partitioning">The partitions.</param>
    /// <param name="ordinal">The migration's number.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="parent">The name that their table has at this moment.</param>
    /// <param name="to">The side that becomes the base.</param>
    public static IEnumerable<string> Rename(TablePartitioning partitioning, int ordinal, string schema, string parent, Side to) => partitioning.Names.Select(n =>
    {
        var hidden = Names.Hidden(ordinal, Side.New, n);
        var (was, becomes) = to == Side.New ? (hidden, n) : (n, hidden);
        return Sql.Do(
            $"""
            BEGIN
              IF EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = {Sql.Text(Sql.Id(schema, parent))}::pg_catalog.regclass
                  AND inhrelid = pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, was))})) THEN
                ALTER TABLE {Sql.Id(schema, was)} RENAME TO {Sql.Id(becomes)};
              END IF;
            END
            """);
    });

    /// <summary>The statement that lets each partition enforce a foreign key for new writes.</summary>
    public static string AddForeignKey(Layout layout, string constraint, string definition) => Each(
        layout, $"DROP CONSTRAINT IF EXISTS {Sql.Id(constraint)}, ADD CONSTRAINT {Sql.Id(constraint)} {definition} NOT VALID");

    /// <summary>The statements that end that, whether the table has the key by now or its partitions alone.</summary>
    public static IEnumerable<string> DropForeignKey(Layout layout, string constraint) =>
    [
        $"ALTER TABLE IF EXISTS {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(constraint)}",
        Each(layout, $"DROP CONSTRAINT IF EXISTS {Sql.Id(constraint)}"),
    ];

    /// <summary>The steps that prove the foreign keys for all rows, before the table comes under its own name.</summary>
    public static IEnumerable<RenderedStep> Prove(TableChange change, RenderContext context)
    {
        var layout = Layout.Of(change, context, Side.Old);
        foreach (var key in change.After!.ForeignKeys)
        {
            var (schema, table) = ConstraintSql.PhysicalReference(key, context, Side.New, Side.Old);
            yield return PartitionedReferenceSql.Prove(
                $"validate {change.Name} {key.Name}", $"Prove the foreign key {key.Name} for all rows of {change.Name}", layout, Names.Hidden(context.Ordinal, Side.New, key.Name!),
                ConstraintSql.ForeignKey(key, layout, context, Side.New, Side.Old), schema == layout.Schema ? [table] : []);
        }
    }

    private static string Each(Layout layout, string action) => Sql.Do(
        $"""
        DECLARE
          _part record;
        BEGIN
          FOR _part IN SELECT t.relid::pg_catalog.regclass AS name FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(layout.Target)})) t WHERE t.isleaf AND t.level > 0 ORDER BY 1 LOOP
            EXECUTE pg_catalog.format('ALTER TABLE %s ', _part.name) || {Sql.Text(action)};
          END LOOP;
        END
        """);
}
