using System.ComponentModel;
using Tandem.Journal;
using Tandem.Schema;

namespace Tandem.Planning;

/// <summary>
/// What an environment says about how runs work there. A plan keeps what held when it was made; null is what nothing
/// was said about.
/// </summary>
public record RunSettings
{
    /// <summary>How long a batch is meant to take.</summary>
    [Description("How long one batch of a backfill is meant to take, for example 20ms. Without it 25ms, and 2ms on PostgreSQL while other sessions are at work.")]
    public TimeSpan? BatchTime { get; init; }

    /// <summary>The most rows of a batch.</summary>
    [Description("The most rows that one batch takes, however quick it is.")]
    public int? BatchRows { get; init; }

    /// <summary>The pause after a batch, in durations of that batch.</summary>
    [Description("The pause after each batch of a backfill, in durations of that batch: 3 leaves the database to others for three quarters of the time. Without it 0 on PostgreSQL, and on SQLite, which has one writer, 1, or 3 while others commit; with 0 writers there may find no gap before the fill has ended.")]
    public int? BatchPause { get; init; }

    /// <summary>How many sessions fill or compare a table at once.</summary>
    [Description("How many sessions fill or compare a table at once on PostgreSQL, each a part of it, 1 to 32. Without it the migration's file says, or the plan chooses by the size of the table and what else the server does. SQLite has one writer.")]
    public int? Workers { get; init; }

    /// <summary>How much the ledger keeps of what a backfill writes.</summary>
    [Description("How much the ledger keeps of what a backfill writes: chunks, or rows, which is a line with key and hashes for each row besides. Without it the migration's file says.")]
    public LedgerDetail? Ledger { get; init; }

    /// <summary>Whether a backfill that leaves many dead rows has them taken away at its end.</summary>
    [Description("Whether a backfill that leaves many dead rows (more than a tenth of the table) has PostgreSQL take them away before the comparison, by VACUUM. Without it that is left to autovacuum.")]
    public bool? Vacuum { get; init; }

    /// <summary>How long one statement may wait for a lock.</summary>
    [Description("How long one statement may wait in the queue for a lock, for example 50ms.")]
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>How long it is tried to get a lock.</summary>
    [Description("How long it is tried to get a lock, with pauses, before the run stops and names who holds it, for example 5m.")]
    public TimeSpan? LockDeadline { get; init; }

    /// <summary>How long old applications must have been quiet.</summary>
    [Description("How long applications of the old version must not have been seen at work before complete ends its service, for example 10m; without it 1m, and 0s does not ask.")]
    public TimeSpan? OldQuiet { get; init; }

    /// <summary>How long runs may make others wait within an hour.</summary>
    [Description("How long runs on this database may make other sessions wait for locks within an hour, all of them together, before start and complete are refused, for example 30s. PostgreSQL; a rollback is never refused.")]
    public TimeSpan? BlockedPerHour { get; init; }

    /// <summary>Signals of the database's health with other limits than the usual ones, and signals of the user's own.</summary>
    [Description("Signals of the database's health, by name: other limits than the usual ones, or signals of your own.")]
    public ValueList<SignalSetting>? Throttle { get; init; }

    /// <summary>When work may be done; null or empty: at any time.</summary>
    [Description("Times at which work may be done. Work that no window is for may be done at any time, and so may rollbacks.")]
    public ValueList<WorkWindow>? Windows { get; init; }

    /// <summary>These settings, and those of another where these say nothing.</summary>
    /// <param name="other">What comes behind.</param>
    public RunSettings Else(RunSettings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new RunSettings
        {
            BatchTime = BatchTime ?? other.BatchTime,
            BatchRows = BatchRows ?? other.BatchRows,
            BatchPause = BatchPause ?? other.BatchPause,
            Workers = Workers ?? other.Workers,
            Ledger = Ledger ?? other.Ledger,
            Vacuum = Vacuum ?? other.Vacuum,
            LockTimeout = LockTimeout ?? other.LockTimeout,
            LockDeadline = LockDeadline ?? other.LockDeadline,
            OldQuiet = OldQuiet ?? other.OldQuiet,
            BlockedPerHour = BlockedPerHour ?? other.BlockedPerHour,
            Throttle = Throttle is null ? other.Throttle : [.. Throttle.Concat(other.Throttle ?? []).DistinctBy(s => s.Signal, StringComparer.Ordinal)],
            Windows = Windows ?? other.Windows,
        };
    }

    /// <summary>When work of a kind may go on, if it may not be done now; null when it may.</summary>
    /// <param name="work">The kind of work.</param>
    /// <param name="now">The moment.</param>
    public DateTimeOffset? OpensAt(Work work, DateTimeOffset now)
    {
        var windows = (Windows ?? []).Where(w => w.IsFor(work)).ToList();
        return windows.Count == 0 || windows.Any(w => w.IsOpen(now)) ? null : windows.Min(w => w.NextOpening(now));
    }
}
