using Tandem.Schema;

namespace Tandem.Journal;

/// <summary>What the journal says about one target at one moment.</summary>
public sealed record JournalView
{
    /// <summary>What is read where no journal is.</summary>
    public static JournalView Empty { get; } = new();

    /// <summary>Whether the journal is there.</summary>
    public bool Installed { get; init; }

    /// <summary>The lease.</summary>
    public LeaseRecord Lease { get; init; } = new("", 0, null);

    /// <summary>All migrations of the target (and its baseline), in the order in which they were begun.</summary>
    public ValueList<RunRecord> Runs { get; init; } = [];

    /// <summary>The steps of the attempt that is under way; empty when none is.</summary>
    public ValueList<StepRecord> Steps { get; init; } = [];

    /// <summary>What slows down or holds the step that is under way: the entry with the health's signal or the window, or null when it goes at its own pace.</summary>
    public JournalEntry? Throttled { get; init; }

    /// <summary>What the locks of steps cost, of each migration since it was begun the last time: entries of the kind <c>locks</c>.</summary>
    public ValueList<JournalEntry> Locks { get; init; } = [];

    /// <summary>How columns look otherwise than when their migration was started, as <c>guard</c> saw it last: entries of the kind <c>quality</c>.</summary>
    public ValueList<JournalEntry> Quality { get; init; } = [];

    /// <summary>The record of the schema before the first migration, or null.</summary>
    public RunRecord? Baseline => Runs.FirstOrDefault(r => r.IsBaseline);

    /// <summary>The migration between start and complete, or in another phase; null when none is.</summary>
    public RunRecord? Active => Runs.FirstOrDefault(r => r.UnderWay) ?? Runs.FirstOrDefault(r => r.Active);

    /// <summary>The version that the base tables serve: that of the last migration that was completed and not rolled back.</summary>
    public string? CurrentVersion =>
        (Runs.LastOrDefault(r => r is { IsComplete: true, Adopted: false }) ?? Baseline)?.Migration;

    /// <summary>
    /// The version whose shape the base tables have, and with whose record they are compared: the current one, unless what
    /// somebody changed since was adopted.
    /// </summary>
    public string? RecordedVersion => RecordedWithout(null);

    /// <summary>A number for the names of the engine's objects that no migration of the target has had.</summary>
    public int NextOrdinal => Runs.Select(r => r.Ordinal).DefaultIfEmpty(0).Max() + 1;

    /// <summary>The same, if a migration were taken back.</summary>
    public string? RecordedWithout(string? migration) =>
        (Runs.LastOrDefault(r => r.IsComplete && r.Migration != migration) ?? Baseline)?.Migration;

    /// <summary>The record of a migration, or null.</summary>
    public RunRecord? Run(string migration) => Runs.FirstOrDefault(r => r.Migration == migration);
}
