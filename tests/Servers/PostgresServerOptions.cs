namespace Tandem.Tests.Servers;

/// <summary>How a test's own server differs from the ordinary.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Whether writes reach the disk. Off is quicker and survives a killed server, not a killed machine.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>Where its data lie; null: in memory where there is room.</summary>
    public string? Folder { get; init; }

    /// <summary>Megabytes of a disk besides (<see cref="PostgresServer.SmallDisk"/>): in memory, seen by the server alone, and gone when it stops. Needs <see cref="SmallDiskFactAttribute"/>.</summary>
    public int? SmallDisk { get; init; }

    /// <summary>Further lines of postgresql.conf, for example <c>["max_connections"] = "20"</c>; they win over the defaults.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
