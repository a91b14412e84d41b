using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Cli.Demo;

/// <summary>The order of events: a change goes live under traffic, is completed, taken back, and done again.</summary>
internal sealed class DemoStory : IAsyncDisposable
{
    private const int OldSeed = 1;
    private const int NewSeed = 2;
    private static readonly TimeSpan Scene = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly DemoDatabase demo;
    private readonly DemoFolder folder;
    private readonly TimeProvider time;
    private readonly DemoNarrator narrator;
    private readonly DemoModel model = new();
    private readonly DemoCrew old;
    private readonly DemoCrew current;
    private readonly IDatabase target;
    private readonly Workspace workspace;
    private long verifiedByRuns;
    private long verifiedOnDemand;
    private DemoComparison compared = DemoComparison.None;

    /// <summary>Prepares the story; nothing is touched before <see cref="RunAsync"/>.</summary>
    public DemoStory(DemoDatabase demo, IDatabase target, DemoFolder folder, Screen screen, TimeProvider time)
    {
        (this.demo, this.target, this.folder, this.time) = (demo, target, folder, time);
        narrator = new DemoNarrator(screen, time);
        old = new DemoCrew(model, new DemoMeter(), time, OldSeed);
        current = new DemoCrew(model, new DemoMeter(), time, NewSeed);
        workspace = new Workspace(target, new RunnerOptions { Time = time, Progress = narrator, Actor = "demo", OldQuiet = Quiet });
    }

    /// <summary>Tells the story once.</summary>
    /// <param name="rows">How many customers there are.</param>
    /// <param name="cancellationToken">Stops it between two steps, or behind a batch.</param>
    public async Task<DemoReport> RunAsync(int rows, CancellationToken cancellationToken)
    {
        await MakeDatabaseAsync(rows, cancellationToken);
        await StartOldApplicationsAsync(cancellationToken);
        var migration = await WriteMigrationAsync(cancellationToken);
        await GoLiveAsync(migration, cancellationToken);
        await ServeBothAsync(cancellationToken);
        await CompleteAsync(cancellationToken);
        await RollBackAsync(cancellationToken);
        await StartAgainAsync(migration, cancellationToken);
        await CompareBothAsync(cancellationToken);
        return new DemoReport
        {
            Database = target.DisplayName,
            Customers = rows,
            Steps = narrator.Steps,
            Old = DemoTrafficView.Of(old.Meter),
            New = DemoTrafficView.Of(current.Meter),
            AcknowledgedWrites = model.Writes,
            RowsVerified = verifiedByRuns + verifiedOnDemand,
            RowsCompared = compared.Rows,
            RowsLost = compared.Lost,
            RowsWrong = compared.Different + compared.Unexpected,
        };
    }

    /// <summary>Drains what is still at work.</summary>
    public async ValueTask DisposeAsync()
    {
        await old.DisposeAsync();
        await current.DisposeAsync();
    }

    private async Task MakeDatabaseAsync(int rows, CancellationToken cancellationToken)
    {
        narrator.Begin("A small CRM");
        await demo.MakeAsync(cancellationToken);
        await demo.FillAsync(rows, model, cancellationToken);
        narrator.End($"{Figures.Of(rows)} customers with orders and activities in {demo.Description}");
    }

    private async Task StartOldApplicationsAsync(CancellationToken cancellationToken)
    {
        narrator.Begin("The applications of today");
        old.Start(demo.Access(DemoVersion.Old, DemoVersion.Old));
        await Task.Delay(Scene / 2, time, cancellationToken);
        narrator.End($"{DemoCrew.Readers} readers and {DemoCrew.Writers} writers at work; they know name and status (a number)");
    }

    private async Task<Migration> WriteMigrationAsync(CancellationToken cancellationToken)
    {
        narrator.Begin($"The change, written as {DemoFolder.MigrationFile}");
        narrator.Show(await folder.WriteMigrationAsync(demo, cancellationToken));
        var history = History.Read(folder.Path, "migrations");
        if (history.Problems.Any(p => p.Severity == Severity.Error))
        {
            throw new TandemException(history.Problems.ToList());
        }

        var migration = history.Migrations.First();
        var plan = await PlanAsync(migration, cancellationToken);
        narrator.Say("tandem plan tries its expressions on the rows that are there, and says:");
        foreach (var sentence in plan.Summary.Concat(plan.NotKept).Concat(plan.Findings.Where(f => f.Severity == Severity.Warning).Select(f => f.Message)))
        {
            narrator.Say("- " + sentence);
        }

        narrator.End("Nothing is changed yet");
        return migration;
    }

    private async Task GoLiveAsync(Migration migration, CancellationToken cancellationToken)
    {
        narrator.Begin("tandem start: the new version is built beside the old one");
        narrator.Say("New columns are filled in small batches and every row is proved, while the old applications go on.");
        await StartAsync(migration, cancellationToken);
        narrator.End("Live: both versions are served");
    }

    private async Task ServeBothAsync(CancellationToken cancellationToken)
    {
        narrator.Begin("Old and new applications, side by side");
        narrator.Say("New applications start; they know first_name, last_name, status (a word), language.");
        current.Start(demo.Access(DemoVersion.New, DemoVersion.Old));
        await Task.Delay(Scene, time, cancellationToken);
        var report = await workspace.Runner.VerifyAsync(DemoDatabase.Migration, null, cancellationToken);
        var rows = report.Tables.Sum(t => t.Rows);
        verifiedOnDemand += rows;
        if (!report.IsClean)
        {
            narrator.Bad($"tandem verify: {Figures.Count(report.Tables.Sum(t => t.Mismatched), "row")} of {Figures.Of(rows)} do not agree");
        }

        narrator.End($"tandem verify: {Figures.Of(rows)} rows compared while both write; all agree");
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        narrator.Begin("tandem complete: the old version's service ends");
        await old.StopAsync();
        narrator.Say("The old applications are drained first; complete refuses while any of them is seen at work.");

        // The sync notes whole seconds.
        await Task.Delay(Quiet + Scene / 2, time, cancellationToken);
        await RestartNewAsync(
            async () => Expect(await workspace.Runner.CompleteAsync(DemoDatabase.Migration, keepOld: false, force: false, cancellationToken), RunState.Retired));
        await CountVerifiedAsync(cancellationToken);
        await Task.Delay(Scene, time, cancellationToken);
        narrator.End("Only the new version is served; the old columns are hidden, and kept in step");
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        narrator.Begin("tandem rollback: somebody wants the old version back");
        await current.StopAsync();
        Expect(await workspace.Runner.RollbackAsync(DemoDatabase.Migration, cancellationToken), RunState.Undone);
        await CountVerifiedAsync(cancellationToken);
        old.Start(demo.Access(DemoVersion.Old, DemoVersion.Old));
        await Task.Delay(Scene, time, cancellationToken);
        narrator.End("The old applications work again, with all that was written meanwhile");
    }

    private async Task StartAgainAsync(Migration migration, CancellationToken cancellationToken)
    {
        narrator.Begin("tandem start, again");
        await StartAsync(migration, cancellationToken);
        current.Start(demo.Access(DemoVersion.New, DemoVersion.Old));
        await Task.Delay(Scene, time, cancellationToken);
        narrator.End("Live again: nothing had to be filled a second time");
    }

    private async Task CompareBothAsync(CancellationToken cancellationToken)
    {
        narrator.Begin("Is everything there?");
        await old.StopAsync();
        await current.StopAsync();
        foreach (var version in new[] { DemoVersion.Old, DemoVersion.New })
        {
            compared += await DemoComparison.MakeAsync(model, demo.Access(version, DemoVersion.Old), cancellationToken);
        }

        var result = $"{Figures.Of(model.Writes)} acknowledged writes; all {Figures.Of(compared.Rows)} rows compared with the log, through both versions";
        if (!compared.IsRight)
        {
            narrator.Bad($"{compared.Lost} lost, {compared.Different} in a wrong form, {compared.Unexpected} that must not be there");
        }

        narrator.End(result);
    }

    private async Task StartAsync(Migration migration, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(migration, cancellationToken);
        Expect(await workspace.Runner.StartAsync(plan, cancellationToken), RunState.Live);
        await CountVerifiedAsync(cancellationToken);
    }

    private async Task<Plan> PlanAsync(Migration migration, CancellationToken cancellationToken)
    {
        var plan = await workspace.PlanAsync(migration, cancellationToken);
        return plan.HasErrors ? throw new TandemException(plan.Findings.ToList()) : plan;
    }

    // Where the new version has another name once the base tables have its shape, its applications are restarted around the change.
    private async Task RestartNewAsync(Func<Task> change)
    {
        if (!demo.NewVersionMovesAtComplete)
        {
            await change();
            return;
        }

        await current.StopAsync();
        await change();
        current.Start(demo.Access(DemoVersion.New, DemoVersion.New));
        narrator.Say("The new applications are restarted: on SQLite the new version now has the plain name.");
    }

    private async Task CountVerifiedAsync(CancellationToken cancellationToken)
    {
        var ledger = await workspace.Runner.LedgerAsync(DemoDatabase.Migration, cancellationToken);
        verifiedByRuns = ledger.Where(l => l.Pass > 0).Sum(l => l.Rows);
    }

    private static void Expect(RunRecord run, RunState state)
    {
        if (run.State != state)
        {
            throw new InvalidOperationException($"The run is {run.State}, not {state}: {run.FailureMessage}");
        }
    }
}
