using Npgsql;

namespace Tandem.Tests.Servers;

/// <summary>A fresh database on a test server, dropped on dispose with whoever is still connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer server;
    private readonly NpgsqlDataSource source;

    internal TestDatabase(PostgresServer server, string name)
    {
        this.server = server;
        Name = name;
        ConnectionString = server.ConnectionString(name);

        // No type of the database's own is read as one: a server is asked for all of them at the first connection to each database.
        source = new NpgsqlDataSourceBuilder(ConnectionString).ConfigureTypeLoading(t => t.EnableTypeLoading(false)).Build();
        Url = new Uri($"postgres://{PostgresServer.User}:{PostgresServer.Password}@127.0.0.1:{server.Port}/{name}");
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>For Npgsql, as the server's superuser, with pooling.</summary>
    public string ConnectionString { get; }

    /// <summary>The same as <c>postgres://user:password@127.0.0.1:port/name</c>; use <see cref="object.ToString"/> of it on a command line.</summary>
    public Uri Url { get; }

    /// <summary>Opens a connection to the database.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation = default) => await source.OpenConnectionAsync(cancellation);

    /// <summary>Runs statements on a connection of their own.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellation = default)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first value of the first row, on a connection of its own; default for NULL or no row.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation = default)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        var value = await command.ExecuteScalarAsync(cancellation);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>Closes the connections that wait to be used again; after a crash of the server they are dead.</summary>
    public async Task ForgetConnectionsAsync()
    {
        source.Clear();
        await using var pool = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(pool);
    }

    /// <summary>Drops the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await ForgetConnectionsAsync();
        await source.DisposeAsync();
        await server.ExecuteAsync($"drop database if exists \"{Name}\" with (force)");
    }
}
