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
        ["checkpoint_timeout"] = "1h",
        ["wal_level"] = "replica",
        ["autovacuum"] = "off",
        ["jit"] = "off",
        ["synchronous_commit"] = "on",
    };

    public static PostgresServerOptions Options(string folder) => new() { Fsync = true, Folder = folder, Settings = Settings };
}
