using System.Text.Json;
using Shouldly;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Running.Health;
using Tandem.Steps;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class ThrottleTests
{
    private readonly List<RunEvent> events = [];

    [Fact]
    public async Task A_walk_holds_while_a_signal_is_over_its_limit_and_says_why()
    {
        await using var target = await RenameByHand.FreshAsync();
        var seen = new List<string?>();
        var runner = new Runner(target, Options("backfill people", 0, 4.5, 12, 12, 0, 0, 0, 0));
        (await runner.StartAsync(Plan(), default)).State.ShouldBe(RunState.Live);

        var entries = (await runner.HistoryAsync(RenameByHand.Migration, default)).Where(e => e.Step == "backfill people" && e.Kind.EndsWith("throttled", StringComparison.Ordinal)).ToList();
        entries.Select(e => e.Kind).ShouldBe(["throttled", "throttled", "unthrottled"]);
        var detail = JsonDocument.Parse(entries[1].Detail).RootElement;
        (detail.GetProperty("level").GetString(), detail.GetProperty("signal").GetString(), detail.GetProperty("subject").GetString()).ShouldBe(("hold", "lag", "standby"));
        (detail.GetProperty("value").GetDouble(), detail.GetProperty("limit").GetDouble()).ShouldBe((12, 10));
        detail.GetProperty("why").GetString().ShouldBe("lag of standby is 12 s, the limit is 10 s");
        events.OfType<Waiting>().Where(w => w.Step == "backfill people").Select(w => w.Reason).ShouldContain("lag of standby is 12 s, the limit is 10 s");
        events.OfType<Paced>().First(p => p.Step == "backfill people").ShouldBe(new Paced(RenameByHand.Migration, "backfill people", HealthLevel.Slow, "lag of standby is 4.5 s, the limit is 1 s"));
        target.Value("select count(*) from people where full_name = name").ShouldBe(10L);
    }

    [Fact]
    public async Task While_it_holds_the_journal_tells_everybody_why()
    {
        await using var target = await RenameByHand.FreshAsync();
        JournalView? view = null;
        Runner? runner = null;
        var asked = 0;
        var source = new HealthSource(Lag, "standby", async token =>
        {
            asked++;
            if (asked == 3)
            {
                view = await runner!.StatusAsync(token);
            }

            return asked is 2 or 3 ? 11 : 0;
        });
        runner = new Runner(target, WithSource(source));
        await runner.StartAsync(Plan(), default);

        view!.Throttled.ShouldNotBeNull().Step.ShouldBe("backfill people");
        (await runner.StatusAsync(default)).Throttled.ShouldBeNull();
    }

    [Fact]
    public async Task A_signal_beyond_the_last_limit_stops_the_run_which_can_be_resumed()
    {
        await using var target = await RenameByHand.FreshAsync();
        var failure = await Should.ThrowAsync<TandemException>(new Runner(target, Options("backfill people", 0, 99)).StartAsync(Plan(), default));
        failure.Problems[0].Code.ShouldBe(ProblemCodes.HealthEndangered);
        failure.Problems[0].Message.ShouldContain("lag of standby is 99 s, the limit is 60 s");
        target.Value("select count(*) from people where full_name is not null").ShouldBe(3L);

        (await new Runner(target, Options("backfill people", 0)).ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        target.Value("select max(touched) from people").ShouldBe(1L);
    }

    [Fact]
    public async Task A_step_that_holds_for_too_long_gives_up()
    {
        await using var target = await RenameByHand.FreshAsync();
        var options = Options("backfill people", [.. Enumerable.Repeat<double?>(20, 20)]);
        options = options with { Health = options.Health with { LongestHold = TimeSpan.FromSeconds(5), SampleEvery = TimeSpan.FromSeconds(1) } };
        var failure = await Should.ThrowAsync<TandemException>(new Runner(target, options).StartAsync(Plan(), default));
        failure.Problems[0].Code.ShouldBe(ProblemCodes.HeldTooLong);
        (await new Runner(target, options).StatusAsync(default)).Runs[^1].FailureCode.ShouldBe(ProblemCodes.HeldTooLong.Id);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_slows_down_and_stops_nothing()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = Plan().With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Health = "select * from nothing_here" } });
        var runner = new Runner(target, Options("none"));
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        events.OfType<Paced>().ShouldHaveSingleItem().Why.ShouldBe("health cannot be read: SQLite: no such table: nothing_here (code 1)");
    }

    [Fact]
    public async Task The_databases_own_signals_count_by_their_limits()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("create table health (signal text, subject text, value)");
        await target.RunAsync("insert into health values ('autovacuum', 'people', 1), ('not_a_signal', '', 1e9), ('replica_lag_bytes', 'standby', 0.5)");
        var plan = Plan().With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Health = "select signal, subject, value from health" } });
        await new Runner(target, Options("none")).StartAsync(plan, default);
        events.OfType<Paced>().ShouldHaveSingleItem().Why.ShouldBe("an autovacuum works on people (autovacuum is 1, the limit is 1)");
    }

    [Theory]
    [InlineData("0", 2)]
    [InlineData("3", 4)]
    [InlineData("null", 4)]
    public async Task Batches_are_shorter_while_others_are_at_work_or_may_be(string others, int batches)
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync($"create table health as select 'others_at_work' as signal, '' as subject, {others} as value");
        var plan = Plan().With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Health = "select signal, subject, value from health" } });
        await new Runner(target, Options("none") with { FirstBatch = 4, SmallestBatch = 1, LargestBatch = 100 }).StartAsync(plan, default);
        events.OfType<BatchDone>().Count(b => b.Step == "backfill people").ShouldBe(batches);
        events.OfType<Paced>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_walk_that_only_reads_is_not_paced_by_what_writing_does()
    {
        await using var target = await RenameByHand.FreshAsync();
        await target.RunAsync("create table health (signal text, subject text, value)");
        await target.RunAsync("insert into health values ('replica_lag_seconds', 'standby', 5), ('lock_wait_seconds', 'people', 0.5)");
        var plan = Plan().With(Phase.Start, "verify", s => s with { Walk = s.Walk! with { Health = "select signal, subject, value from health" } });
        await new Runner(target, Options("none")).StartAsync(plan, default);
        events.OfType<Paced>().ShouldHaveSingleItem().Why.ShouldBe("lock wait seconds of people is 0.5 s, the limit is 0.1 s");
    }

    [Fact]
    public async Task A_question_of_the_users_holds_the_walk_by_its_answer_and_a_bad_one_slows_it()
    {
        await using var target = await RenameByHand.FreshAsync();
        var options = Options("none") with { SettingsOf = _ => new RunSettings { Throttle = [Own("backlog", "select 3"), Own("broken", "select nothing")] } };
        await new Runner(target, options).StartAsync(Plan(), default);
        events.OfType<Paced>().Select(p => p.Why).Distinct().ShouldBe(["backlog is 3, the limit is 2"]);

        SignalSetting Own(string signal, string query) => new(signal, new SignalLimits { Query = query, Slow = 2, Hold = 9 });
    }

    [Fact]
    public async Task How_fast_the_log_grows_is_told_from_two_of_its_positions()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = Plan().With(Phase.Start, "backfill people", s => s with
        {
            Walk = s.Walk! with { Health = "select 'wal_position' as signal, '' as subject, 1e9 + 1000 * count(*) as value from people where full_name is not null" },
        });
        var time = new VirtualTime();
        var clock = new HealthSource(Lag, "clock", _ =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult<Measured>(0);
        });
        var options = WithSource(clock) with { Time = time, FirstBatch = 4, SettingsOf = _ => new RunSettings { Throttle = [new SignalSetting("wal_rate", new SignalLimits { Slow = 1000 })] } };
        await new Runner(target, options).StartAsync(plan, default);
        events.OfType<Paced>().First().Why.ShouldBe("wal rate is 2,000 bytes/s, the limit is 1,000 bytes/s", "4 rows of 1,000 bytes in 2 seconds; the first look has no other before it");
    }

    [Theory]
    [InlineData("select missing", "own cannot be read: SQLite: no such column: missing (code 1)")]
    [InlineData("select 'many'", "own cannot be read: the answer is no number")]
    public async Task A_question_without_an_answer_is_told_with_the_reason(string query, string words)
    {
        await using var target = await RenameByHand.FreshAsync();
        var options = Options("none") with { SettingsOf = _ => new RunSettings { Throttle = [new SignalSetting("own", new SignalLimits { Query = query, Slow = 2 })] } };
        await new Runner(target, options).StartAsync(Plan(), default);
        events.OfType<Paced>().Select(p => p.Why).Distinct().ShouldBe([words]);
    }

    private static HealthLimit Lag { get; } = new("lag", 1, 10) { Abort = 60, Unit = "s" };

    private static Plan Plan() => RenameByHand.Plan();

    /// <summary>A source that gives these values while the step is under way, the last one again and again, and is calm otherwise.</summary>
    private RunnerOptions Options(string step, params double?[] values)
    {
        var asked = 0;
        return WithSource(new HealthSource(Lag, "standby", _ => Task.FromResult<Measured>(
            events.OfType<StepStarted>().LastOrDefault()?.Step == step ? values[Math.Min(asked++, values.Length - 1)] : 0)));
    }

    private RunnerOptions WithSource(HealthSource source) => RenameByHand.Options with
    {
        Time = new VirtualTime(),
        Progress = new Listener(events),
        Holder = Guid.NewGuid().ToString(),
        Health = new HealthOptions { Sources = [source], SampleEvery = TimeSpan.Zero },
    };
}
