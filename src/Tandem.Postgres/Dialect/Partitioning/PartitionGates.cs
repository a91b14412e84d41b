using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// A table that is attached as a partition may bring a rule of its own, which the server makes a part of the table's and drops with it.
/// These gates keep a rule from going as long as it has such a part. What the server makes itself is known by its name.
/// </summary>
internal static class PartitionGates
{
    /// <summary>What partitions brought for the rules that go when a side leaves the base.</summary>
    public static IEnumerable<Gate> Leaving(TableChange change, Layout layout, Side from) => change.Before is null || change.After is null || !PartitionedIndexSql.Concerns(layout)
        ? []
        : change.ForeignKeys.Where(f => f.OnlyOn(from)).Select(f => Reference(layout, f.Of(from)!.Name!))
            .Concat(change.Uniques.Where(u => u.OnlyOn(from)).Select(u => u.Of(from)!.Name!)
                .Concat(change.PrimaryKeys.Where(k => k.OnlyOn(from)).Select(k => k.Of(from)!.Name!))
                .Concat(Unique(change, from)).Select(n => Index(layout, n)));

    /// <summary>Foreign keys that partitions brought: the server calls its own as the table's.</summary>
    public static Gate Reference(Layout layout, string constraint) => Brought(
        layout, constraint,
        $"""
        WITH RECURSIVE below AS (
            SELECT k.oid, k.confrelid FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = {Sql.Class(layout.Schema, layout.Table)} AND k.conname = {Sql.Text(constraint)} AND k.contype = 'f'
          UNION ALL SELECT k.oid, k.confrelid FROM pg_catalog.pg_constraint k JOIN below b ON k.conparentid = b.oid AND k.confrelid = b.confrelid)
        SELECT count(*) FROM below b JOIN pg_catalog.pg_constraint k ON k.oid = b.oid
        WHERE k.conrelid <> {Sql.Class(layout.Schema, layout.Table)} AND NOT pg_catalog.starts_with(k.conname::text, {Sql.Text(Names.Prefix)}) AND k.conname <> {Sql.Text(constraint)}
          AND NOT (pg_catalog.starts_with(k.conname::text, {Sql.Text(Names.Stem(constraint))}) AND k.conname ~ '_[0-9]+$')
        """);

    /// <summary>
    /// Unique rules that partitions brought. One with the name that the server would give is the table's: it was made with the partition, or
    /// copied from the table with LIKE.
    /// </summary>
    public static Gate Index(Layout layout, string index) => Brought(
        layout, index,
        $"""
        SELECT count(*) FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, index))})) t
          JOIN pg_catalog.pg_class x ON x.oid = t.relid JOIN pg_catalog.pg_index i ON i.indexrelid = t.relid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        WHERE t.level > 0 AND NOT pg_catalog.starts_with(x.relname::text, {Sql.Text(Names.Prefix)})
          AND NOT (pg_catalog.starts_with(x.relname::text, pg_catalog.left(c.relname::text, 20)) AND x.relname ~ '_(key|idx|pkey)[0-9]*$')
          AND x.relname::text <> pg_catalog.left(c.relname::text, 30) || '_' || pg_catalog.left({Sql.Text(index)}, 30) AND x.relname !~ '^index_[0-9a-f]+$'
        """);

    /// <summary>
    /// The unique indexes that go when a side leaves the base and of which a constraint of a partition's own has a part: the server drops no such index, and
    /// parts the two only with the partition.
    /// </summary>
    public static IEnumerable<Gate> Holding(TableChange change, Layout layout, Side from) => change.Before is null || change.After is null || !PartitionedIndexSql.Concerns(layout)
        ? []
        : Unique(change, from).Select(n => Held(layout, n));

    /// <summary>Constraints of partitions alone whose index is a part of this one.</summary>
    public static Gate Held(Layout layout, string index) => new(
        ProblemCodes.PartitionBrought.Id, $"{{0}} constraints of partitions of {layout.Table} have a part of the index {index} as theirs, which cannot go without them.",
        $"SELECT count(*) FROM ({Holders(layout.Schema, index)}) h");

    /// <summary>Query for these constraints and their partitions: <c>conname</c> and <c>relname</c>.</summary>
    public static string Holders(string schema, string index) =>
        $"""
        SELECT k.conname::text, c.relname::text FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, index))})) t
          JOIN pg_catalog.pg_constraint k ON k.conindid = t.relid AND k.contype IN ('p', 'u') AND k.conparentid = 0
          JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        WHERE t.level > 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint r WHERE r.conindid = pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, index))}))
        """;

    /// <summary>The unique indexes that only one side has.</summary>
    public static IEnumerable<string> Unique(TableChange change, Side side) => change.Indexes.Where(i => i.OnlyOn(side) && i.Of(side)!.Unique).Select(i => i.Of(side)!.Name);

    private static Gate Brought(Layout layout, string rule, string sql) =>
        new(ProblemCodes.PartitionBrought.Id, $"{{0}} partitions of {layout.Table} brought rules of their own that would go with {rule}.", sql);
}
