using System.Security.Cryptography;
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

public sealed class StepTests
{
    private readonly List<RunEvent> events = [];
    private readonly MemoryBackups backups = new();

    private RunnerOptions Options => RenameByHand.Options with
    {
        Time = new VirtualTime(), Progress = new Listener(events), OpenBackup = backups.Open, Holder = Guid.NewGuid().ToString(),
    };

    [Fact]
    public async Task Every_batch_has_its_line_in_the_ledger()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);
        await runner.StartAsync(RenameByHand.Plan(), default);

        var lines = (await runner.LedgerAsync(RenameByHand.Migration, default)).Where(l => l.Step == "backfill people").ToList();
        lines.Select(l => (l.From, l.To, l.Rows)).ShouldBe([("", "3", 3), ("3", "7", 4), ("7", "10", 3)]);
        events.OfType<BatchDone>().Last(e => e.Step == "backfill people").Rows.ShouldBe(10);
        var step = (await runner.StepsAsync(RenameByHand.Migration, Phase.Start, 1, default)).Single(s => s.Id == "backfill people");
        (step.RowsDone, step.Batches, step.RowsTotal, step.WalkEnd, step.Status).ShouldBe((10, 3, 10, "10", StepStatus.Done));
    }

    [Fact]
    public async Task Rows_that_came_after_the_start_of_a_walk_are_the_syncs()
    {
        await using var target = await RenameByHand.FreshAsync(4);
        var plan = RenameByHand.Plan().With(Phase.Start, "backfill people", s => s with
        {
            Walk = s.Walk! with { Finish = ["insert into people (name) select 'late' where (select count(*) from people) < 40"] },
        });
        (await new Runner(target, Options).StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        target.Value("select count(*) from people where touched = 0 and full_name = 'late'").ShouldBe(2L);
    }

    [Fact]
    public async Task A_verification_that_repairs_is_followed_by_a_clean_pass()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan().With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Work = s.Walk.Work + " and id <> 5" } });
        var runner = new Runner(target, Options);
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);

        target.Value("select full_name from people where id = 5").ShouldBe("name 5");
        events.OfType<VerifyMismatch>().ShouldHaveSingleItem().Repaired.ShouldBeTrue();
        (await runner.LedgerAsync(RenameByHand.Migration, default)).Where(l => l.Step == "verify").Select(l => l.Pass).Distinct().ShouldBe([1, 2]);
        (await runner.HistoryAsync(RenameByHand.Migration, default)).ShouldContain(e => e.Kind == "mismatch");
    }

    [Fact]
    public async Task Nothing_goes_live_when_no_pass_is_clean()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan().With(Phase.Start, "verify", s => s with { Walk = s.Walk! with { Repair = ["select 1"] } })
            .With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Work = s.Walk.Work + " and id <> 5" } });
        var runner = new Runner(target, Options);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.VerificationUnclean);
        var run = (await runner.StatusAsync(default)).Run(RenameByHand.Migration)!;
        (run.State, run.FailureCode, run.WasLive).ShouldBe((RunState.Verifying, "TDM4015", false));
        (await runner.StepsAsync(RenameByHand.Migration, Phase.Start, 1, default)).Single(s => s.Id == "verify").Status.ShouldBe(StepStatus.Failed);
        target.Value("select count(*) from sqlite_master where name = 'people_new'").ShouldBe(0L);

        await target.RunAsync("update people set full_name = name");
        (await runner.ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
    }

    [Fact]
    public async Task A_failing_row_is_isolated_in_the_smallest_chunk()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("create table marked (id integer)");
        var plan = RenameByHand.Plan().With(Phase.Start, "backfill people", s => s with
        {
            Prologue = ["create temp trigger if not exists fails before update of full_name on people when new.id = 6 begin select raise(abort, 'no') where not exists (select 1 from marked); end"],
            Walk = s.Walk! with { Isolate = "insert into marked select id from people where id > cast(@after as integer) and id <= cast(@upto as integer)" },
        });
        var options = Options with { FirstBatch = 4, SmallestBatch = 1 };
        await new Runner(target, options).StartAsync(plan, default);

        target.Value("select group_concat(id) from marked").ShouldBe("6");
        target.Value("select count(*) from people where touched = 1").ShouldBe(9L);
        events.OfType<ChunkIsolated>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_a_way_to_isolate_the_step_fails_and_names_no_value()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("create unique index one on people (touched) where touched = 1 and id in (3, 4)");
        var runner = new Runner(target, Options);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(RenameByHand.Plan(), default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowsDoNotFit);
        refused.Message.ShouldNotContain("name 3");

        await target.RunAsync("drop index one");
        (await runner.ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        target.Value("select max(touched) from people").ShouldBe(1L);
    }

    [Fact]
    public async Task A_gate_that_does_not_hold_changes_nothing_and_says_how_many()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("insert into people (name) values ('twin'), ('twin')");
        var runner = new Runner(target, Options);
        await runner.StartAsync(RenameByHand.Plan(), default);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(RenameByHand.Migration, false, false, default));
        refused.Message.ShouldContain("1 people share a name.");
        (await runner.StatusAsync(default)).Run(RenameByHand.Migration)!.State.ShouldBe(RunState.Completing);

        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
    }

    [Fact]
    public async Task Old_applications_are_passed_by_when_forced()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan().With(Phase.Complete, "switch", s => s with
        {
            Mode = StepMode.Watch,
            OldSide = new OldSide("select 'people' as what, 3 as seconds union all select 'visits', 61", null, ""),
        });
        var runner = new Runner(target, Options);
        await runner.StartAsync(plan, default);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(RenameByHand.Migration, false, false, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.OldSideInUse);
        refused.Message.ShouldContain("people was written to 3s ago. It must have been quiet for 1m.");
        refused.Message.ShouldNotContain("visits");
        (await runner.CompleteAsync(RenameByHand.Migration, false, true, default)).State.ShouldBe(RunState.Retired);
    }

    [Fact]
    public async Task Complete_is_refused_while_rows_are_in_quarantine()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan().With(Phase.Complete, "verify live", s => s with
        {
            Walk = s.Walk! with { Work = s.Walk.Work.Replace("0 as quarantined", "sum(id = 4) as quarantined", StringComparison.Ordinal) },
        });
        var runner = new Runner(target, Options);
        await runner.StartAsync(plan, default);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(RenameByHand.Migration, false, true, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowsInQuarantine);
        refused.Message.ShouldContain("1 row is in quarantine");
    }

    [Theory]
    [InlineData("select count(*) from people", "11", "found 10")]
    [InlineData("select name from people where id = 1", "x", "found another value")]
    [InlineData("select null", "0", "found null")]
    public async Task A_check_that_fails_is_named_without_values_of_rows(string sql, string expect, string says)
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan().With(Phase.Start, "check after", s => s with { Checks = [new DataCheck("a question", sql, expect)] });

        var refused = await Should.ThrowAsync<TandemException>(() => new Runner(target, Options).StartAsync(plan, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.CheckFailed);
        refused.Message.ShouldContain("a question");
        refused.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_backup_is_whole_typed_and_checksummed()
    {
        await using var target = await RenameByHand.FreshAsync(2);
        await target.RunAsync("update people set name = x'00ff' where id = 2");
        await target.RunAsync("insert into people (name) values (null), (2.0)");
        var runner = new Runner(target, Options);
        var plan = RenameByHand.Plan().With(Phase.Start, "check after", s => s with { Checks = [] }).With(Phase.Complete, "enforce full_name", s => s with { Gates = [] });
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(RenameByHand.Migration, false, false, default);
        await runner.SunsetAsync(RenameByHand.Migration, true, default);

        var name = backups.Names.Single(n => n.EndsWith(".jsonl", StringComparison.Ordinal));
        var lines = backups.Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldContain("\"planHash\":\"plan\"");
        lines[0].ShouldContain("\"columns\":[\"id\",\"name\"]");
        lines[0].ShouldContain("alter table people add column name text");
        lines[1..^1].ShouldBe(["[1,\"name 1\"]", "[2,{\"base64\":\"AP8=\"}]", "[3,null]", "[4,\"2.0\"]"]);
        lines[^1].ShouldBe("{\"end\":true,\"rows\":4}");
        var sum = Convert.ToHexStringLower(SHA256.HashData(backups.Bytes(name)));
        backups.Text(name + ".sha256").ShouldBe($"{sum}  {name}\n");
        backups.Flushes.ShouldBe(2);
        var entry = (await runner.HistoryAsync(RenameByHand.Migration, default)).Single(e => e is { Kind: "step_done", Step: "backup people" });
        entry.Detail.ShouldContain(sum);
        entry.Detail.ShouldContain("memory:" + name);
    }

    [Fact]
    public async Task Nothing_is_dropped_when_the_backup_cannot_be_written()
    {
        await using var target = await RenameByHand.FreshAsync();
        var options = Options with { OpenBackup = _ => throw new UnauthorizedAccessException("the directory is not writable") };
        var runner = new Runner(target, options);
        await runner.StartAsync(RenameByHand.Plan(), default);
        await runner.CompleteAsync(RenameByHand.Migration, false, false, default);

        var refused = await Should.ThrowAsync<TandemException>(() => runner.SunsetAsync(RenameByHand.Migration, true, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.BackupNotPossible);
        target.Value("select count(name) from people").ShouldBe(10L);
    }
}
