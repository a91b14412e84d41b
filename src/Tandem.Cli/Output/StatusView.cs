using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;

namespace Tandem.Cli.Output;

/// <summary>Where every migration stands on a target.</summary>
internal sealed record StatusView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("Whether Tandem's journal is there; before the first start or baseline it is not.")]
    public required bool Installed { get; init; }

    [Description("The version whose shape the tables themselves have.")]
    public required string CurrentVersion { get; init; }

    [Description("Who is at work: the holder of the lease, or null.")]
    public string? Runner { get; init; }

    [Description("The migrations that the journal knows, in the order in which they were begun.")]
    public required IReadOnlyList<RunView> Migrations { get; init; }

    [Description("Ids of the files that were not begun on this target, in order.")]
    public required IReadOnlyList<string> Pending { get; init; }

    [Description("The steps of the phase that is under way; empty when none is.")]
    public required IReadOnlyList<StepView> Steps { get; init; }

    [Description("Rows in quarantine while a migration is live, by table: migration, table, rows. Empty when none is live.")]
    public IReadOnlyList<QuarantinedRows> Quarantine { get; init; } = [];

    [Description("Dead rows of the tables that are filled or live, as PostgreSQL estimates them, and when they were taken away last. Empty on SQLite, which keeps none.")]
    public IReadOnlyList<DeadRows> DeadRows { get; init; } = [];

    [Description("What the locks of steps cost others, of each migration since it was begun the last time, by step.")]
    public IReadOnlyList<LockCostView> Locks { get; init; } = [];

    [Description("Columns that look otherwise than when their migration was started, as `tandem guard` saw it last, as sentences; no value is told.")]
    public IReadOnlyList<string> Quality { get; init; } = [];

    public static StatusView Of(string database, JournalView journal, History? history, DateTimeOffset now) => new()
    {
        Database = database,
        Installed = journal.Installed,
        CurrentVersion = journal.RecordedVersion ?? Workspace.BaselineName,
        Runner = journal.Lease.IsHeld ? journal.Lease.Holder : null,
        Migrations = journal.Runs.Select(RunView.Of).ToList(),
        Pending = history?.Order.Where(id => journal.Run(id) is null or { State: RunState.Pending or RunState.Gone }).ToList() ?? [],
        Steps = journal.Steps.Select(s => StepView.Of(s, journal.Throttled, now)).ToList(),
        Quality = journal.Quality.SelectMany(Findings).ToList(),
        Locks = journal.Locks.Select(LockCostView.Of).ToList(),
        Problems = ProblemView.Of(history?.CompareWithApplied(
            journal.Runs.Where(r => !r.IsBaseline && r.Counts).Select(r => (r.Migration, r.FileHash))) ?? []),
    };

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Database, Tone.Strong), new Piece($"  the tables have the shape of {CurrentVersion}", Tone.Faint));
        screen.Gap();
        WriteMigrations(screen);
        if (Migrations.FirstOrDefault(m => m.Phase is not null) is { } underWay)
        {
            screen.Gap();
            WriteSteps(screen, underWay);
        }

        WriteQuarantine(screen);
        WriteDeadRows(screen);
        WriteQuality(screen);
        WriteLocks(screen);
        var next = NextCommands().ToList();
        if (next.Count > 0 && Runner is null)
        {
            screen.Gap();
            screen.Paragraph(string.Join(", ", next.Select(n => $"tandem {n}")), 6, Tone.Faint, "next: ");
        }
    }

    // Of many that are hidden only those are named that can come next: the youngest goes back first, and the oldest goes first for good.
    private IEnumerable<string> NextCommands()
    {
        if ((Migrations.FirstOrDefault(m => m.Phase is not null) ?? Migrations.FirstOrDefault(m => m.State == "live")) is { } active)
        {
            return active.NextCommands();
        }

        var undone = Migrations.Where(m => m.State == "undone").Select(m => m.Migration).ToList();
        var retired = Migrations.Where(m => m.State == "retired").Select(m => m.Migration).ToList();
        return
        [
            .. undone.Take(1).Select(m => $"start {m}"),
            .. undone.Count > 0 ? [] : Pending.Take(1).SelectMany(m => new[] { $"plan {m}", $"start {m}" }),
            .. undone.TakeLast(1).Concat(retired.Take(1)).Select(m => $"sunset {m}"),
            .. retired.TakeLast(1).Select(m => $"rollback {m}"),
        ];
    }

    private void WriteQuarantine(Screen screen)
    {
        var tables = Quarantine.Where(q => q.Rows > 0).ToList();
        if (tables.Count > 0)
        {
            screen.Gap();
            screen.Line(new Piece(
                "in quarantine: " + string.Join(", ", tables.Select(q => $"{Figures.Count(q.Rows, "row")} of {q.Table}")) + "; complete waits until they are repaired", Tone.Warning));
        }
    }

    private void WriteDeadRows(Screen screen)
    {
        foreach (var table in DeadRows.Where(d => d.AreMany))
        {
            var at = new[] { table.VacuumedAt, table.AutovacuumedAt }.Max();
            screen.Gap();
            screen.Line(new Piece(
                $"dead rows: {Figures.Of(table.Dead)} in {table.Table} beside {Figures.Of(table.Live)} others; "
                + (at is { } moment ? $"the last vacuum was {Figures.Moment(moment)}" : "no vacuum is known"),
                Tone.Warning));
        }
    }

    private static IEnumerable<string> Findings(JournalEntry entry) =>
        JsonDocument.Parse(entry.Detail).RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetString()!);

    private void WriteQuality(Screen screen)
    {
        if (Quality.Count > 0)
        {
            screen.Gap();
        }

        foreach (var finding in Quality)
        {
            screen.Paragraph(finding, 9, Tone.Warning, "quality: ");
        }
    }

    private void WriteLocks(Screen screen)
    {
        var costly = Locks.Where(l => l.BlockedSeconds > 0).GroupBy(l => l.Migration).ToList();
        foreach (var migration in costly)
        {
            var worst = migration.MaxBy(l => l.WorstSeconds)!;
            screen.Gap();
            screen.Paragraph(
                $"{migration.Key} made others wait for {Figures.Time(TimeSpan.FromSeconds(migration.Sum(l => l.BlockedSeconds ?? 0)))} in all; "
                + $"the longest wait was {Figures.Time(TimeSpan.FromSeconds(worst.WorstSeconds))} ({worst.Step}: {string.Join(", ", worst.Who)})",
                7, Tone.Faint, "locks: ");
        }
    }

    private void WriteMigrations(Screen screen)
    {
        if (Migrations.Count == 0 && Pending.Count == 0)
        {
            screen.Line("Nothing was started here, and there are no migration files.");
            return;
        }

        var grid = new Grid("migration", "state", "since", "");
        foreach (var run in Migrations)
        {
            grid.Row(new Piece(run.Migration, Tone.Strong), new Piece(RunView.Readable(run.State), ToneOf(run)), Figures.Moment(run.LiveAt ?? run.StartedAt), More(run));
        }

        foreach (var id in Pending.Where(id => Migrations.All(m => m.Migration != id)))
        {
            grid.Row(id, new Piece("pending", Tone.Faint), "", "");
        }

        grid.Write(screen);
    }

    private void WriteSteps(Screen screen, RunView run)
    {
        var done = Steps.Count(s => s.Status is StepStatus.Done or StepStatus.Skipped);
        var who = Runner is null ? "nobody is at work on it" : $"at work: {Runner}";
        screen.Line(new Piece(run.Migration, Tone.Strong), string.Create(CultureInfo.InvariantCulture, $"  {done} of {Steps.Count} steps done, {who}"));
        foreach (var step in Steps.Where(s => s.Status is StepStatus.Running or StepStatus.Failed || s.Quarantined > 0))
        {
            var still = Runner is null && step.Status == StepStatus.Running;
            var status = !still ? step.Status.ToString().ToLowerInvariant() : run.Paused ? "paused" : "interrupted";
            screen.Line($"  {step.Number}/{Steps.Count}  {step.Id}: ", new Piece(status, step.Status == StepStatus.Failed ? Tone.Bad : Tone.Plain));
            if (step.RowsTotal > 0)
            {
                var left = !still && step.EtaSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
                screen.Line($"       {Progress.Text(step.RowsDone, step.RowsTotal, still ? 0 : step.Rate ?? 0, left)}, {Figures.Of(step.Batches)} {(step.Batches == 1 ? "batch" : "batches")}");
            }

            if (step.Throttled is { } why)
            {
                screen.Paragraph(why, 7, Tone.Warning, "paced by: ");
            }

            if (step.Mismatched + step.Quarantined > 0)
            {
                screen.Line(new Piece($"       {Figures.Count(step.Mismatched, "row")} did not agree, {Figures.Of(step.Quarantined)} in quarantine", Tone.Warning));
            }
        }

        if (run.FailureMessage is not null)
        {
            screen.Paragraph($"{run.FailureCode}: {run.FailureMessage}", 7, Tone.Bad);
            screen.Paragraph(run.FailureRemedy ?? "", 9, Tone.Faint, "→ ");
        }
    }

    private static string More(RunView run) =>
        run.Guard is { } guard ? guard
        : run.FailureCode is not null ? $"stopped: {run.FailureCode}"
        : run.Paused ? "paused"
        : run.Request != RunRequest.None ? $"{run.Request.ToString().ToLowerInvariant()} asked for"
        : run.KeptUntil is { } until ? $"the way back is kept until {Figures.Moment(until)}" + (run.KeepsOld ? $"; {run.OldVersion} is still served" : "")
        : "";

    private static Tone ToneOf(RunView run) =>
        run.FailureCode is not null ? Tone.Bad : run.State is "live" ? Tone.Good : run.Paused ? Tone.Warning : Tone.Plain;
}
