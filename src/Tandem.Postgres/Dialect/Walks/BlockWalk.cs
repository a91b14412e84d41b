using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Walks;

/// <summary>
/// A walk over a table by ranges of blocks. Its end is fixed at its start: rows that are written later, wherever they
/// land, are the sync's. Only VACUUM FULL, CLUSTER and their like give rows other places behind the sync's back: into another file.
/// </summary>
internal static class BlockWalk
{
    /// <summary>Rows of a block as long as the table was never analysed.</summary>
    private const string GuessedRows = "50";

    /// <summary>The condition that a row lies in the chunk.</summary>
    public static string Window(string? alias = null)
    {
        var ctid = alias is null ? "ctid" : $"{alias}.ctid";
        return $"{ctid} >= ('(' || coalesce(nullif(@after, ''), '0') || ',0)')::tid AND {ctid} < ('(' || @upto || ',0)')::tid";
    }

    /// <summary>A walk over this table. It is over at once where the table or one of these columns was never made.</summary>
    public static Walk Over(string schema, string table, string work, IReadOnlyList<string>? columns = null) =>
        new(Start(schema, table, columns ?? []), Next(schema, table), work) { Way = "page by page" };

    /// <summary>Ranges of blocks, as even as can be.</summary>
    /// <param name="cursor">The cursor of a walk that begins at a block.</param>
    public static string Parts(Func<string, string> cursor) =>
        $"""
        SELECT {cursor("p.low")} AS walk_from, p.high::text AS walk_end
        FROM (SELECT w.last * (n - 1) / @parts::bigint AS low, w.last * n / @parts::bigint AS high
          FROM (SELECT coalesce(nullif(@end, ''), '0')::bigint AS last) w, pg_catalog.generate_series(1, @parts::bigint) n) p
        WHERE p.low < p.high ORDER BY p.low
        """;

    private static string Start(string schema, string table, IReadOnlyList<string> columns)
    {
        var missing = columns.Count == 0 ? "" : $" AND {Names.Text(columns.Count)} = (SELECT count(*) FROM pg_catalog.pg_attribute a "
            + $"WHERE a.attrelid = c.oid AND a.attname IN ({string.Join(", ", columns.Select(Sql.Text))}))";
        return
            $"""
            SELECT coalesce(max(s.blocks), 0)::text AS walk_end, coalesce(max(CASE WHEN s.reltuples >= 0 THEN s.reltuples ELSE s.blocks * {GuessedRows} END), 0)::bigint AS rows_total, max(s.file)::text AS file
            FROM (SELECT c.reltuples, pg_catalog.pg_relation_filenode(c.oid)::bigint AS file, pg_catalog.pg_relation_size(c.oid, 'main') / pg_catalog.current_setting('block_size')::bigint AS blocks
              FROM pg_catalog.pg_class c WHERE c.oid = {Class(schema, table)}{missing}) s
            """;
    }

    private static string Next(string schema, string table) =>
        $"""
        SELECT CASE WHEN w.done >= w.last THEN NULL
          ELSE least(w.done + greatest(1, floor(@size::bigint / w.density)::bigint), w.last)::text END AS upto
        FROM (SELECT coalesce(nullif(@after, ''), '0')::bigint AS done, coalesce(nullif(@end, ''), '0')::bigint AS last,
            {Density(schema, table)} AS density) w
        """;

    /// <summary>Rows of a block.</summary>
    public static string Density(string schema, string table) =>
        $"coalesce((SELECT greatest(1, c.reltuples / c.relpages) FROM pg_catalog.pg_class c WHERE c.oid = {Class(schema, table)} AND c.reltuples > 0 AND c.relpages > 0), {GuessedRows})";

    private static string Class(string schema, string table) => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, table))})";
}
