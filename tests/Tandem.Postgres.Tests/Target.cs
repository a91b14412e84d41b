using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Tests.Servers;

namespace Tandem.Postgres.Tests;

/// <summary>A fresh database with the provider on it.</summary>
internal sealed class Target : IAsyncDisposable
{
    private Target(TestDatabase server, PostgresDatabase database)
    {
        Server = server;
        Database = database;
    }

    /// <summary>For what an application or a person does.</summary>
    public TestDatabase Server { get; }

    /// <summary>The provider.</summary>
    public PostgresDatabase Database { get; }

    /// <summary>Makes a database, runs a script in it.</summary>
    public static async Task<Target> CreateAsync(string script = "", string schema = "public", int? major = null)
    {
        var server = await PostgresServers.CreateDatabaseAsync(major);
        if (script.Length > 0)
        {
            await server.ExecuteAsync(script);
        }

        return new Target(server, Open($"{server.Url}?schema={Uri.EscapeDataString(schema)}"));
    }

    /// <summary>The provider for an address, without a dialect.</summary>
    public static PostgresDatabase Open(string address) =>
        new(PostgresUrl.Parse(address), _ => throw new NotSupportedException("These tests render no steps."));

    /// <summary>A session that is closed with the test's process at the latest.</summary>
    public Task<ISession> SessionAsync() => Database.OpenSessionAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Server.DisposeAsync();
    }
}
