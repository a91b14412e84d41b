using Tandem.Databases;
using Tandem.Postgres.Connections;

namespace Tandem.Postgres.Examiners;

/// <summary>How much room the server has for more sessions of Tandem's.</summary>
internal static class PostgresRoom
{
    // What others do is seen only with pg_read_all_stats; without it, of each that it is in a transaction at this moment, since it then holds a lock on its number.
    private const string Query =
        """
        SELECT (pg_catalog.current_setting('max_connections')::bigint - pg_catalog.current_setting('superuser_reserved_connections')::bigint
            - (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.backend_type IN ('client backend', 'walsender') OR a.backend_type IS NULL)) AS free,
          (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
            AND (a.state IN ('active', 'idle in transaction') OR (a.state IS NULL AND a.backend_type IS NULL AND a.usesysid IS NOT NULL
              AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid')))) AS active,
          pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')::int AS sees,
          pg_catalog.current_setting('max_parallel_workers')::bigint AS parallel
        """;

    /// <summary>Measures.</summary>
    public static async Task<ServerRoom> MeasureAsync(PostgresReading reading, CancellationToken cancellationToken)
    {
        var result = await reading.QueryAsync(Query, cancellationToken).ConfigureAwait(false);
        return new ServerRoom((int)result.Number("free"), (int)result.Number("active"), (int)result.Number("parallel")) { SeesOthers = result.Number("sees") != 0 };
    }
}
