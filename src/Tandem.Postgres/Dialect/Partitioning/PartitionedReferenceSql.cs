using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// Foreign keys of tables whose rows lie in partitions. Before PostgreSQL 18 such a table's cannot be NOT VALID, but a partition's can: each
/// partition gets its own, which is proved while everybody goes on, and then the table its, which takes them over without reading a row.
/// Which partitions there are is asked when it is done, since they come and go.
/// </summary>
internal static class PartitionedReferenceSql
{
    /// <summary>The step that proves the key under a hidden name.</summary>
    /// <param name="id">The step's id.</param>
    /// <param name="title">The step's title.</param>
    /// <param name="layout">The table.</param>
    /// <param name="constraint">The hidden name.</param>
    /// <param name="definition">What stands behind the name.</param>
    /// <param name="referenced">The table that is referred to, when it is one of the same schema.</param>
    public static RenderedStep Prove(string id, string title, Layout layout, string constraint, string definition, IEnumerable<string> referenced)
    {
        List<string> tables = [layout.Table, .. referenced];
        var take = Sql.Do(
            $"""
            BEGIN
              {LockSql.Take(layout.Schema, tables)};
              IF NOT EXISTS ({Open(layout, constraint)}) THEN
                ALTER TABLE {layout.Target} ADD CONSTRAINT {Sql.Id(constraint)} {definition};
              END IF;
            END
            """);
        return IndexSql.Concurrently(id, $"{title}: in each partition, then for the table", layout, constraint, "") with
        {
            Statements = [],
            Probe = new Probe($"SELECT CASE WHEN {Stands(layout, constraint)} THEN 'done' ELSE 'none' END AS state", [])
            {
                Next =
                    $"""
                    SELECT statement, waits FROM (
                      SELECT pg_catalog.format(CASE WHEN validated IS NULL THEN 'ALTER TABLE %I.%I ADD CONSTRAINT %I ' ELSE 'ALTER TABLE %I.%I VALIDATE CONSTRAINT %I' END, nspname, relname, {Sql.Text(constraint)})
                          || CASE WHEN validated IS NULL THEN {Sql.Text($"{definition} NOT VALID")} ELSE '' END AS statement,
                        validated IS NOT NULL AS waits, 1 AS place, nspname, relname FROM ({Open(layout, constraint)}) o
                      UNION ALL SELECT {Sql.Text(take)}, false, 2, NULL, NULL WHERE NOT {Stands(layout, constraint)}) n
                    ORDER BY place, nspname, relname LIMIT 1
                    """,
            },
            Locks =
            [
                .. tables.Select(LockSql.Exclusive),
                .. referenced.Select(t => new LockFact(t, $"SHARE ROW EXCLUSIVE, for each partition of {layout.Table} in turn", "writers", "each batch")),
                new LockFact(layout.Table, "SHARE ROW EXCLUSIVE on one partition after the other", "writers of the partition", "an instant"),
                new LockFact(layout.Table, "SHARE UPDATE EXCLUSIVE on one partition after the other", "nobody", "one scan"),
            ],
            Holders = LockSql.Holders(layout.Schema, tables),
            Inverse = "The constraint is dropped.",
        };
    }

    /// <summary>
    /// Query for what drops the keys that partitions have without their table, and those of tables that were partitions when they got it.
    /// </summary>
    /// <param name="layout">The table.</param>
    /// <param name="constraint">The hidden name.</param>
    /// <param name="others">The other tables that change, which can have keys of the same name.</param>
    public static string Left(Layout layout, string constraint, IEnumerable<string> others)
    {
        var not = others.Where(t => t != layout.Table).Select(t => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, t))})").ToList();
        return
        $"""
        SELECT pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS statement, n.nspname, c.relname
        FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conname = {Sql.Text(constraint)}
          AND (c.relispartition OR c.relname <> {Sql.Text(layout.Table)} OR n.nspname <> {Sql.Text(layout.Schema)}){(not.Count == 0 ? "" : $"\n  AND NOT coalesce(pg_catalog.pg_partition_root(c.oid)::pg_catalog.oid IN ({string.Join(", ", not)}), false)\n  AND NOT coalesce(c.oid IN ({string.Join(", ", not)}), false)")}
        """;
    }

    /// <summary>
    /// Before PostgreSQL 18 the server calls what it made for a partition that is referred to as if it were the key itself; that makes
    /// room for the key's name.
    /// </summary>
    public static string MakeRoom(Layout layout, string constraint) => Sql.Do(
        $"""
        DECLARE
          _found record;
          _name text;
          _number integer;
        BEGIN
          FOR _found IN SELECT k.conrelid, k.conname FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = {Sql.Class(layout.Schema, layout.Table)} AND k.conname = {Sql.Text(constraint)} AND k.contype = 'f' AND k.conparentid <> 0
          LOOP
            {Rename(constraint)}
          END LOOP;
        END
        """);

    /// <summary>
    /// Gives what the server made for the partitions of either table the key's own name, once the key has it: the same name in another
    /// table, and one with a number in the same.
    /// </summary>
    public static string Reveal(Layout layout, string constraint) => Sql.Do(
        $"""
        DECLARE
          _found record;
          _name text;
          _number integer;
        BEGIN
          FOR _found IN WITH RECURSIVE below AS (
              SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.conrelid = {Sql.Class(layout.Schema, layout.Table)} AND k.conname = {Sql.Text(constraint)}
              UNION ALL SELECT k.oid FROM pg_catalog.pg_constraint k JOIN below b ON k.conparentid = b.oid)
            SELECT k.conrelid, k.conname FROM below b JOIN pg_catalog.pg_constraint k ON k.oid = b.oid
            WHERE pg_catalog.starts_with(k.conname::text, {Sql.Text(Names.Prefix)}) ORDER BY k.conrelid, k.conname
          LOOP
            {Rename(constraint)}
          END LOOP;
        END
        """);

    private static string Rename(string constraint) =>
        $"""
        _name := {Sql.Text(constraint)};
            _number := 0;
            WHILE EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = _found.conrelid AND k.conname = _name) LOOP
              _number := _number + 1;
              _name := {Sql.Text(Names.Stem(constraint))} || _number;
            END LOOP;
            EXECUTE pg_catalog.format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', _found.conrelid::pg_catalog.regclass, _found.conname, _name);
        """;

    private static string Stands(Layout layout, string constraint) =>
        $"EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = {Sql.Class(layout.Schema, layout.Table)} AND k.conname = {Sql.Text(constraint)})";

    /// <summary>The partitions with rows of which the key is not proved; <c>validated</c> is NULL where there is none.</summary>
    private static string Open(Layout layout, string constraint) =>
        $"""
        SELECT n.nspname, c.relname, k.convalidated AS validated FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(layout.Target)})) t
          JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = t.relid AND k.contype = 'f' AND k.conname = {Sql.Text(constraint)}
        WHERE t.level > 0 AND t.isleaf AND k.convalidated IS NOT TRUE AND NOT {Stands(layout, constraint)}
        """;
}
