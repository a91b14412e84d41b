using System.ComponentModel;
using Tandem.Journal;
using Tandem.Running.Locks;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What the locks of a step cost others.</summary>
internal sealed record LockCostView
{
    [Description("The migration.")]
    public required string Migration { get; init; }

    [Description("The phase.")]
    public required Phase? Phase { get; init; }

    [Description("The step's id.")]
    public required string Step { get; init; }

    [Description("When the step let them go.")]
    public required DateTimeOffset At { get; init; }

    [Description("Seconds for which it asked for its locks before they were granted, pauses among them.")]
    public required double WaitedSeconds { get; init; }

    [Description("Seconds for which the transaction lasted that held them; for a backfill all its batches together.")]
    public required double HeldSeconds { get; init; }

    [Description("Seconds for which other sessions waited for this one, all of them together; null where the database does not tell (SQLite).")]
    public required double? BlockedSeconds { get; init; }

    [Description("The longest wait among them, in seconds.")]
    public required double WorstSeconds { get; init; }

    [Description("How many waits there were.")]
    public required int Waits { get; init; }

    [Description("Who waited: role and application; the first few.")]
    public required IReadOnlyList<string> Who { get; init; }

    public static LockCostView Of(JournalEntry entry)
    {
        var cost = LockCosts.Read(entry);
        return new LockCostView
        {
            Migration = entry.Migration,
            Phase = entry.Phase,
            Step = entry.Step,
            At = entry.At,
            WaitedSeconds = cost.Waited.TotalSeconds,
            HeldSeconds = cost.Held.TotalSeconds,
            BlockedSeconds = cost.Blocked?.TotalSeconds,
            WorstSeconds = cost.Worst.TotalSeconds,
            Waits = cost.Waits,
            Who = cost.Who,
        };
    }
}
