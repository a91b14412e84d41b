using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Locks: which are taken, who holds them.</summary>
internal static class LockSql
{
    /// <summary>Nobody reads or writes, for as long as the catalogue is changed.</summary>
    public static LockFact Exclusive(string table) => new(table, "ACCESS EXCLUSIVE", "readers and writers", "an instant");

    /// <summary>Takes the locks of a step at its beginning, in the one order that all steps keep.</summary>
    public static string Take(string schema, IEnumerable<string> tables) =>
        $"LOCK TABLE {string.Join(", ", tables.Distinct().Order(StringComparer.Ordinal).Select(t => Sql.Id(schema, t)))} IN ACCESS EXCLUSIVE MODE";

    // A prepared transaction keeps its locks without a session, and is known by the lock on its own number.
    private const string Prepared =
        """
        UNION ALL
        SELECT NULL, coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared), 0)::bigint,
          pg_catalog.concat_ws(' ', 'the prepared transaction', pg_catalog.quote_literal(p.gid), 'of', p.owner)
        FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()
        """;

    /// <summary>Sessions and prepared transactions that hold a lock on one of the tables.</summary>
    public static string Holders(string schema, IEnumerable<string> tables)
    {
        var classes = string.Join(", ", tables.Distinct().Order(StringComparer.Ordinal).Select(t => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, t))})"));
        return
        $"""
        SELECT a.pid::bigint AS pid, coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start), 0)::bigint AS seconds,
          pg_catalog.concat_ws(' ', a.usename, a.application_name, a.state) AS what
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid <> pg_catalog.pg_backend_pid() AND EXISTS (
          SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
            AND (l.relation IN ({classes}) OR pg_catalog.pg_partition_root(l.relation) IN ({classes})))
        {Prepared} AND EXISTS (
          SELECT FROM pg_catalog.pg_locks n JOIN pg_catalog.pg_locks l ON l.pid IS NULL AND l.virtualtransaction = n.virtualtransaction AND l.locktype = 'relation'
          WHERE n.pid IS NULL AND n.locktype = 'transactionid' AND n.transactionid = p.transaction
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
            AND (l.relation IN ({classes}) OR pg_catalog.pg_partition_root(l.relation) IN ({classes})))
        ORDER BY seconds DESC
        """;
    }

    /// <summary>How long the longest waiter waits in a session that uses a table. A row that is locked is waited for under its holder's transaction.</summary>
    public const string Wait =
        """
        SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - w.waitstart)), 0)::double precision AS seconds
        FROM pg_catalog.pg_locks w
        WHERE NOT w.granted AND EXISTS (
          SELECT FROM pg_catalog.pg_locks l
            JOIN pg_catalog.pg_class c ON c.oid = coalesce(pg_catalog.pg_partition_root(l.relation), l.relation)
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE l.pid = w.pid AND l.locktype = 'relation' AND n.nspname = @schema AND c.relname = @table
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
        """;

    /// <summary>Who waits for a session. Only of sessions that wait at all it is asked for whom, which takes the server's locks on its lock table.</summary>
    public const string Blocked =
        """
        SELECT pg_catalog.concat_ws('/', a.pid, w.since) AS wait, coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - w.since), 0)::double precision AS seconds,
          pg_catalog.concat_ws(' ', coalesce(a.usename::text, 'somebody'), nullif(a.application_name, '')) AS who
        FROM pg_catalog.pg_stat_activity a
          CROSS JOIN LATERAL (SELECT min(l.waitstart) AS since FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND NOT l.granted) w
        WHERE a.wait_event_type = 'Lock' AND a.pid <> pg_catalog.pg_backend_pid()
          AND CASE WHEN a.wait_event_type = 'Lock' THEN @pid::integer = ANY (pg_catalog.pg_blocking_pids(a.pid)) ELSE false END
        """;

    /// <summary>The same, or nothing where no table is locked.</summary>
    public static string? HoldersOrNull(string schema, List<string> tables) => tables.Count == 0 ? null : Holders(schema, tables);

    /// <summary>Sessions and prepared transactions that a concurrent build of an index waits for.</summary>
    public const string Snapshots =
        $"""
        SELECT a.pid::bigint AS pid, coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start), 0)::bigint AS seconds,
          pg_catalog.concat_ws(' ', a.usename, a.application_name, a.state) AS what
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid <> pg_catalog.pg_backend_pid() AND a.datname = pg_catalog.current_database()
          AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
        {Prepared}
        ORDER BY seconds DESC
        """;
}
