using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Journal;

/// <summary>A migration on one target, as the journal remembers it.</summary>
public sealed record RunRecord
{
    /// <summary>The migration's id; for the baseline, the name of the version before the first migration.</summary>
    public required string Migration { get; init; }

    /// <summary>The migration's title.</summary>
    public string Title { get; init; } = "";

    /// <summary>Whether this is the record of the schema before the first migration.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>The number in the names of the engine's objects.</summary>
    public int Ordinal { get; init; }

    /// <summary>Its place in the order in which migrations were begun (begun again: a new place): rollback is a stack by it.</summary>
    public long Position { get; init; }

    /// <summary>Where it stands.</summary>
    public RunState State { get; init; }

    /// <summary>The phase that is under way, or null.</summary>
    public Phase? Phase { get; init; }

    /// <summary>How often the phase under way (or else the last one) was begun.</summary>
    public int Attempt { get; init; }

    /// <summary>Whether the new version was served once, so that its rows may say more than the old version's.</summary>
    public bool WasLive { get; init; }

    /// <summary>Whether it waits for <c>resume</c>.</summary>
    public bool Paused { get; init; }

    /// <summary>What was asked of the runner and not yet done.</summary>
    public RunRequest Request { get; init; }

    /// <summary>The problem it stopped with: its code, or null.</summary>
    public string? FailureCode { get; init; }

    /// <summary>The problem it stopped with: its sentence, or null.</summary>
    public string? FailureMessage { get; init; }

    /// <summary>The hash of the migration's file.</summary>
    public string FileHash { get; init; } = "";

    /// <summary>The plan's change hash.</summary>
    public string ChangeHash { get; init; } = "";

    /// <summary>The plan's hash.</summary>
    public string PlanHash { get; init; } = "";

    /// <summary>The version served before.</summary>
    public string OldVersion { get; init; } = "";

    /// <summary>Tables that its operations name, in either version.</summary>
    public ValueList<string> Tables { get; init; } = [];

    /// <summary>Whether <c>complete --keep</c> left the old version served.</summary>
    public bool KeepsOld { get; init; }

    /// <summary>How long what it retired or what was undone stays.</summary>
    public TimeSpan Retain { get; init; }

    /// <summary>Who began it.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When it was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was live last, for the first time since it was begun.</summary>
    public DateTimeOffset? LiveAt { get; init; }

    /// <summary>When it was retired or undone: the retention counts from here.</summary>
    public DateTimeOffset? HiddenAt { get; init; }

    /// <summary>When the journal last wrote of it.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The condition that was met last, with what it measured, until a person lets the run go on or it is started again; or null.</summary>
    public JournalEntry? Guard { get; init; }

    /// <summary>Whether one of its conditions holds it where no phase is under way: it is served as it is, and goes no further.</summary>
    public bool Held => Paused && Phase is null;

    /// <summary>Whether it stopped with a problem.</summary>
    public bool Failed => FailureCode is not null;

    /// <summary>Whether a phase is under way, running or not.</summary>
    public bool UnderWay => Phase is not null;

    /// <summary>Whether it stands between start and complete, of which a target has one at most.</summary>
    public bool Active => UnderWay || State is RunState.Expanding or RunState.Backfilling or RunState.Verifying or RunState.Live;

    /// <summary>Whether both storages are there and in sync.</summary>
    public bool Retained => State is not (RunState.Pending or RunState.Done or RunState.Gone) && !IsBaseline;

    /// <summary>Whether it is part of what the base tables look like for good or until it is rolled back.</summary>
    public bool IsComplete => Counts && State is RunState.Retired or RunState.Sunsetting or RunState.Done;

    /// <summary>Whether nothing of it was carried out here: what it says was in the database already, and was adopted.</summary>
    public bool Adopted => State == RunState.Done && !IsBaseline && Attempt == 0;

    /// <summary>Whether it changed what applications see for good or until it is rolled back.</summary>
    public bool Counts =>
        State is not (RunState.Pending or RunState.Undone or RunState.Gone) && Phase is not Steps.Phase.Discard;
}
