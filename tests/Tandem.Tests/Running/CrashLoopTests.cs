using Shouldly;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class CrashLoopTests
{
    private static readonly Scenario ShortLife = new()
    {
        Fresh = async () => await RenameByHand.FreshAsync(5),
        PlanAsync = _ => Task.FromResult(RenameByHand.Plan()),
        Options = RenameByHand.Options,
        Acts = [Act.Start, Act.Complete, Act.Rollback],
    };

    private static readonly Scenario WholeLife = ShortLife with
    {
        Fresh = async () => await RenameByHand.FreshAsync(7),
        Acts = [Act.Start, Act.Rollback, Act.Start, Act.Complete, Act.Rollback, Act.Start, Act.Complete, Act.Sunset],
    };

    public static TheoryData<string> Faults => [.. Enum.GetNames<Fault>().Where(f => f != nameof(Fault.None))];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_goes_wrong_at_any_call_the_end_is_the_same(string fault) =>
        (await new CrashLoop(TestRun.Nightly ? WholeLife : ShortLife).RunAsync([Enum.Parse<Fault>(fault)], CrashPoints.Every(TestRun.Nightly ? 1 : 5))).Failures.ShouldBeEmpty();

    [Fact]
    public async Task One_life_meets_all_faults_and_its_end_is_the_same()
    {
        var faults = Enum.GetValues<Fault>().Where(f => f != Fault.None).ToList();
        var result = await new CrashLoop(ShortLife).RunTogetherAsync(faults, "all faults");
        result.Failures.ShouldBeEmpty();
        result.Fired.ShouldBe(faults.Count);
    }

    [Fact]
    public async Task Without_the_fence_a_life_with_all_faults_fails_before_long()
    {
        // A sleeper does harm at about two calls of five.
        var faults = Enum.GetValues<Fault>().Where(f => f != Fault.None).ToList();
        var loop = new CrashLoop(ShortLife) { Mutation = Mutation.NoFence };
        for (var seed = 0; seed < 40; seed++)
        {
            if ((await loop.RunTogetherAsync(faults, $"{seed}")).Failures.Count > 0)
            {
                return;
            }
        }

        Assert.Fail("No life failed.");
    }

    [Fact]
    public Task Without_the_fence_the_harness_fails() => FailsWithoutAsync(Mutation.NoFence, Fault.Zombie);

    [Fact]
    public Task With_the_checkpoint_behind_its_batch_the_harness_fails() => FailsWithoutAsync(Mutation.CheckpointAfterwards, Fault.DeathAfter);

    [Fact]
    public Task With_the_journal_line_behind_its_step_the_harness_fails() => FailsWithoutAsync(Mutation.JournalAfterwards, Fault.DeathAfter);

    [Fact]
    public async Task Without_the_final_verification_the_harness_fails()
    {
        // A backfill that forgets a row: only the verification makes up for it.
        var plan = RenameByHand.Plan().With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Work = s.Walk.Work + " and id <> 2" } });
        var scenario = ShortLife with { PlanAsync = _ => Task.FromResult(plan) };
        (await new CrashLoop(scenario).RunAsync([Fault.DeathAfter], CrashPoints.Every(9))).Failures.ShouldBeEmpty();
        (await new CrashLoop(scenario) { Mutation = Mutation.BlindVerification }.AnyFailsAsync([Fault.DeathAfter], CrashPoints.Every(9))).ShouldBeTrue();
    }

    [Fact]
    public async Task With_the_sync_behind_the_backfill_the_harness_fails()
    {
        // Verification finds what such an order loses and repairs it: it is taken out of both plans.
        var written = ShortLife with { MeanwhileAsync = database => ((TestTarget)database).RunAsync("update people set name = 'written meanwhile' where id = 2") };
        var late = written with { PlanAsync = _ => Task.FromResult(RenameByHand.SyncedLate()) };
        foreach (var (scenario, passes) in new[] { (written, true), (late, false) })
        {
            var loop = new CrashLoop(scenario) { Mutation = Mutation.BlindVerification };
            (await loop.AnyFailsAsync([Fault.DeathAfter], CrashPoints.All)).ShouldBe(!passes);
        }
    }

    [Theory]
    [InlineData("LostBefore")]
    [InlineData("LockTimeout")]
    [InlineData("DiskFull")]
    [InlineData("ReadOnly")]
    [InlineData("StatementTimeout")]
    public async Task Under_a_fault_that_lasts_the_run_ends_and_can_be_rolled_back(string fault)
    {
        for (var k = 1; ; k += TestRun.Nightly ? 1 : 4)
        {
            await using var target = await RenameByHand.FreshAsync(5);
            var faults = new FaultPlan(Enum.Parse<Fault>(fault), k) { Lasting = true };
            var options = RenameByHand.Options with { Time = new VirtualTime(), Holder = "first" };
            var start = () => new Runner(new FaultyDatabase(target, faults, new Mutation()), options).StartAsync(RenameByHand.Plan(), default);
            var failure = await Record.ExceptionAsync(start);
            if (!faults.Fired)
            {
                failure.ShouldBeNull();
                return;
            }

            var heir = new Runner(target, options with { Holder = "second" });
            var run = (await heir.StatusAsync(default)).Run(RenameByHand.Migration);
            if (run is not null)
            {
                (failure is null || failure is TandemException).ShouldBeTrue($"{fault} from call {k} on: {failure}");
                ((failure as TandemException)?.Problems.Select(p => p.Code) ?? []).ShouldBeUnique();
                (await heir.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
            }

            target.Value("select count(*) from people where name is not null").ShouldBe(5L);
            target.Value("select count(*) from sqlite_master where name = 'people_new'").ShouldBe(0L);
        }
    }

    private static async Task FailsWithoutAsync(Mutation mutation, Fault fault) =>
        (await new CrashLoop(ShortLife) { Mutation = mutation }.AnyFailsAsync([fault], CrashPoints.All)).ShouldBeTrue();
}
