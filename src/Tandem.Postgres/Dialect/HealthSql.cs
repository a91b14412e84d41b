using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Asks the server how it fares, in one statement of a few milliseconds that any role may run. What a role may not see is NULL:
/// unknown, not fine.
/// </summary>
internal static class HealthSql
{
    /// <summary>Gives a step's walk over a table the question.</summary>
    public static RenderedStep Ask(RenderedStep step, RenderContext context) => step is { Walk: { } walk, Table: { } table }
        ? step with { Walk = walk with { Health = Of(context.Schema.Name, table) } }
        : step;

    private static string Of(string schema, string table)
    {
        var subject = Sql.Text(table);
        var relation = $"pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, table))})";
        return $"""
            SELECT _tandem_h.signal, _tandem_h.subject, _tandem_h.value::double precision AS value FROM (
              SELECT 'replica_lag_seconds' AS signal, r.who AS subject, CASE WHEN r.behind = 0 THEN 0 ELSE r.lag END AS value FROM ({Replicas}) r
              UNION ALL SELECT 'replica_lag_bytes', r.who, r.behind FROM ({Replicas}) r
              UNION ALL SELECT 'slot_retention', s.slot_name::text, CASE s.wal_status WHEN 'unreserved' THEN 2 WHEN 'extended' THEN 1 ELSE 0 END
                FROM pg_catalog.pg_replication_slots s WHERE s.wal_status <> 'lost'
              UNION ALL SELECT 'archive_backlog', '', ({ArchiveBacklog}) WHERE pg_catalog.current_setting('archive_mode') <> 'off'
              UNION ALL SELECT 'lock_wait_seconds', {subject}, coalesce(max({Age("l.waitstart")}), 0)
                FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.relation = {relation}
              UNION ALL SELECT 'oldest_snapshot_seconds', '', greatest(
                (SELECT coalesce(max(CASE WHEN a.backend_xmin IS NULL THEN 0 ELSE {Age("coalesce(a.xact_start, a.backend_start)")} END), 0)
                  FROM pg_catalog.pg_stat_activity a WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datname = pg_catalog.current_database()),
                (SELECT coalesce(max({Age("p.prepared")}), 0) FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()))
                * CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datname = pg_catalog.current_database() AND {IsHidden("a.query")}) THEN NULL ELSE 1 END
              UNION ALL SELECT 'autovacuum', {subject}, CASE WHEN bool_or(v.relid IS NULL OR {IsHidden("a.query")}) THEN NULL
                  ELSE coalesce(max(CASE WHEN a.query LIKE '%to prevent wraparound%' THEN 2 ELSE 1 END) FILTER (WHERE v.pid IS NOT NULL), 0) END
                FROM pg_catalog.pg_stat_progress_vacuum v LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = v.pid
                WHERE v.relid IS NULL OR v.relid = {relation}
              UNION ALL SELECT 'active_sessions', '', count(*) FROM pg_catalog.pg_stat_activity a WHERE a.state = 'active' AND a.pid <> pg_catalog.pg_backend_pid()
              UNION ALL SELECT 'others_at_work', '', ({OthersAtWork})
              UNION ALL SELECT 'hidden_writes', '', pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::numeric WHERE {OthersAreHidden}
              UNION ALL SELECT 'hidden_transactions', '', (SELECT sum(d.xact_commit + d.xact_rollback) FROM pg_catalog.pg_stat_database d) WHERE {OthersAreHidden}
              UNION ALL SELECT 'wal_position', '', pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')
            ) _tandem_h
            """;
    }

    /// <summary>Other clients' sessions, on any database of the server; the engine's own, which go by one name, are none.</summary>
    private const string Others = "a.datid IS NOT NULL AND a.usesysid IS NOT NULL AND a.application_name IS DISTINCT FROM pg_catalog.current_setting('application_name')";

    /// <summary>What a session does is hidden from roles without pg_read_all_stats, what kind of session it is, too.</summary>
    private const string Hidden = "a.state IS NULL AND a.backend_type IS NULL";

    private const string OthersAreHidden = $"EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE {Others} AND {Hidden})";

    /// <summary>
    /// Those that have done something within the last second. Of one that is hidden it is seen only that it is in a transaction at this moment: then it holds a lock on its number.
    /// </summary>
    private const string OthersAtWork =
        $"""
        SELECT count(*) FROM pg_catalog.pg_stat_activity a
        WHERE {Others} AND CASE WHEN {Hidden} THEN EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid')
          ELSE coalesce(a.backend_type, 'client backend') = 'client backend' AND (a.state = 'active' OR a.state_change > pg_catalog.clock_timestamp() - interval '1 s') END
        """;

    /// <summary>
    /// A replica that has replayed all is not behind, whatever the lag says that was measured last; of one that has never answered nothing
    /// is known. A replica that stands still reports no time, but its bytes grow.
    /// </summary>
    private const string Replicas =
        """
        SELECT coalesce(nullif(s.application_name, ''), s.client_addr::text, 'a replica') AS who,
          extract(epoch FROM s.replay_lag) AS lag,
          greatest(0, pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.replay_lsn)) AS behind
        FROM pg_catalog.pg_stat_replication s WHERE s.state IS NULL OR s.state IN ('streaming', 'catchup')
        """;

    /// <summary>Segments between the one that is written and the last that was archived; both are numbers in their files' names.</summary>
    private const string ArchiveBacklog =
        """
        SELECT CASE WHEN v.last_archived_wal IS NULL THEN CASE WHEN v.failed_count = 0 THEN 0 END
          WHEN v.last_archived_wal ~ '^[0-9A-F]{24}' THEN greatest(0, w.now - (
            ('x' || substr(v.last_archived_wal, 9, 8))::bit(32)::bigint * (4294967296 / w.size) + ('x' || substr(v.last_archived_wal, 17, 8))::bit(32)::bigint) - 1) END
        FROM pg_catalog.pg_stat_archiver v, (SELECT s.size, div(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0'), s.size)::bigint AS now
          FROM (SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) AS size) s) w
        """;

    private static string Age(string time) => $"extract(epoch FROM pg_catalog.clock_timestamp() - {time})";

    private static string IsHidden(string query) => $"{query} = '<insufficient privilege>'";
}
