using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Tests.Conformance.Life;

/// <summary>Rows that somebody wrote past the sync are found, and made to agree from the side that is right.</summary>
/// <param name="target">The target.</param>
/// <param name="prefix">What the journal's tables are called before their names.</param>
/// <param name="pastSync">Carries a statement out without the sync.</param>
/// <param name="bothWays">Whether rows can be repaired from either side while both are served.</param>
internal sealed class ReconcileWalk(ITestTarget target, string prefix, Func<string, Task> pastSync, bool bothWays)
{
    private const string Id = "0001_change";

    private readonly Runner runner = new(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    /// <summary>While both are served a person says which is right; afterwards it is the one that is served.</summary>
    public async Task RowsAreMadeToAgreeAsync()
    {
        var change = LifeCases.Get("change_type");
        foreach (var sql in change.Setup)
        {
            await target.ExecuteAsync(sql);
        }

        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", "ledger: rows\n" + change.File).Require(), default);
        await runner.StartAsync(plan, default);
        var score = TableNames.New("select score from {customers} where id = 1", target, plan);

        (await runner.ReconcileAsync(Id, null, apply: true, default).ShouldThrowCodeAsync()).ShouldBe(ProblemCodes.SourceUnknown);
        await BreakAsync("update {customers} set score = '77' where id = 1");
        var looked = await runner.ReconcileAsync(Id, null, apply: false, default);
        (looked.From, looked.Applied, looked.IsClean, looked.Images).ShouldBe((null, false, false, null));
        looked.Tables.ShouldHaveSingleItem().ShouldBe(new ReconciledTable("customers", 3, 1, 0));
        (await target.RowsAsync(score)).ShouldBe(["10"]);

        await FromOldAsync(score);
        await FromNewAsync();
        await WhenRetiredAsync();
        await CheckLinesAsync();
    }

    /// <summary>Each reconciliation has lines of its own, of the rows that it wrote.</summary>
    private async Task CheckLinesAsync()
    {
        var lines = (await runner.LedgerRowsAsync(Id, null, 100, default)).Where(l => l.Step == "reconcile customers").ToList();
        lines.ShouldAllBe(l => l.Before != "" && l.After != "" && l.Before != l.After);
        var told = lines.Select(l => $"{l.Phase} {l.Attempt} {l.Key.Trim('[', '"', ']')}").Order(StringComparer.Ordinal);
        told.ShouldBe(["Complete 3 1", "Start 1 1", "Start 2 2"]);
    }

    private async Task FromOldAsync(string score)
    {
        var done = await runner.ReconcileAsync(Id, Side.Old, apply: true, default);
        (done.From, done.Applied, done.IsClean, done.Images).ShouldBe((Side.Old, true, true, -1L));
        done.Tables.ShouldHaveSingleItem().ShouldBe(new ReconciledTable("customers", 3, 1, 1));
        (await target.RowsAsync(score)).ShouldBe(["77"]);
        var image = (await target.RowsAsync($"select before_image from {prefix}images where number = -1")).ShouldHaveSingleItem();
        image.ShouldContain("77");
        image.ShouldContain("10");
        var entry = (await runner.HistoryAsync(Id, default)).Single(e => e.Kind == "reconciled");
        entry.Detail.ShouldNotContain("77");
        (await runner.VerifyAsync(Id, null, default)).IsClean.ShouldBeTrue();
        (await runner.StatusAsync(default)).Lease.IsHeld.ShouldBeFalse();
    }

    private async Task FromNewAsync()
    {
        await BreakAsync("update {customers} set score = '88' where id = 2");
        if (!bothWays)
        {
            (await runner.ReconcileAsync(Id, Side.New, apply: true, default).ShouldThrowCodeAsync()).ShouldBe(ProblemCodes.NotReconcilable);
            (await target.RowsAsync(TableNames.Base("select score from {customers} where id = 2"))).ShouldBe(["88"]);
            (await runner.ReconcileAsync(Id, Side.Old, apply: true, default)).IsClean.ShouldBeTrue();
            return;
        }

        (await runner.ReconcileAsync(Id, Side.New, apply: true, default)).Images.ShouldBe(-2);
        (await target.RowsAsync(TableNames.Base("select score from {customers} where id = 2"))).ShouldBe(["20"]);
        (await runner.VerifyAsync(Id, null, default)).IsClean.ShouldBeTrue();
    }

    private async Task WhenRetiredAsync()
    {
        (await runner.CompleteAsync(Id, false, true, default)).State.ShouldBe(RunState.Retired);
        await BreakAsync("update {customers} set score = 99 where id = 1");
        var looked = await runner.ReconcileAsync(Id, null, apply: false, default);
        (looked.From, looked.IsClean).ShouldBe((Side.New, false));
        (await runner.ReconcileAsync(Id, null, apply: true, default)).IsClean.ShouldBeTrue();
        (await runner.RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);
        (await target.RowsAsync(TableNames.Base("select score from {customers} where id = 1"))).ShouldBe(["99"]);
        (await runner.ReconcileAsync(Id, null, apply: true, default)).From.ShouldBe(Side.Old);
        (await target.RowsAsync($"select number from {prefix}images where number < 0")).ShouldNotBeEmpty();
        await runner.SunsetAsync(Id, force: true, default);
        (await target.RowsAsync($"select number from {prefix}images where number < 0")).ShouldBeEmpty();
    }

    private Task BreakAsync(string sql) => pastSync(TableNames.Base(sql));
}

/// <summary>With what a call is refused.</summary>
internal static class RefusedCalls
{
    public static async Task<ProblemCode> ShouldThrowCodeAsync(this Task call) =>
        (await Should.ThrowAsync<TandemException>(call)).Problems[0].Code;
}
