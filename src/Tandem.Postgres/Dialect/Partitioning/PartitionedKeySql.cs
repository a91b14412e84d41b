using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// The primary key of a table whose rows lie in partitions. A table has one at a time, so until the switch there is only a unique index in
/// every partition that holds rows, which is as much as the key can promise: it contains what decides in which partition a row lies.
/// The switch makes keys of them, and the table's key, which takes them over without reading a row.
/// </summary>
internal static class PartitionedKeySql
{
    /// <summary>The steps that build the index in each partition.</summary>
    public static IEnumerable<RenderedStep> Build(string id, string title, Layout layout, string index, string definition) =>
    [
        new RenderedStep($"{id}: own keys", $"See that no partition of {layout.Table} has a primary key of its own", StepMode.Transaction)
        {
            Table = layout.Current.Change.Name,
            Gates = [Own(layout)],
        },
        IndexSql.Concurrently(id, $"{title}: in each partition", layout, index, "") with
        {
            Statements = [],
            Probe = new Probe(
                $"SELECT CASE WHEN EXISTS ({Missing(layout, index)}) THEN 'none' ELSE 'done' END AS state",
                [])
            {
                Next =
                    $"""
                    SELECT CASE WHEN own IS NULL THEN pg_catalog.format('CREATE UNIQUE INDEX CONCURRENTLY %I ON %I.%I ', index_name, nspname, relname) || {Sql.Text(definition)}
                        ELSE pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', nspname, index_name) END AS statement,
                      true AS waits
                    FROM ({Missing(layout, index)}) m ORDER BY nspname, relname LIMIT 1
                    """,
            },
            Locks = [new LockFact(layout.Table, "SHARE UPDATE EXCLUSIVE", "nobody", "two scans of each partition")],
        },
    ];

    /// <summary>Whether partitions have a primary key of their own, beside which there is no other.</summary>
    public static Gate Own(Layout layout) => new(
        ProblemCodes.PartitionDiffers.Id, $"{{0}} partitions of {layout.Table} have a primary key of their own.",
        $"""
        SELECT count(*) FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(layout.Target)})) t
          JOIN pg_catalog.pg_constraint k ON k.conrelid = t.relid AND k.contype = 'p' AND k.conparentid = 0 WHERE t.level > 0
        """);

    /// <summary>Makes the key of the indexes that were built for it.</summary>
    public static string Adopt(Layout layout, string index, string name, string columns, string include, string? options) => Sql.Do(
        $"""
        DECLARE
          _found record;
          _name text;
        BEGIN
          IF EXISTS ({Missing(layout, index)}) THEN
            RAISE EXCEPTION 'a partition came meanwhile' USING ERRCODE = 'lock_not_available';
          END IF;
          FOR _found IN SELECT p.*, p.relnamespace AS space FROM ({PartitionedIndexSql.Partitions(layout, index)}) p WHERE p.isleaf
          LOOP
            {PartitionedIndexSql.Name(name)}
            EXECUTE pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I', _found.nspname, _found.relname, _name, _found.index_name);
          END LOOP;
          ALTER TABLE {layout.Target} ADD CONSTRAINT {Sql.Id(name)} PRIMARY KEY ({columns}){include}{(options is null ? "" : $" WITH ({options})")};
        END
        """);

    /// <summary>
    /// Takes a rule against NULL from a table and from its partitions. Since 18 a key that was made of an index leaves a rule of each
    /// partition's own behind, under the name of the table's: that goes along, others stay.
    /// </summary>
    public static string Loosen(Layout layout, string column) => Sql.Do(
        $"""
        DECLARE
          _rule text := (SELECT k.conname FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
            WHERE k.conrelid = pg_catalog.to_regclass({Sql.Text(layout.Target)}) AND k.contype = 'n' AND a.attname = {Sql.Text(column)});
          _left record;
        BEGIN
          ALTER TABLE {layout.Target} ALTER COLUMN {Sql.Id(column)} DROP NOT NULL;
          FOR _left IN
            SELECT t.relid::pg_catalog.regclass AS part FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(layout.Target)})) t
            JOIN pg_catalog.pg_constraint k ON k.conrelid = t.relid AND k.contype = 'n' AND k.conname = _rule
            WHERE t.level > 0 AND k.coninhcount = 0
          LOOP
            EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', _left.part, _rule);
          END LOOP;
        END
        """);

    /// <summary>Whether a partition came since the indexes were built; behind the locks none can come any more.</summary>
    public static Gate Came(Layout layout, string index, string name, string provedBy) => new(
        ProblemCodes.PartitionCame.Id, $"{{0}} partitions of {layout.Table} came or were attached since {name} was proved.", $"SELECT count(*) FROM ({Missing(layout, index)}) m")
    {
        MendedBy = provedBy,
    };

    private static string Missing(Layout layout, string index) =>
        $"""
        SELECT p.*, i.indexrelid AS own FROM ({PartitionedIndexSql.Partitions(layout, index)}) p
        LEFT JOIN pg_catalog.pg_class x ON x.relname = p.index_name AND x.relnamespace = p.relnamespace
        LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid AND i.indrelid = p.relid
        WHERE p.isleaf AND (i.indexrelid IS NULL OR NOT i.indisvalid OR NOT i.indisready)
        """;
}
