using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

public sealed class HookTests
{
    private const string Hooks = """
        hooks:
          - { name: announce, before: start, run: [ announce ], reverse: { run: [ unannounce ] } }
          - { name: clear, after: complete, call: { url: "https://cache.example/clear?key=${KEY}", headers: { Authorization: "Bearer ${TOKEN}" } }, reverse: { call: { url: "https://cache.example/fill" } }, retries: 1 }
          - { name: tell, after: rollback, run: [ tell ] }
          - { name: sweep, before: sunset, run: [ sweep ] }
        """;

    private readonly List<HookTry> calls = [];
    private readonly VirtualTime time = new();

    private IEnumerable<string> Called => calls.Select(c => c.Call.Subject);

    [Fact]
    public async Task They_are_carried_out_around_their_phases_and_taken_back()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, Hooks);
        var runner = Runner(target.Database);
        await runner.StartAsync(plan, default);
        Called.ShouldBe(["announce"]);
        await runner.RollbackAsync(plan.Migration, default);
        Called.ShouldBe(["announce", "unannounce", "tell"]);
        calls.Clear();

        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, false, false, default);
        await runner.RollbackAsync(plan.Migration, default);
        Called.ShouldBe(["announce", "POST https://cache.example/clear", "POST https://cache.example/fill", "unannounce", "tell"]);
        calls.Clear();

        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, false, false, default);
        await runner.SunsetAsync(plan.Migration, true, default);
        Called.ShouldBe(["announce", "POST https://cache.example/clear", "sweep"]);
        calls.Select(c => c.Key).Distinct().Count().ShouldBe(3);
        (await runner.HistoryAsync(plan.Migration, default)).ShouldAllBe(e => !e.Detail.Contains("TOKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_carries_none_out()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, Hooks);
        plan.Steps(Phase.Start)[0].ShouldSatisfyAllConditions(s => s.Mode.ShouldBe(StepMode.Hook), s => s.Title.ShouldBe("Hook announce: announce"));
        calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_fails_is_tried_again_and_then_stops_the_run()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, "hooks: [ { name: shy, before: start, run: [ shy ], retries: 2 } ]\n");
        var failing = Runner(target.Database, _ => new HookOutcome("not today."));
        var refused = await Should.ThrowAsync<TandemException>(() => failing.StartAsync(plan, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.HookFailed);
        calls.Count.ShouldBe(3);
        calls.Select(c => c.Key).Distinct().ShouldHaveSingleItem();
        (await Runner(target.Database).ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_was_done_by_hand_is_not_called()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, "hooks: [ { name: shy, after: start, run: [ shy ], retries: 0 } ]\n");
        var runner = Runner(target.Database, _ => new HookOutcome("not today."));
        _ = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));
        (await runner.AnswerAsync(null, carriedOut: true, default)).State.ShouldBe(RunState.Live);
        calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reverse_is_called_only_for_what_was_called()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, "hooks: [ { name: shy, before: start, run: [ shy ], reverse: { run: [ back ] }, retries: 0 } ]\n");
        var runner = Runner(target.Database, c => new HookOutcome(c.Call.Subject == "shy" ? "no." : null));
        _ = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));
        (await runner.RollbackAsync(plan.Migration, default)).State.ShouldBe(RunState.Undone);
        Called.ShouldBe(["shy"]);
    }

    [Fact]
    public async Task After_a_crash_it_comes_again_with_the_same_key()
    {
        var fired = true;
        for (var k = 1; fired; k++)
        {
            calls.Clear();
            await using var target = await TargetAsync();
            var plan = await PlanAsync(target, "hooks: [ { name: once, before: start, run: [ once ] } ]\n");
            var faults = new FaultPlan(Fault.DeathBefore, k);
            try
            {
                await Runner(new FaultyDatabase(target.Database, faults, new Mutation())).StartAsync(plan, default);
            }
            catch (Exception e) when (faults.Fired && e is ProcessDeathException or TandemException or DatabaseException)
            {
                // Another process takes up what this one left.
            }

            fired = faults.Fired;
            var heir = Runner(target.Database, holder: "heir");
            if ((await heir.StatusAsync(default)).Run(plan.Migration) is not { State: RunState.Live, UnderWay: false })
            {
                await heir.StartAsync(plan, default);
            }

            calls.Select(c => c.Key).Distinct().ShouldHaveSingleItem($"at call {k}");
            calls.Count.ShouldBeInRange(1, 2, $"at call {k}");
        }
    }

    [Theory]
    [InlineData("{ name: x, run: [ a ] }")]
    [InlineData("{ name: x, before: start, after: start, run: [ a ] }")]
    [InlineData("{ name: x, before: start }")]
    [InlineData("{ name: x, before: start, run: [ a ], call: { url: \"https://x\" } }")]
    [InlineData("{ name: x, before: start, call: { url: \"ftp://x\" } }")]
    [InlineData("{ name: x, before: start, run: [ a ], reverse: { } }")]
    public async Task What_is_written_wrongly_is_an_error_of_the_plan(string hook)
    {
        await using var target = await TargetAsync();
        (await PlanAsync(target, $"hooks: [ {hook} ]\n")).Findings.ShouldContain(f => f.Code == ProblemCodes.Incomplete && f.Severity == Severity.Error);
    }

    private static async Task<SqliteTarget> TargetAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        return target;
    }

    private static Task<Plan> PlanAsync(SqliteTarget target, string hooks) => new Workspace(target.Database).PlanAsync(
        MigrationParser.Parse("0001_hooks.yaml", $"title: t\n{hooks}\noperations:\n  - add_column: {{ table: people, name: note, type: text }}\n").Require(), default);

    private Runner Runner(IDatabase database, Func<HookTry, HookOutcome>? answer = null, string holder = "first") => new(database, new RunnerOptions
    {
        Time = time,
        Holder = holder,
        Jitter = new Random(1),
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
        RunHook = (hook, _) =>
        {
            lock (calls)
            {
                calls.Add(hook);
            }

            return Task.FromResult(answer?.Invoke(hook) ?? new HookOutcome(null));
        },
    });
}
