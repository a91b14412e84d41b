using System.ComponentModel;
using System.Text.Json;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>Where a migration stands on a target.</summary>
internal sealed record RunView
{
    [Description("The migration's id.")]
    public required string Migration { get; init; }

    [Description("The migration's title.")]
    public required string Title { get; init; }

    [Description("pending, expanding, backfilling, verifying, live, completing, retired, rollingBack, undone, sunsetting, done or gone; baseline for the version before the first migration; adopted for one that is done because what it says was there already.")]
    public required string State { get; init; }

    [Description("The phase that is under way, or null: start, restart, complete, rollback, revert, sunset, discard.")]
    public Phase? Phase { get; init; }

    [Description("Whether it was paused and waits for resume.")]
    public bool Paused { get; init; }

    [Description("What was asked of the runner and is not done yet: none, pause or cancel.")]
    public RunRequest Request { get; init; }

    [Description("The code of the problem that the run stopped with, or null.")]
    public string? FailureCode { get; init; }

    [Description("The sentence of the problem that the run stopped with, or null.")]
    public string? FailureMessage { get; init; }

    [Description("What a person does about the failure, or null.")]
    public string? FailureRemedy { get; init; }

    [Description("The condition of the migration's that was met, with what it measured and what was done, until a person answers it or the migration is started again; or null.")]
    public string? Guard { get; init; }

    [Description("The version that was served before.")]
    public string OldVersion { get; init; } = "";

    [Description("Whether complete --keep left the old version served.")]
    public bool KeepsOld { get; init; }

    [Description("The plan's hash.")]
    public string PlanHash { get; init; } = "";

    [Description("Who began it.")]
    public string Actor { get; init; } = "";

    [Description("When it was begun, or null.")]
    public DateTimeOffset? StartedAt { get; init; }

    [Description("When both versions were served first, or null.")]
    public DateTimeOffset? LiveAt { get; init; }

    [Description("Until when what complete or rollback hid is kept at least, or null.")]
    public DateTimeOffset? KeptUntil { get; init; }

    public static RunView Of(RunRecord run) => new()
    {
        Migration = run.Migration,
        Title = run.Title,
        State = run.IsBaseline ? "baseline" : run.Adopted ? "adopted" : Word(run.State),
        Phase = run.Phase,
        Paused = run.Paused,
        Request = run.Request,
        FailureCode = run.FailureCode,
        FailureMessage = run.FailureMessage,
        FailureRemedy = ProblemCodes.Find(run.FailureCode ?? "")?.Remedy,
        Guard = run.Guard is { } fired ? Evidence(JsonDocument.Parse(fired.Detail).RootElement) : null,
        OldVersion = run.OldVersion,
        KeepsOld = run.KeepsOld,
        PlanHash = run.PlanHash,
        Actor = run.Actor,
        StartedAt = run.StartedAt,
        LiveAt = run.LiveAt,
        KeptUntil = run.State is RunState.Retired or RunState.Undone ? run.HiddenAt + run.Retain : null,
    };

    /// <summary>A state as a person reads it.</summary>
    public static string Readable(string state) => state == "rollingBack" ? "rolling back" : state;

    /// <summary>What a person can do next in this state, as command lines.</summary>
    public IEnumerable<string> NextCommands()
    {
        if (Phase is not null)
        {
            // A condition that holds a run is no step that failed: its remedy says resume.
            string[] stopped = FailureCode is null || FailureCode == ProblemCodes.GuardFired.Id ? ["resume"] : ["retry"];
            return Phase is Tandem.Steps.Phase.Start or Tandem.Steps.Phase.Restart ? [.. stopped, "cancel"]
                : Phase is Tandem.Steps.Phase.Complete ? [.. stopped, $"rollback {Migration}"] : stopped;
        }

        return State switch
        {
            "live" or "retired" when Paused => [$"resume {Migration}", $"rollback {Migration}"],
            "live" => [$"complete {Migration}", $"rollback {Migration}"],
            "retired" => [$"sunset {Migration}", $"rollback {Migration}"],
            "undone" => [$"start {Migration}", $"sunset {Migration}"],
            _ => [],
        };
    }

    private static string Evidence(JsonElement detail) =>
        $"{detail.GetProperty("why").GetString()} ({(detail.GetProperty("then").GetString() == "rollback" ? "went back by itself" : "held")})";

    private static string Word(RunState state) => state == RunState.RollingBack ? "rollingBack" : state.ToString().ToLowerInvariant();
}

/// <summary>A step of the phase that is under way.</summary>
internal sealed record StepView
{
    [Description("Its number in the phase, from 1.")]
    public required int Number { get; init; }

    [Description("Its id, as in the plan.")]
    public required string Id { get; init; }

    [Description("pending, running, done, failed or skipped.")]
    public required StepStatus Status { get; init; }

    [Description("Rows done.")]
    public long RowsDone { get; init; }

    [Description("Rows to do, as estimated at the step's start.")]
    public long RowsTotal { get; init; }

    [Description("Batches or chunks done.")]
    public long Batches { get; init; }

    [Description("Rows a second since the step began, or null.")]
    public double? Rate { get; init; }

    [Description("Seconds left at this rate, or null.")]
    public double? EtaSeconds { get; init; }

    [Description("What slows it down or holds it: the signal of the database's health with its value and limit, or the window that it waits for; null when it goes at its own pace.")]
    public string? Throttled { get; init; }

    [Description("Rows that did not agree, over all passes.")]
    public long Mismatched { get; init; }

    [Description("Rows in quarantine, as counted by the last pass.")]
    public long Quarantined { get; init; }

    public static StepView Of(StepRecord step, JournalEntry? throttled, DateTimeOffset now)
    {
        var seconds = step.StartedAt is { } begun ? ((step.FinishedAt ?? now) - begun).TotalSeconds : 0;
        double? rate = step.RowsDone > 0 && seconds > 0 ? step.RowsDone / seconds : null;
        var running = step.Status == StepStatus.Running;
        return new()
        {
            Number = step.Index + 1,
            Id = step.Id,
            Status = step.Status,
            RowsDone = step.RowsDone,
            RowsTotal = step.RowsTotal,
            Batches = step.Batches,
            Rate = rate is { } r ? Math.Round(r, 1) : null,
            EtaSeconds = running && rate is { } speed ? Math.Round(Math.Max(0, step.RowsTotal - step.RowsDone) / speed, 1) : null,
            Throttled = running && throttled?.Step == step.Id ? JsonDocument.Parse(throttled.Detail).RootElement.GetProperty("why").GetString() : null,
            Mismatched = step.Mismatched,
            Quarantined = step.Quarantined,
        };
    }
}
