using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.History;

/// <summary>Carries a whole history out, writing through both versions of each migration, takes it back step by step, and compares with a copy that had the writes alone.</summary>
internal sealed class HistoryWalk(HistoryCase history, ITestTarget target, ITestTarget control)
{
    private readonly Workspace workspace = new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        FirstBatch = 400,
        OldQuiet = TimeSpan.Zero,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    private int occasion = 100;

    public async Task RunAsync()
    {
        await history.LoadAsync(target);
        await history.LoadAsync(control);
        var before = await target.Database.InspectAsync(default);
        foreach (var step in history.Steps)
        {
            var plan = await workspace.PlanAsync(MigrationParser.Parse($"{step.Id}.yaml", step.File).Require(), default);
            plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
            await workspace.Runner.StartAsync(plan, default);
            await LiveAsync(step, plan);
            await workspace.Runner.CompleteAsync(step.Id, false, false, default);
            await WriteAsync(step, w => TableNames.Base(w.After));
            await target.CheckHealthAsync();
        }

        foreach (var step in history.Steps.Reverse())
        {
            await workspace.Runner.RollbackAsync(step.Id, default);
            await WriteAsync(step, w => TableNames.Base(w.Before));
            await target.CheckHealthAsync();
        }

        await StandsAsItWasAsync(before);
        await CompareAsync(before);
        foreach (var step in history.Steps.Reverse())
        {
            await workspace.Runner.SunsetAsync(step.Id, true, default);
        }

        await StandsAsItWasAsync(before);
        await CompareAsync(before);
        await target.CheckHealthAsync();
    }

    private async Task StandsAsItWasAsync(DatabaseSchema before)
    {
        // Roles belong to the server, where other tests make and drop them meanwhile.
        var now = await target.Database.InspectAsync(default) with { Roles = before.Roles };
        now.ShouldBe(before, string.Join('\n', SchemaDifferences.Of(before, now).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}")));
    }

    private async Task LiveAsync(HistoryStep step, Plan plan)
    {
        var side = 0;
        await WriteAsync(step, w => side++ % 2 == 0 ? TableNames.Base(w.Before) : TableNames.New(w.After, target, plan));
        await WriteAsync(step, w => side++ % 2 == 1 ? TableNames.Base(w.Before) : TableNames.New(w.After, target, plan));
    }

    private async Task WriteAsync(HistoryStep step, Func<HistoryWrite, string> words)
    {
        occasion++;
        foreach (var write in step.Writes(occasion))
        {
            await target.ExecuteAsync(words(write));
            await control.ExecuteAsync(TableNames.Base(write.Control));
        }
    }

    private async Task CompareAsync(DatabaseSchema before)
    {
        foreach (var table in before.Tables)
        {
            // By name, as the promise to applications on the base tables goes: hidden columns may be there.
            var query = $"select {string.Join(", ", table.Columns.Select(c => c.Name).Except(history.TouchedByTriggers).Select(c => $"cast({TableNames.Quote(c)} as text)"))} from {TableNames.Quote(table.Name)} order by 1, 2";
            (await target.RowsAsync(query)).ShouldBe(await control.RowsAsync(query), query);
        }
    }
}
