using Tandem.Schema;

namespace Tandem.Running.Health;

/// <summary>From which value on a signal asks for what. A value that cannot be read counts as <see cref="HealthLevel.Slow"/>.</summary>
/// <param name="Signal">The signal's name, for example <c>replica_lag_seconds</c>.</param>
/// <param name="Slow">From here on the walk makes longer pauses.</param>
/// <param name="Hold">From here on nothing is written.</param>
public sealed record HealthLimit(string Signal, double Slow, double Hold)
{
    /// <summary>From here on the run stops; null for never.</summary>
    public double? Abort { get; init; }

    /// <summary>The value's unit for people, or empty for a plain number.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Whether it also holds for walks that only read: they add no log and lag no replica.</summary>
    public bool PacesReads { get; init; }

    /// <summary>What this value asks for.</summary>
    public HealthLevel LevelOf(double? value) => value switch
    {
        null => HealthLevel.Slow,
        { } v when v >= Abort => HealthLevel.Abort,
        { } v when v >= Hold => HealthLevel.Hold,
        { } v when v >= Slow => HealthLevel.Slow,
        _ => HealthLevel.Go,
    };
}

/// <summary>A signal's value at one moment.</summary>
/// <param name="Signal">The signal's name.</param>
/// <param name="Subject">Of what: a replica, a table; empty for the whole database.</param>
/// <param name="Value">The value, or null where it cannot be read.</param>
public sealed record HealthReading(string Signal, string Subject, double? Value)
{
    /// <summary>Why there is no value; empty where there is one, or where nobody knows.</summary>
    public string Why { get; init; } = "";
}

/// <summary>Asks something outside the journal's database: a query that is watched, an address.</summary>
/// <param name="Limit">The signal's limits.</param>
/// <param name="Subject">What is asked, for people.</param>
/// <param name="ReadAsync">The value now.</param>
public sealed record HealthSource(HealthLimit Limit, string Subject, Func<CancellationToken, Task<Measured>> ReadAsync);

/// <summary>Asks the migrated database a question of the user's.</summary>
/// <param name="Limit">The signal's limits.</param>
/// <param name="Sql">The query.</param>
/// <param name="Timed">Whether the value is the seconds that it takes, else what it answers.</param>
public sealed record HealthQuery(HealthLimit Limit, string Sql, bool Timed);

/// <summary>The signals that every walk looks at, and their usual limits.</summary>
public static class HealthSignals
{
    /// <summary>Seconds by which a replica lags behind.</summary>
    public const string ReplicaLagSeconds = "replica_lag_seconds";

    /// <summary>Bytes of log that a replica has not replayed.</summary>
    public const string ReplicaLagBytes = "replica_lag_bytes";

    /// <summary>What a replication slot keeps: 1 more than it should, 2 about to be lost.</summary>
    public const string SlotRetention = "slot_retention";

    /// <summary>Segments of the log that are not archived yet.</summary>
    public const string ArchiveBacklog = "archive_backlog";

    /// <summary>Seconds for which the longest waiter has waited for a lock on the table.</summary>
    public const string LockWaitSeconds = "lock_wait_seconds";

    /// <summary>Age in seconds of the oldest snapshot or prepared transaction: dead rows younger than it stay.</summary>
    public const string OldestSnapshotSeconds = "oldest_snapshot_seconds";

    /// <summary>Whether an autovacuum is at work on the table: 1 an ordinary one, 2 one against wraparound.</summary>
    public const string Autovacuum = "autovacuum";

    /// <summary>Sessions at work.</summary>
    public const string ActiveSessions = "active_sessions";

    /// <summary>Other sessions that were at work within the last second, as far as they may be seen: while there are any, batches are shorter.</summary>
    public const string OthersAtWork = "others_at_work";

    /// <summary>Where sessions of others cannot be seen: a number that is another one once they have committed something. Only that it changes counts.</summary>
    public const string CommitsOfOthers = "commits_of_others";

    /// <summary>Where sessions of others may not be seen: how far the server's numbers of writing transactions have come. Only its growth counts.</summary>
    public const string HiddenWrites = "hidden_writes";

    /// <summary>Where sessions of others may not be seen: how many transactions the server had. Only its growth counts.</summary>
    public const string HiddenTransactions = "hidden_transactions";

    /// <summary>Bytes of log written since the server was made; only its growth counts.</summary>
    public const string WalPosition = "wal_position";

    /// <summary>Bytes of log a second, of all sessions.</summary>
    public const string WalRate = "wal_rate";

    /// <summary>How many times as long a row of a batch takes as it took when the walk began.</summary>
    public const string BatchCost = "batch_cost";

    /// <summary>Stands for the question itself when the database refuses to answer it.</summary>
    public const string Health = "health";

    /// <summary>The names of the signals that are known without a source of the user's.</summary>
    public static ValueList<string> Known { get; } =
    [
        ReplicaLagSeconds, ReplicaLagBytes, SlotRetention, ArchiveBacklog, LockWaitSeconds, OldestSnapshotSeconds, Autovacuum, BatchCost, ActiveSessions, WalRate,
    ];

    /// <summary>The unit of a signal that has no usual limit; empty for one of the user's own.</summary>
    public static string UnitOf(string signal) => signal switch { WalRate => "bytes/s", ActiveSessions => "sessions", _ => "" };

    /// <summary>
    /// The limits without settings. Lag, lock waits and snapshots: the stops of gh-ost (1.5 s), Spirit (10 s for replicas
    /// that serve reads) and pt-online-schema-change (1 s); the archive's as in GitLab's batched migrations (42 segments).
    /// </summary>
    public static ValueList<HealthLimit> Usual { get; } =
    [
        new(ReplicaLagSeconds, 1, 10) { Unit = "s" },
        new(ReplicaLagBytes, 64 << 20, 512 << 20) { Unit = "bytes" },
        new(SlotRetention, 1, 2),
        new(ArchiveBacklog, 16, 42) { Unit = "segments" },
        new(LockWaitSeconds, 0.1, 1) { Unit = "s", PacesReads = true },
        new(OldestSnapshotSeconds, 60, 300) { Unit = "s" },
        new(Autovacuum, 1, 2),
        new(BatchCost, 3, double.PositiveInfinity) { Unit = "times", PacesReads = true },
    ];
}
