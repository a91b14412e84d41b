using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Walks;

/// <summary>The rows that a table and its partitions keep although nobody sees them any more, as the server counts them.</summary>
internal static class DeadRowsSql
{
    public static DeadRowsQuery Of(Layout layout)
    {
        var relation = $"pg_catalog.to_regclass({Sql.Text(layout.Target)})";
        return new DeadRowsQuery(
            $"""
            SELECT coalesce(sum(s.n_dead_tup), 0)::bigint AS dead, coalesce(sum(greatest(s.n_live_tup, c.reltuples::bigint, 0)), 0)::bigint AS live,
              {Moment("s.last_vacuum")} AS vacuumed_at, {Moment("s.last_autovacuum")} AS autovacuumed_at
            FROM pg_catalog.pg_stat_all_tables s JOIN pg_catalog.pg_class c ON c.oid = s.relid
            WHERE c.relkind <> 'p' AND (s.relid = {relation} OR s.relid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree({relation}) p))
            HAVING count(*) > 0
            """,
            // The end of the file would be given back under a lock that shuts out readers.
            $"VACUUM (SKIP_LOCKED, TRUNCATE false) {layout.Target}");
    }

    private static string Moment(string time) =>
        $"coalesce(pg_catalog.to_char(max({time}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '')";
}
