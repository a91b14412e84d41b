using System.Text.Json.Serialization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>The steps of one part of a change's life, in order.</summary>
/// <param name="Phase">Which part.</param>
/// <param name="Steps">Its steps; their ids are unique in the phase.</param>
public sealed record PlannedPhase(Phase Phase, ValueList<RenderedStep> Steps)
{
    /// <summary>What takes it back when it was refused before its switch.</summary>
    public ValueList<RenderedStep> Back { get; init; } = [];
}

/// <summary>
/// What was checked: the ordered steps of a change's whole life for one database as it is now, rendered, judged and
/// hashed. The unit of review; stored with the run, which is resumed from it alone.
/// </summary>
public sealed record Plan
{
    /// <summary>The migration's id.</summary>
    public required string Migration { get; init; }

    /// <summary>The migration's title.</summary>
    public required string Title { get; init; }

    /// <summary>The pattern that the migration follows, or null.</summary>
    public string? Pattern { get; init; }

    /// <summary>The hash of the migration's file.</summary>
    public required string FileHash { get; init; }

    /// <summary>The number in the names of the engine's objects; unique in the target.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The version that is served before.</summary>
    public required string OldVersion { get; init; }

    /// <summary>Versions that were served besides the old one when the plan was made.</summary>
    public ValueList<string> ServedVersions { get; init; } = [];

    /// <summary>What happens, in plain language, one sentence an entry.</summary>
    public required ValueList<string> Summary { get; init; }

    /// <summary>The phases; those without steps are there too.</summary>
    public required ValueList<PlannedPhase> Phases { get; init; }

    /// <summary>What the migration changes, table by table.</summary>
    public required ValueList<TableChange> Changes { get; init; }

    /// <summary>What the migration changes about objects without rows.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];

    /// <summary>The changes of rows.</summary>
    public ValueList<RowChange> Rows { get; init; } = [];

    /// <summary>SQL of the file's own, with what it did where it was tried.</summary>
    public ValueList<RawScript> Scripts { get; init; } = [];

    /// <summary>What is told when phases begin and are over; without secrets, which are filled in when a hook is carried out.</summary>
    public ValueList<PhaseHook> Hooks { get; init; } = [];

    /// <summary>The checks on the old version.</summary>
    public ValueList<DataCheck> Before { get; init; } = [];

    /// <summary>The checks on the new version.</summary>
    public ValueList<DataCheck> After { get; init; } = [];

    /// <summary>
    /// The schema before the migration as far as its steps need it: the touched tables, those that refer to them, and
    /// what depends on them.
    /// </summary>
    public required DatabaseSchema Schema { get; init; }

    /// <summary>Everything found, worst first. A plan with errors is not carried out.</summary>
    public ValueList<Problem> Findings { get; init; } = [];

    /// <summary>What a rollback could not keep, as sentences; empty when it keeps everything.</summary>
    public ValueList<string> NotKept { get; init; } = [];

    /// <summary>Sizes of the touched tables, measured; in no hash.</summary>
    public ValueList<TableSize> Sizes { get; init; } = [];

    /// <summary>How many sessions fill and compare each table, where nothing else is said; in no hash.</summary>
    public ValueList<WorkerChoice> Workers { get; init; } = [];

    /// <summary>How much the ledger keeps of what a backfill writes, where the target says nothing; in no hash.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LedgerDetail Ledger { get; init; }

    /// <summary>How long retired or undone storage stays.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Conditions for going back, as the migration's file and the target say them.</summary>
    public ValueList<Threshold> RollbackWhen { get; init; } = [];

    /// <summary>What the target said about how the run works there, as it was when a phase was begun last.</summary>
    public RunSettings Settings { get; init; } = new();

    /// <summary>Fingerprint of the touched tables as they were when the plan was made.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Hash of the migration, its steps and the judgements that policy uses; the same on every target of one shape.</summary>
    public required string ChangeHash { get; init; }

    /// <summary>The change hash with this target's fingerprint and settings; <c>start --plan-hash</c> binds to it.</summary>
    public required string PlanHash { get; init; }

    /// <summary>Whether anything forbids to carry it out.</summary>
    [JsonIgnore]
    public bool HasErrors => Findings.Any(f => f.Severity == Severity.Error);

    /// <summary>The schema's name.</summary>
    [JsonIgnore]
    public string SchemaName => Schema.Name;

    /// <summary>What takes a phase back that was refused before its switch.</summary>
    public ValueList<RenderedStep> Back(Phase phase) =>
        Phases.FirstOrDefault(p => p.Phase == phase)?.Back ?? [];

    /// <summary>The steps of a phase.</summary>
    public ValueList<RenderedStep> Steps(Phase phase) =>
        Phases.FirstOrDefault(p => p.Phase == phase)?.Steps ?? [];
}
