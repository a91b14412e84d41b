using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// A walk over a table by ranges of blocks. Its end is fixed at its start: rows that are written later, wherever they
/// land, are the sync's.
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

    /// <summary>A walk over this table.</summary>
    public static Walk Over(string schema, string table, string work) => new(Start(schema, table), Next(schema, table), work);

    private static string Start(string schema, string table) =>
        $"""
        SELECT (pg_catalog.pg_relation_size(c.oid, 'main') / pg_catalog.current_setting('block_size')::bigint)::text AS walk_end,
          CASE WHEN c.reltuples >= 0 THEN c.reltuples ELSE pg_catalog.pg_relation_size(c.oid, 'main') / pg_catalog.current_setting('block_size')::bigint * {GuessedRows} END::bigint AS rows_total
        FROM pg_catalog.pg_class c WHERE c.oid = {Sql.Class(schema, table)}
        """;

    private static string Next(string schema, string table) =>
        $"""
        SELECT CASE WHEN w.done >= w.last THEN NULL
          ELSE least(w.done + greatest(1, floor(@size::bigint / w.density)::bigint), w.last)::text END AS upto
        FROM (SELECT coalesce(nullif(@after, ''), '0')::bigint AS done, coalesce(nullif(@end, ''), '0')::bigint AS last,
            CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN greatest(1, c.reltuples / c.relpages) ELSE {GuessedRows} END AS density
          FROM pg_catalog.pg_class c WHERE c.oid = {Sql.Class(schema, table)}) w
        """;
}
