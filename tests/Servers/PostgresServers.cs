using System.Collections.Concurrent;

namespace Tandem.Tests.Servers;

/// <summary>The servers of this test run: one for each major, started when first asked for, stopped with the process.</summary>
public static class PostgresServers
{
    private static readonly ConcurrentDictionary<int, Lazy<Task<PostgresServer>>> Servers = new();

    /// <summary>The shared server of a major; of the newest one if none is named. Throws where it is not installed.</summary>
    public static Task<PostgresServer> GetAsync(int? major = null) =>
        Servers.GetOrAdd(major ?? PostgresVersions.Newest, static version => new(() => StartAsync(version))).Value;

    /// <summary>A fresh database on the shared server of a major.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync(int? major = null)
    {
        var server = await GetAsync(major);
        return await server.CreateDatabaseAsync();
    }

    private static async Task<PostgresServer> StartAsync(int major)
    {
        // Nothing here has to survive a power cut; tables are small, and none lives long enough to need a vacuum.
        var server = await PostgresServer.StartAsync(major, new PostgresServerOptions
        {
            Fsync = false,
            Settings = new Dictionary<string, string>
            {
                ["full_page_writes"] = "off",
                ["synchronous_commit"] = "off",
                ["max_wal_size"] = "512MB",
                ["checkpoint_timeout"] = "1h",
                ["autovacuum"] = "off",
                ["jit"] = "off",
            },
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server;
    }
}
