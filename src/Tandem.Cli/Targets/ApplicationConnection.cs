using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tandem.Sqlite;

namespace Tandem.Cli.Targets;

/// <summary>Connections as an application has them: through its driver, without a pool, and knowing nothing of Tandem.</summary>
internal static class ApplicationConnection
{
    /// <summary>Connects to a PostgreSQL database.</summary>
    public static async Task<DbConnection> OpenPostgresAsync(string connectionString, CancellationToken cancellationToken) =>
        await OpenAsync(new NpgsqlConnection(connectionString), null, cancellationToken);

    /// <summary>Opens a SQLite file that is there, with the settings that an application with concurrent writers needs.</summary>
    public static async Task<DbConnection> OpenSqliteAsync(string path, CancellationToken cancellationToken)
    {
        // Asking makes Tandem choose the SQLite library of this process; the applications' driver must not come first.
        _ = SqliteDatabase.LibraryVersion;
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        return await OpenAsync(
            new SqliteConnection(settings.ConnectionString), "pragma busy_timeout = 5000; pragma foreign_keys = on; pragma synchronous = normal", cancellationToken);
    }

    /// <summary>Carries a statement out.</summary>
    public static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<DbConnection> OpenAsync(DbConnection connection, string? setUp, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
            if (setUp is not null)
            {
                await ExecuteAsync(connection, setUp, cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
