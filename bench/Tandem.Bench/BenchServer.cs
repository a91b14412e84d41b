using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>How the measured servers are set up: durable, with room, and without background work that comes by chance.</summary>
internal static class BenchServer
{
    /// <summary>Settings besides the defaults; they stand on the page of results.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["shared_buffers"] = "512MB",
        ["max_wal_size"] = "8GB",
        ["min_wal_size"] = "2GB",
        ["checkpoint_timeout"] = "1h",
        ["wal_level"] = "replica",
        ["autovacuum"] = "off",
        ["jit"] = "off",
        ["synchronous_commit"] = "on",
    };

    public static PostgresServerOptions Options(string folder) => new() { Fsync = true, Folder = folder, Settings = Settings };

    /// <summary>
    /// Makes the files of the log. A server that has run for a while writes into those that it has; to make one, 16 MB of zeros that are flushed,
    /// takes tens of milliseconds in which nobody commits.
    /// </summary>
    public static async Task WarmAsync(PostgresServer server)
    {
        await using var database = await server.CreateDatabaseAsync();
        await BenchRun.RunAsync(database, "select pg_logical_emit_message(false, 'tandem', repeat('x', 1000000)) from generate_series(1, 2100)");
        await BenchRun.RunAsync(database, "checkpoint");
        await BenchRun.RunAsync(database, "checkpoint");
    }
}
