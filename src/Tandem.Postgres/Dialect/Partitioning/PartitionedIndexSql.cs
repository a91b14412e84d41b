using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// Indexes of tables whose rows lie in partitions. The index of the table alone comes first: partitions that are made or attached
/// from then on get theirs by the server. The others get it one after the other, built while writers go on and then
/// attached; which they are is asked when it is done, since partitions come and go.
/// </summary>
internal static class PartitionedIndexSql
{
    /// <summary>Whether the table at hand is partitioned.</summary>
    public static bool Concerns(Layout layout) => layout.Base.Table?.PartitionKey is not null;

    /// <summary>The steps that build it under a hidden name.</summary>
    /// <param name="id">The steps' id.</param>
    /// <param name="title">The steps' title.</param>
    /// <param name="layout">The table.</param>
    /// <param name="index">The hidden name.</param>
    /// <param name="unique">Whether it is unique.</param>
    /// <param name="definition">What stands behind the table's name.</param>
    /// <param name="rule">The unique constraint that is to stand on it in every table, or null: an index that is attached to a constraint's has one itself.</param>
    public static IEnumerable<RenderedStep> Build(string id, string title, Layout layout, string index, bool unique, string definition, PartitionRule? rule = null)
    {
        yield return new RenderedStep($"{id}: table", $"{title}: for the table alone first", StepMode.Transaction)
        {
            Table = layout.Current.Change.Name,
            Statements = [First(layout, index, unique, definition, rule)],
            Locks = [rule is null ? new LockFact(layout.Table, "SHARE", "writers", "an instant") : LockSql.Exclusive(layout.Table)],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Inverse = "The index is dropped.",
        };
        yield return IndexSql.Concurrently($"{id}: partitions", $"{title}: in each partition, and attach it", layout, index, "") with
        {
            Statements = [],
            Probe = new Probe(
                $"""
                SELECT coalesce((SELECT CASE WHEN i.indisvalid THEN 'done' ELSE 'none' END
                  FROM pg_catalog.pg_index i WHERE i.indexrelid = {Class(layout, index)}), 'none') AS state
                """,
                []) { Next = Next(layout, index, unique, definition, rule) },
            Locks =
            [
                new LockFact(layout.Table, "SHARE UPDATE EXCLUSIVE", "nobody", "two scans of each partition"),
                new LockFact(layout.Table, $"ACCESS EXCLUSIVE on {(rule is null ? "the new index of a partition" : "a partition")}", "readers and writers of the partition", "an instant"),
            ],
        };
    }

    /// <summary>
    /// The step that takes away what partitions have without their table, one after the other: for all at once the server may not have enough locks.
    /// </summary>
    /// <param name="id">The step's id.</param>
    /// <param name="title">The step's title.</param>
    /// <param name="layout">The table.</param>
    /// <param name="hidden">The hidden name.</param>
    /// <param name="left">Query for what is to be done: <c>statement</c>, in the order of <c>nspname</c> and <c>relname</c>.</param>
    public static RenderedStep Clear(string id, string title, Layout layout, string hidden, string left) => IndexSql.Concurrently(id, title, layout, hidden, "") with
    {
        Statements = [],
        Probe = new Probe($"SELECT CASE WHEN EXISTS ({left}) THEN 'none' ELSE 'done' END AS state", [])
        {
            Next = $"SELECT statement, false AS waits FROM ({left}) l ORDER BY nspname, relname LIMIT 1",
        },
        Locks = [new LockFact(layout.Table, "ACCESS EXCLUSIVE on one partition after the other", "readers and writers of the partition", "an instant")],
        Scans = false,
        Holders = LockSql.Holders(layout.Schema, [layout.Table]),
        Inverse = null,
    };

    /// <summary>Query for what drops the indexes that were built for partitions and are not attached, and those of tables that were partitions then.</summary>
    public static string Left(string index) =>
        $"""
        SELECT CASE WHEN k.oid IS NULL THEN pg_catalog.format('DROP INDEX %I.%I', n.nspname, x.relname)
            ELSE pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) END AS statement, n.nspname, c.relname
        FROM pg_catalog.pg_class x JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid
          JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('u', 'p')
        WHERE x.relkind IN ('i', 'I') AND NOT x.relispartition AND pg_catalog.starts_with(x.relname::text, {Sql.Text(Names.Prefix)})
          AND x.relname = {NameOf(index)}
        """;

    /// <summary>Gives the partitions' indexes names of their own once their table's has its name.</summary>
    public static string Reveal(Layout layout, string index) => Sql.Do(
        $"""
        DECLARE
          _found record;
          _name text;
        BEGIN
          FOR _found IN SELECT n.oid AS space, n.nspname, x.relname AS index_name, c.relname FROM pg_catalog.pg_partition_tree({Class(layout, index)}) t
            JOIN pg_catalog.pg_index i ON i.indexrelid = t.relid JOIN pg_catalog.pg_class x ON x.oid = t.relid
            JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
            WHERE t.level > 0 AND pg_catalog.starts_with(x.relname::text, {Sql.Text(Names.Prefix)})
          LOOP
            {Name(index)}
            EXECUTE pg_catalog.format('ALTER INDEX %I.%I RENAME TO %I', _found.nspname, _found.index_name, _name);
          END LOOP;
        END
        """);

    /// <summary>Why a unique index over these columns cannot be one of the table, or null.</summary>
    public static string? Unable(Schema.Index index, Table table, DatabaseSchema schema)
    {
        var keys = Partitioning.Partitions.Of(table.Name, schema).Append(table).Select(t => t.PartitionKey).OfType<string>().ToList();
        var missing = Partitioning.Partitions.KeyColumns(table, schema).Where(c => index.Keys.All(k => k.Column != c)).ToList();
        return !index.Unique ? null
            : missing.Count > 0 ? $"a unique index of it must contain {string.Join(", ", missing)}, by which its rows are parted."
            : keys.Exists(k => k.Count(c => c == '(') > 1) ? "it is parted by an expression, so it cannot have a unique index."
            : null;
    }

    /// <summary>Names the index <c>_found</c> of a partition (its <c>relname</c>, <c>space</c> and <c>index_name</c>) in <c>_name</c>.</summary>
    public static string Name(string index) =>
        $"""
        _name := pg_catalog.left(_found.relname, 30) || '_' || pg_catalog.left({Sql.Text(index)}, 30);
            IF pg_catalog.octet_length(_name) > 63 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relname = _name AND c.relnamespace = _found.space) THEN
              _name := 'index_' || pg_catalog.md5(_found.index_name);
            END IF;
        """;

    private static string NameOf(string index) => $"{Sql.Text(Names.Prefix)} || pg_catalog.md5(pg_catalog.concat_ws('.', {Sql.Text(index)}, n.nspname, c.relname))";

    private static string Constrain(Layout layout, string constraint, PartitionRule rule) => Sql.Do(
        $"""
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {Sql.Class(layout.Schema, layout.Table)} AND conname = {Sql.Text(constraint)}) THEN
            ALTER TABLE ONLY {layout.Target} ADD CONSTRAINT {Sql.Id(constraint)} {rule.Clause};
          END IF;
        END
        """);

    private static string Unique(bool unique) => unique ? "UNIQUE " : "";

    private static string Class(Layout layout, string index) => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, index))})";

    /// <summary>The partitions at every level, with the name that the index of each has until it is attached and served.</summary>
    public static string Partitions(Layout layout, string index) =>
        $"""
        SELECT t.relid, t.parentrelid, t.isleaf, t.level, c.relname, c.relnamespace, n.nspname,
          {NameOf(index)} AS index_name
        FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(layout.Target)})) t
          JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE t.level > 0
        """;

    private static string Next(Layout layout, string index, bool unique, string definition, PartitionRule? rule) =>
        $"""
        WITH attached AS (SELECT i.indrelid AS relid, i.indexrelid FROM pg_catalog.pg_partition_tree({Class(layout, index)}) t JOIN pg_catalog.pg_index i ON i.indexrelid = t.relid),
        missing AS (
          SELECT p.*, a.indexrelid AS above, i.indexrelid AS own, i.indisvalid AND i.indisready AS valid
          FROM ({Partitions(layout, index)}) p JOIN attached a ON a.relid = p.parentrelid
            LEFT JOIN pg_catalog.pg_class x ON x.relname = p.index_name AND x.relnamespace = p.relnamespace
            LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid AND i.indrelid = p.relid
          WHERE p.relid NOT IN (SELECT b.relid FROM attached b))
        SELECT CASE
            WHEN own IS NULL AND isleaf THEN pg_catalog.format('CREATE {Unique(unique)}INDEX CONCURRENTLY %I ON %I.%I ', index_name, nspname, relname) || {Sql.Text(definition)}
            WHEN own IS NULL THEN {Upper(unique, definition, rule)}
            WHEN isleaf AND NOT valid THEN pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', nspname, index_name){Use(rule)}
            ELSE pg_catalog.format('ALTER INDEX %s ATTACH PARTITION %I.%I', above::pg_catalog.regclass, nspname, index_name) END AS statement,
          isleaf AND (own IS NULL OR NOT valid) AS waits, 1 AS place, level, isleaf, nspname, relname
        FROM missing
        {Mend(layout, index, unique, definition, rule)}
        ORDER BY place, level, isleaf, nspname, relname LIMIT 1
        """;

    /// <summary>
    /// A partition that goes at the wrong moment leaves the index of its table invalid, though no other lacks one: the server looks again when one
    /// that is attached is attached once more. Where there is none to attach it is made anew.
    /// </summary>
    private static string Mend(Layout layout, string index, bool unique, string definition, PartitionRule? rule) =>
        $"""
        UNION ALL SELECT pg_catalog.format('ALTER INDEX %s ATTACH PARTITION %s', t.parentrelid::pg_catalog.regclass, t.relid::pg_catalog.regclass), false, 2, -t.level, true, NULL, t.relid::pg_catalog.text
          FROM pg_catalog.pg_partition_tree({Class(layout, index)}) t JOIN pg_catalog.pg_index i ON i.indexrelid = t.relid JOIN pg_catalog.pg_index a ON a.indexrelid = t.parentrelid
          WHERE i.indisvalid AND NOT a.indisvalid AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_partition_tree({Class(layout, index)}) d JOIN pg_catalog.pg_index e ON e.indexrelid = d.relid
            WHERE NOT e.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = d.relid))
        UNION ALL SELECT {Sql.Text(rule is null ? $"DROP INDEX {Sql.Id(layout.Schema, index)}" : $"ALTER TABLE {layout.Target} DROP CONSTRAINT {Sql.Id(index)}")}, false, 3, 0, true, NULL, NULL
          WHERE NOT (SELECT i.indisvalid FROM pg_catalog.pg_index i WHERE i.indexrelid = {Class(layout, index)})
        UNION ALL SELECT {Sql.Text(First(layout, index, unique, definition, rule))}, false, 3, 0, true, NULL, NULL WHERE {Class(layout, index)} IS NULL
        """;

    private static string First(Layout layout, string index, bool unique, string definition, PartitionRule? rule) => rule is null
        ? $"CREATE {Unique(unique)}INDEX IF NOT EXISTS {Sql.Id(index)} ON ONLY {layout.Target} {definition}"
        : Constrain(layout, index, rule);

    // What a partition that is parted itself gets: it has no rows, so nothing is read.
    private static string Upper(bool unique, string definition, PartitionRule? rule) => rule is null
        ? $"pg_catalog.format('CREATE {Unique(unique)}INDEX %I ON ONLY %I.%I ', index_name, nspname, relname) || {Sql.Text(definition)}"
        : $"pg_catalog.format('ALTER TABLE ONLY %I.%I ADD CONSTRAINT %I ', nspname, relname, index_name) || {Sql.Text(rule.Clause)}";

    private static string Use(PartitionRule? rule) => rule is null ? "" :
        $"""

            WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = own AND k.contype = 'u')
              THEN pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I UNIQUE USING INDEX %I', nspname, relname, index_name, index_name) || {Sql.Text(rule.Deferrable)}
        """;
}

/// <summary>A unique constraint as the server reads it.</summary>
/// <param name="Clause">All that stands behind its name.</param>
/// <param name="Deferrable">Its end: how it is deferred, or nothing.</param>
internal sealed record PartitionRule(string Clause, string Deferrable);
