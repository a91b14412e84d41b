using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class ControlTests
{
    private readonly VirtualTime time = new();

    [Fact]
    public async Task A_run_is_paused_from_another_process_behind_its_batch_and_resumed_by_a_third()
    {
        await using var target = await RenameByHand.FreshAsync(20);
        var other = Runner(target, "other");
        var runner = Runner(target, "first", new OnBatch(3, () => other.PauseAsync(default)));

        var run = await runner.StartAsync(RenameByHand.Plan(), default);
        (run.State, run.Paused, run.Request, run.Phase).ShouldBe((RunState.Backfilling, true, RunRequest.None, Phase.Start));
        var touched = target.Value("select sum(touched) from people");
        ((long)touched!).ShouldBeLessThan(20);
        (await other.StatusAsync(default)).Lease.Holder.ShouldBe("");

        (await Runner(target, "third").ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        target.Value("select count(*) from people where touched = 1").ShouldBe(20L);
        (await other.HistoryAsync(null, default)).Select(e => e.Kind).ShouldBe(["baseline", "phase_begun", "step_done", "pause_requested", "locks", "paused", "resumed", "locks",
            "step_done", "step_done", "step_done", "step_done", "phase_done"]);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_rolls_back_what_is_not_live()
    {
        await using var target = await RenameByHand.FreshAsync(20);
        var other = Runner(target, "other");
        var runner = Runner(target, "first", new OnBatch(3, () => other.CancelAsync(default)));

        (await runner.StartAsync(RenameByHand.Plan(), default)).State.ShouldBe(RunState.Undone);

        // Its storage and what was filled stay, so starting again goes on behind the last batch.
        (await runner.StartAsync(RenameByHand.Plan(), default)).State.ShouldBe(RunState.Live);
        target.Value("select count(*) from people where touched = 1").ShouldBe(20L);
        var steps = await runner.StepsAsync(RenameByHand.Migration, Phase.Start, 2, default);
        steps.Select(s => s.Status).ShouldBe([StepStatus.Skipped, StepStatus.Done, StepStatus.Done, StepStatus.Done, StepStatus.Done]);
    }

    [Fact]
    public async Task A_run_that_nobody_carries_on_is_cancelled_by_whoever_asks()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        var failing = RenameByHand.Plan().With(Phase.Start, "publish new", s => s with { Statements = ["select nothing"] });
        await Should.ThrowAsync<TandemException>(() => runner.StartAsync(failing, default));

        (await Runner(target, "other").CancelAsync(default)).State.ShouldBe(RunState.Undone);
    }

    [Fact]
    public async Task What_is_being_completed_is_not_cancelled()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        await runner.StartAsync(RenameByHand.Plan().With(Phase.Complete, "switch", s => s with { Statements = ["select nothing"] }), default);
        await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(RenameByHand.Migration, false, false, default));

        (await Should.ThrowAsync<TandemException>(() => runner.CancelAsync(default))).Problems[0].Code.ShouldBe(ProblemCodes.WrongState);
        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
    }

    [Fact]
    public async Task A_revert_that_is_refused_before_its_switch_can_be_taken_on_or_given_up()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        await runner.StartAsync(
            RenameByHand.Plan().With(Phase.Revert, "switch back", s => s with { FinalGates = [new Gate("TDM4023", "{0} rows stand in the way.", "select count(*) from people where id > 100")] }),
            default);
        await runner.CompleteAsync(RenameByHand.Migration, false, false, default);
        await target.RunAsync("insert into people (id, name) values (101, 'new')");

        var refused = await Should.ThrowAsync<TandemException>(() => runner.RollbackAsync(RenameByHand.Migration, default));
        refused.Message.ShouldContain("1 rows stand in the way.");
        (await runner.StatusAsync(default)).Run(RenameByHand.Migration)!.State.ShouldBe(RunState.RollingBack);
        (await runner.CompleteAsync(RenameByHand.Migration, false, false, default)).State.ShouldBe(RunState.Retired);
        target.Value("select version from shape").ShouldBe("full_name");

        await target.RunAsync("delete from people where id = 101");
        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
        target.Value("select version from shape").ShouldBe("base");
    }

    [Fact]
    public async Task A_complete_that_was_broken_off_behind_its_switch_is_taken_back_as_a_retired_one()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        await runner.StartAsync(RenameByHand.Plan().With(Phase.Complete, "unpublish old", s => s with { Statements = ["select nothing"] }), default);
        await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(RenameByHand.Migration, false, false, default));

        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
        target.Value("select version from shape").ShouldBe("base");
        (await runner.StepsAsync(RenameByHand.Migration, Phase.Revert, 1, default)).ShouldAllBe(s => s.Status == StepStatus.Done);
    }

    [Fact]
    public async Task The_old_version_is_kept_when_asked_for()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        await runner.StartAsync(RenameByHand.Plan(), default);
        (await runner.CompleteAsync(RenameByHand.Migration, keepOld: true, false, default)).KeepsOld.ShouldBeTrue();

        (await runner.StepsAsync(RenameByHand.Migration, Phase.Complete, 1, default)).Single(s => s.Id == "unpublish old").Status.ShouldBe(StepStatus.Skipped);
    }

    [Fact]
    public async Task Rows_are_compared_without_being_repaired_all_or_some_chunks()
    {
        await using var target = await RenameByHand.FreshAsync(20);
        var runner = new Runner(target, RenameByHand.Options with { Time = time, Holder = "first", ShowKeys = true });
        await runner.StartAsync(
            RenameByHand.Plan().With(Phase.Complete, "verify live", s => s with
            {
                Walk = s.Walk! with { Examples = "select id from people where full_name is not name and id > cast(@after as integer) and id <= cast(@upto as integer)" },
            }),
            default);
        await target.RunAsync("update people set full_name = 'wrong' where id = 7");

        var report = await runner.VerifyAsync(RenameByHand.Migration, null, default);
        (report.IsClean, report.Complete).ShouldBe((false, true));
        var found = report.Tables.ShouldHaveSingleItem();
        (found.Rows, found.Mismatched).ShouldBe((20, 1));
        found.Keys.ShouldBe(["7"]);
        target.Value("select full_name from people where id = 7").ShouldBe("wrong");

        var sample = await runner.VerifyAsync(RenameByHand.Migration, 2, default);
        (sample.Complete, sample.Tables[0].Chunks < found.Chunks, sample.Tables[0].Rows >= 2).ShouldBe((false, true, true));
        (await runner.VerifyAsync(RenameByHand.Migration, 1000, default)).Tables[0].Rows.ShouldBe(20);
    }

    [Fact]
    public async Task A_law_whose_expression_fails_is_tried_row_by_row_where_it_does()
    {
        await using var target = await RenameByHand.FreshAsync(20);
        var runner = new Runner(target, RenameByHand.Options with { Time = time, Holder = "first", ShowKeys = true });
        const string Chunk = "from people where id > cast(@after as integer) and id <= cast(@upto as integer)";
        var law = new LensLaw(
            Side.Old,
            ["people.name"],
            $"select id as place, id as row_key, case id when 7 then json('{{') else id in (3, 9) end as broken {Chunk} and (@place = '' or id = cast(@place as integer))",
            $"select id as place, id as row_key {Chunk}");
        Plan WithLaw(Plan plan) => plan.With(Phase.Complete, "verify live", s => s with { Walk = s.Walk! with { Laws = [law] } });
        await runner.StartAsync(RenameByHand.Plan(), default);

        var asking = new Runner(target, RenameByHand.Options with { Time = time, ShowKeys = true, Render = (plan, _, _) => WithLaw(plan) });
        var found = (await asking.VerifyAsync(RenameByHand.Migration, null, default)).Tables[0].Laws.ShouldHaveSingleItem();
        (found.Rows, found.Broken, found.Failed, found.Untried, found.Holds).ShouldBe((19, 2, 1, 0, false));
        found.Keys.ShouldBe(["3", "7", "9"]);

        var quiet = new Runner(target, RenameByHand.Options with { Time = time, Render = (plan, _, _) => WithLaw(plan) });
        (await quiet.VerifyAsync(RenameByHand.Migration, null, default)).Tables[0].Laws[0].Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_runner_that_is_interrupted_gives_the_lease_back_and_can_be_resumed()
    {
        await using var target = await RenameByHand.FreshAsync(20);
        using var source = new CancellationTokenSource();
        var runner = Runner(target, "first", new OnBatch(2, () => source.CancelAsync()));
        await Should.ThrowAsync<OperationCanceledException>(() => runner.StartAsync(RenameByHand.Plan(), source.Token));

        var view = await runner.StatusAsync(default);
        (view.Lease.Holder, view.Active!.State, view.Active.Paused).ShouldBe(("", RunState.Backfilling, false));
        (await Runner(target, "second").ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        target.Value("select count(*) from people where touched = 1").ShouldBe(20L);
    }

    [Fact]
    public async Task A_resumed_run_verifies_anew()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = Runner(target, "first");
        var plan = RenameByHand.Plan().With(Phase.Start, "publish new", s => s with { Gates = [new Gate("TDM4023", "not yet", "select count(*) from people where id = 99")] });
        await target.RunAsync("insert into people values (99, 'in the way', 0)");
        await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));

        // Behind the verification of the run that stopped, somebody writes past the sync.
        await target.RunAsync("delete from people where id = 99");
        await target.RunAsync("update people set full_name = 'wrong' where id = 2");
        (await Runner(target, "second").ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        target.Value("select full_name from people where id = 2").ShouldBe("name 2");
    }

    [Fact]
    public async Task A_lock_is_asked_for_until_the_deadline_and_the_holder_is_named()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("create table holders (pid integer, seconds real, what text)");
        await target.RunAsync("insert into holders values (4711, 75.2, 'idle in transaction')");
        var plan = RenameByHand.Plan().With(Phase.Start, "expand people", s => s with { Holders = "select pid, seconds, what from holders" });
        var runner = Runner(target, "first");

        var refused = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.LockNotGranted);
        refused.Message.ShouldContain("process 4711 for 75 s (idle in transaction)");
        (await runner.StatusAsync(default)).Lease.Holder.ShouldBe("");

        await target.RunAsync("delete from holders");
        (await runner.ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
    }

    [Theory]
    [InlineData("", "done")]
    [InlineData("create table half (x)", "done")]
    [InlineData("create index by_name on people (name)", "done")]
    public async Task A_step_outside_a_transaction_begins_where_the_database_says(string before, string after)
    {
        await using var target = await RenameByHand.FreshAsync();
        if (before.Length > 0)
        {
            await target.RunAsync(before);
        }

        const string probe =
            """
            select case when exists (select 1 from sqlite_master where name = 'half') then 'half'
                        when exists (select 1 from sqlite_master where name = 'by_name') then 'done' else 'none' end
            """;
        var plan = RenameByHand.Plan().With(Phase.Start, "publish new", s => s with
        {
            Mode = StepMode.Alone, Kind = StepKind.BuildIndex, Statements = ["create index by_name on people (name)"], FinalGates = [],
            Probe = new Probe(probe, ["drop table half"]), SessionLock = new SessionLock("select 1", "select 1"),
        }).With(Phase.Start, "check after", s => s with { Checks = [] });
        await Runner(target, "first").StartAsync(plan, default);

        target.Value(probe).ShouldBe(after);
    }

    private Runner Runner(IDatabase target, string holder, IProgress<RunEvent>? progress = null) =>
        new(target, RenameByHand.Options with { Time = time, Holder = holder, Progress = progress });

    /// <summary>Does something while the runner has done some batches: another process, as the runner sees it.</summary>
    private sealed class OnBatch(int number, Func<Task> act) : IProgress<RunEvent>
    {
        private int batches;

        public void Report(RunEvent value)
        {
            if (value is BatchDone && ++batches == number)
            {
                Task.Run(act).GetAwaiter().GetResult();
            }
        }
    }
}
