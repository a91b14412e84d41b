using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Running.Health;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>A file for a backup. The runner writes, flushes and disposes the stream.</summary>
/// <param name="Content">Where to write.</param>
/// <param name="Place">What the journal says about where it is.</param>
/// <param name="FlushToDisk">Makes sure that what was written survives a loss of power.</param>
public sealed record BackupFile(Stream Content, string Place, Action FlushToDisk);

/// <summary>How a runner works.</summary>
public sealed record RunnerOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads waits, so that two runners do not ask in step.</summary>
    public Random Jitter { get; init; } = new(Environment.ProcessId);

    /// <summary>Hears what happens.</summary>
    public IProgress<RunEvent>? Progress { get; init; }

    /// <summary>Who is written into the journal.</summary>
    public string Actor { get; init; } = Environment.UserName;

    /// <summary>The name under which this process holds the lease; no other process may have it.</summary>
    public string Holder { get; init; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}");

    /// <summary>How long the lease outlives the last transaction.</summary>
    public TimeSpan LeaseExpiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a statement may wait for a lock of users' tables, and so make others wait behind it.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a step goes on asking for its locks before it gives up.</summary>
    public TimeSpan LockDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A session that holds a lock longer than this is waited for without asking.</summary>
    public TimeSpan LongHolder { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a lost connection is tried again.</summary>
    public TimeSpan ReconnectFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a batch is meant to take.</summary>
    public TimeSpan BatchTarget { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// How long a batch is meant to take while other sessions are at work: they wait for its rows, for a processor, and for its part of the log
    /// when they commit. Shorter ones cost speed: what surrounds a batch takes as long for few rows as for many.
    /// </summary>
    public TimeSpan BatchTargetBesideOthers { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Rows of the first batch.</summary>
    public int FirstBatch { get; init; } = 500;

    /// <summary>Rows of the smallest batch.</summary>
    public int SmallestBatch { get; init; } = 100;

    /// <summary>Rows of the biggest batch.</summary>
    public int LargestBatch { get; init; } = 50_000;

    /// <summary>The pause after a batch, in durations of the batch; null: as the database needs it.</summary>
    public double? PauseRatio { get; init; }

    /// <summary>How many sessions fill or compare a table at once; null: as the target says, else as the plan chose. SQLite has one writer.</summary>
    public int? Workers { get; init; }

    /// <summary>How walks over tables mind the database's health.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>How often it is looked who waits for a step's locks; during batches ten times as seldom. Zero does not look.</summary>
    public TimeSpan LockSampleEvery { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How often, at most, the conditions for pausing and going back are measured while a phase is under way.</summary>
    public TimeSpan GuardEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long applications of the old version must not have been seen at work before <c>complete</c> ends its service;
    /// zero does not ask. Null: as the target says, else a minute.
    /// </summary>
    public TimeSpan? OldQuiet { get; init; }

    /// <summary>For how long, at most, it is looked who uses the old version at this moment.</summary>
    public TimeSpan OldWatch { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Complete passes that a verification may need until one is clean.</summary>
    public int VerificationPasses { get; init; } = 3;

    /// <summary>How much the ledger keeps of what a backfill writes; null: as the plan says.</summary>
    public LedgerDetail? Ledger { get; init; }

    /// <summary>Whether a backfill that leaves many dead rows has them taken away at its end.</summary>
    public bool Vacuum { get; init; }

    /// <summary>How often, at most, what is only for people is written into the journal.</summary>
    public TimeSpan RecordEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a comparison tells keys of rows that do not agree. Keys can be somebody's data, so only when asked for.</summary>
    public bool ShowKeys { get; init; }

    /// <summary>Carries out hooks; null where none are. A failure that may pass is an outcome, not an exception.</summary>
    public Func<HookTry, CancellationToken, Task<HookOutcome>>? RunHook { get; init; }

    /// <summary>
    /// Asks an address for a number, for signals and conditions of the user's own. Null where no address can be asked.
    /// </summary>
    public Func<string, CancellationToken, Task<Measured>>? AskAddress { get; init; }

    /// <summary>Makes a new file for a backup, by a name; null where backups have no place.</summary>
    public Func<string, BackupFile>? OpenBackup { get; init; }

    /// <summary>
    /// What the target says about runs of a migration, by its id: it comes before these options and before what the stored
    /// plan keeps. Null where nothing is known of the target's settings: those that the plan keeps hold.
    /// </summary>
    public Func<string, RunSettings>? SettingsOf { get; init; }

    /// <summary>Writes a plan's phases for what else is in sync when one of them begins.</summary>
    internal Func<Plan, IDialect, ValueList<RetainedChange>, Plan> Render { get; init; } = Planner.RenderAgain;

    /// <summary>These options with what a target says.</summary>
    internal RunnerOptions With(RunSettings settings)
    {
        var most = settings.BatchRows ?? LargestBatch;
        return this with
        {
            BatchTarget = settings.BatchTime ?? BatchTarget,
            BatchTargetBesideOthers = settings.BatchTime ?? BatchTargetBesideOthers,
            LargestBatch = most,
            FirstBatch = Math.Min(FirstBatch, most),
            SmallestBatch = Math.Min(SmallestBatch, most),
            PauseRatio = settings.BatchPause ?? PauseRatio,
            Workers = Workers ?? settings.Workers,
            Ledger = settings.Ledger ?? Ledger,
            Vacuum = settings.Vacuum ?? Vacuum,
            LockTimeout = settings.LockTimeout ?? LockTimeout,
            LockDeadline = settings.LockDeadline ?? LockDeadline,
            Health = Health.With(settings.Throttle ?? [], AskAddress),
            OldQuiet = OldQuiet ?? settings.OldQuiet ?? TimeSpan.FromMinutes(1),
        };
    }
}
