using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Problems;

namespace Tandem.Postgres;

/// <summary>What a PostgreSQL server can do, by its version; the only place where versions are told apart.</summary>
internal static class PostgresCapabilities
{
    /// <summary>The oldest major that is supported.</summary>
    public const int OldestMajor = 14;

    /// <summary>Reads the capabilities from an open connection.</summary>
    public static Capabilities Of(NpgsqlConnection connection) => Of(connection.PostgreSqlVersion);

    /// <summary>The capabilities of a version.</summary>
    public static Capabilities Of(Version version)
    {
        if (version.Major < OldestMajor)
        {
            throw new TandemException(
                ProblemCodes.ServerTooOld, $"The server is PostgreSQL {version}; the oldest that is supported is {OldestMajor}.");
        }

        return new Capabilities("PostgreSQL", version)
        {
            Clock = "pg_catalog.to_char((pg_catalog.clock_timestamp() + {0} * interval '1 second') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"0Z\"')",
            LockWait = LockSql.Wait,
            OwnSession = "SELECT pg_catalog.pg_backend_pid()::bigint AS pid",
            Blocked = LockSql.Blocked,
            SecurityInvokerViews = version.Major >= 15,
            GrantableSettings = version.Major >= 15,
            ConcurrentIndexes = true,
            MaxIdentifierBytes = 63,
        };
    }
}
