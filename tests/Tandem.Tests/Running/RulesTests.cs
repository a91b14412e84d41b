using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class RulesTests
{
    private readonly VirtualTime time = new();

    [Fact]
    public async Task Going_back_is_a_stack_and_dropping_a_queue_on_the_same_tables()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "people"));
        await RetireAsync(runner, Plan(target, "0002_b", 2, "0001_a", "places"));
        await RetireAsync(runner, Plan(target, "0003_c", 3, "0002_b", "people"));

        (await RefusedAsync(() => runner.RollbackAsync("0001_a", default))).ShouldBe((ProblemCodes.LaterMigrationStands, "0003_c"));
        (await RefusedAsync(() => runner.SunsetAsync("0003_c", true, default))).ShouldBe((ProblemCodes.EarlierMigrationKept, "0001_a"));
        (await runner.StatusAsync(default)).CurrentVersion.ShouldBe("0003_c");

        (await runner.RollbackAsync("0003_c", default)).State.ShouldBe(RunState.Undone);
        (await runner.StatusAsync(default)).CurrentVersion.ShouldBe("0002_b");
        (await runner.RollbackAsync("0001_a", default)).State.ShouldBe(RunState.Undone);
        (await runner.RollbackAsync("0002_b", default)).State.ShouldBe(RunState.Undone);

        // Begun again, the first is the youngest.
        (await runner.StartAsync(Plan(target, "0001_a", 1, "base", "people"), default)).State.ShouldBe(RunState.Live);
        (await runner.StatusAsync(default)).Runs.Select(r => r.Migration).ShouldBe(["base", "0002_b", "0003_c", "0001_a"]);
    }

    [Fact]
    public async Task What_was_taken_back_whole_is_carried_out_again_in_its_order()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        Plan[] plans = [Plan(target, "0001_a", 1, "base", "people"), Plan(target, "0002_b", 2, "0001_a", "people"), Plan(target, "0003_c", 3, "0002_b", "people")];
        for (var again = 0; again < 3; again++)
        {
            foreach (var plan in plans)
            {
                await RetireAsync(runner, plan);
            }

            foreach (var plan in plans.Reverse())
            {
                (await runner.RollbackAsync(plan.Migration, default)).State.ShouldBe(RunState.Undone);
            }
        }
    }

    [Fact]
    public async Task What_was_planned_without_another_is_not_begun_again_upon_it()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "people"));
        await runner.RollbackAsync("0001_a", default);
        await RetireAsync(runner, Plan(target, "0002_b", 2, "base", "people"));
        await runner.RollbackAsync("0002_b", default);

        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "people"));
        (await RefusedAsync(() => runner.StartAsync(Plan(target, "0002_b", 2, "base", "people"), default))).ShouldBe((ProblemCodes.LaterMigrationStands, "0001_a"));
    }

    [Fact]
    public async Task What_was_planned_upon_another_is_not_begun_again_without_it()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        Plan[] plans = [Plan(target, "0001_a", 1, "base", "people"), Plan(target, "0002_b", 2, "0001_a", "people"), Plan(target, "0003_c", 3, "0002_b", "people")];
        foreach (var plan in plans)
        {
            await RetireAsync(runner, plan);
        }

        foreach (var plan in plans.Reverse())
        {
            await runner.RollbackAsync(plan.Migration, default);
        }

        (await RefusedAsync(() => runner.StartAsync(plans[1], default))).ShouldBe((ProblemCodes.StalePlan, "0001_a"));
        await RetireAsync(runner, plans[0]);
        (await RefusedAsync(() => runner.StartAsync(plans[2], default))).ShouldBe((ProblemCodes.StalePlan, "0002_b"));
        await RetireAsync(runner, plans[1]);
        await RetireAsync(runner, plans[2]);
    }

    [Fact]
    public async Task One_migration_at_a_time_is_between_start_and_complete()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        await runner.StartAsync(Plan(target, "0001_a", 1, "base", "people"), default);

        (await RefusedAsync(() => runner.StartAsync(Plan(target, "0002_b", 2, "base", "places"), default))).ShouldBe((ProblemCodes.OtherMigrationActive, "0001_a"));
    }

    [Fact]
    public async Task What_is_hidden_stays_for_its_retention()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "people"));

        time.Advance(TimeSpan.FromDays(13));
        (await RefusedAsync(() => runner.SunsetAsync("0001_a", false, default))).ShouldBe((ProblemCodes.RetentionNotOver, "0001_a"));
        time.Advance(TimeSpan.FromDays(2));
        (await runner.SunsetAsync("0001_a", false, default)).State.ShouldBe(RunState.Done);
        (await RefusedAsync(() => runner.RollbackAsync("0001_a", default))).Code.ShouldBe(ProblemCodes.WrongState);
    }

    [Fact]
    public async Task What_was_never_live_may_go_at_once_and_can_be_started_as_new()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        var plan = Plan(target, "0001_a", 1, "base", "people");
        var failing = plan.With(Phase.Start, "step", s => s with { Statements = ["select nothing"] });
        await Should.ThrowAsync<TandemException>(() => runner.StartAsync(failing, default));
        await runner.RollbackAsync("0001_a", default);

        (await runner.SunsetAsync("0001_a", false, default)).State.ShouldBe(RunState.Gone);
        (await runner.StartAsync(plan with { Ordinal = 2, ChangeHash = "new" }, default)).State.ShouldBe(RunState.Live);
    }

    [Fact]
    public async Task A_plan_that_does_not_fit_any_more_is_refused()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        var plan = Plan(target, "0002_b", 2, "base", "people");
        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "places"));

        (await RefusedAsync(() => runner.StartAsync(plan, default))).Code.ShouldBe(ProblemCodes.StalePlan);
        (await RefusedAsync(() => runner.StartAsync(plan with { OldVersion = "0001_a", Ordinal = 1 }, default))).Code.ShouldBe(ProblemCodes.StalePlan);
        await target.RunAsync("alter table people add column more text");
        (await RefusedAsync(() => runner.StartAsync(plan with { OldVersion = "0001_a" }, default))).ShouldBe((ProblemCodes.StalePlan, "people"));
    }

    [Fact]
    public async Task A_started_migration_is_not_edited()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        var plan = Plan(target, "0001_a", 1, "base", "people");
        await runner.StartAsync(plan, default);
        await runner.RollbackAsync("0001_a", default);

        (await RefusedAsync(() => runner.StartAsync(plan with { ChangeHash = "edited" }, default))).Code.ShouldBe(ProblemCodes.EditedSinceStart);
    }

    [Fact]
    public async Task What_is_in_sync_is_told_with_the_side_that_is_the_base()
    {
        await using var target = await TargetAsync();
        var runner = Runner(target);
        await RetireAsync(runner, Plan(target, "0001_a", 1, "base", "people"), keep: true);
        await RetireAsync(runner, Plan(target, "0002_b", 2, "0001_a", "places"));
        await runner.RollbackAsync("0002_b", default);

        (await runner.RetainedAsync(null, default)).Select(r => (r.Migration, r.Undone, r.OtherSideServed))
            .ShouldBe([("0001_a", false, true), ("0002_b", true, false)]);
        (await runner.RetainedAsync("0001_a", default)).Select(r => r.Migration).ShouldBe(["0002_b"]);
    }

    private static async Task<TestTarget> TargetAsync()
    {
        var target = TestTarget.Create();
        await target.RunAsync("create table people (id integer primary key, name text)");
        await target.RunAsync("create table places (id integer primary key, name text)");
        return target;
    }

    private static async Task RetireAsync(Runner runner, Plan plan, bool keep = false)
    {
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, keep, false, default);
    }

    private static async Task<(ProblemCode Code, string? Subject)> RefusedAsync(Func<Task> act)
    {
        var refused = await Should.ThrowAsync<TandemException>(act);
        return (refused.Problems[0].Code, refused.Problems[0].Subject);
    }

    /// <summary>A plan that touches a table and does nothing to it.</summary>
    private static Plan Plan(TestTarget target, string migration, int ordinal, string oldVersion, string table)
    {
        var schema = target.InspectAsync(default).GetAwaiter().GetResult();
        var before = schema.Table(table)!;
        RenderedStep step = new("step", "Nothing", StepMode.Transaction) { Statements = ["select 1"] };
        return RenameByHand.Plan(migration, ordinal, oldVersion) with
        {
            Changes = [new TableChange(before, before)],
            Phases = Enum.GetValues<Phase>().Select(p => new PlannedPhase(p, [step with { Kind = p is Phase.Complete or Phase.Revert ? StepKind.Switch : StepKind.Other }])).ToValueList(),
        };
    }

    private Runner Runner(IDatabase target) => new(target, RenameByHand.Options with { Time = time, Holder = "runner" });
}
