using Shouldly;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Running;

/// <summary>The virtual clock begins at midnight, and every wait moves it.</summary>
public sealed class WindowHoldTests
{
    private readonly VirtualTime time = new();
    private readonly List<RunEvent> events = [];

    private RunnerOptions Options => RenameByHand.Options with { Time = time, Progress = new Listener(events), OldQuiet = TimeSpan.Zero };

    [Theory]
    [InlineData(Work.Start)]
    [InlineData(Work.Complete)]
    [InlineData(Work.Sunset)]
    public async Task A_phase_is_not_begun_outside_its_window(Work work)
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan() with { Settings = Open(work, 3, 4) };
        var runner = new Runner(target, Options);

        await RefusedAsync(() => runner.StartAsync(plan, default), work == Work.Start);
        await RefusedAsync(() => runner.CompleteAsync(RenameByHand.Migration, false, false, default), work == Work.Complete);
        await RefusedAsync(() => runner.SunsetAsync(RenameByHand.Migration, true, default), work == Work.Sunset);

        async Task RefusedAsync(Func<Task> act, bool refused)
        {
            if (refused)
            {
                var problem = (await Should.ThrowAsync<TandemException>(act)).Problems.ShouldHaveSingleItem();
                (problem.Code, problem.Message.Contains("03:00 UTC", StringComparison.Ordinal)).ShouldBe((ProblemCodes.OutsideWindow, true));
                time.Advance(TimeSpan.FromHours(3.5));
            }

            await act();
        }
    }

    [Fact]
    public async Task Batches_hold_until_their_window_opens_and_go_on_by_themselves()
    {
        await using var target = await RenameByHand.FreshAsync();
        var begun = time.GetUtcNow();
        var runner = new Runner(target, Options);
        (await runner.StartAsync(RenameByHand.Plan() with { Settings = Minutes(Work.Backfill, 3, 4) }, default)).State.ShouldBe(RunState.Live);

        (time.GetUtcNow() - begun).ShouldBeInRange(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        events.OfType<Waiting>().First().Reason.ShouldBe("the window for backfill, which opens at 2026-01-01 00:03 UTC");
        var journal = await runner.HistoryAsync(RenameByHand.Migration, default);
        journal.Where(e => e.Kind is "held" or "released").Select(e => (e.Kind, e.Step)).ShouldBe([("held", "backfill people"), ("released", "backfill people")]);
        journal.First(e => e.Kind == "step_done" && e.Step == "expand people").Id.ShouldBeLessThan(journal.First(e => e.Kind == "held").Id);
    }

    [Fact]
    public async Task A_start_holds_before_its_next_step_when_its_window_closes()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);

        // When the batches come, the first window of the other steps is closed.
        var settings = new RunSettings { Windows = [.. Minutes(Work.Start, 0, 1).Windows!, .. Minutes(Work.Backfill, 3, 5).Windows!, .. Minutes(Work.Start, 8, 9).Windows!] };
        (await runner.StartAsync(RenameByHand.Plan() with { Settings = settings }, default)).State.ShouldBe(RunState.Live);
        time.GetUtcNow().ShouldBeInRange(new DateTimeOffset(2026, 1, 1, 0, 8, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 0, 9, 0, TimeSpan.Zero));
        (await runner.HistoryAsync(RenameByHand.Migration, default)).Where(e => e.Kind == "held").Select(e => e.Step).ShouldBe(["backfill people", "publish new"]);
    }

    [Fact]
    public async Task Status_says_what_a_run_waits_for_and_it_can_be_paused_meanwhile()
    {
        await using var target = await RenameByHand.FreshAsync();
        var other = new Runner(target, Options);
        JournalView? seen = null;
        var runner = new Runner(target, Options with { Progress = new Asking(async () =>
        {
            seen = await other.StatusAsync(default);
            await other.PauseAsync(default);
        }) });
        (await runner.StartAsync(RenameByHand.Plan() with { Settings = Open(Work.Backfill, 3, 4) }, default)).Paused.ShouldBeTrue();
        seen!.Throttled!.Detail.ShouldContain("the window for backfill");
    }

    [Fact]
    public async Task A_rollback_waits_for_nothing()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);
        await runner.StartAsync(RenameByHand.Plan() with { Settings = Open(null, 0, 1) }, default);
        time.Advance(TimeSpan.FromHours(5));
        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
    }

    [Fact]
    public async Task What_the_target_says_now_comes_before_what_the_plan_kept_and_is_kept_in_its_place()
    {
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan() with { Settings = Open(Work.Start, 3, 4) };
        var settings = new RunSettings { BatchRows = 2 };
        var runner = new Runner(target, Options with { SettingsOf = _ => settings });
        await Should.ThrowAsync<TandemException>(() => new Runner(target, Options).StartAsync(plan, default));
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        (await runner.PlanAsync(RenameByHand.Migration, default)).Settings.ShouldBe(settings);
        (await runner.StepsAsync(RenameByHand.Migration, Phase.Start, 1, default)).Single(s => s.Id == "backfill people").Batches.ShouldBe(5);
    }

    private static RunSettings Open(Work? work, int from, int until) => new()
    {
        Windows = [new WorkWindow { For = work is { } w ? [w] : null, From = new TimeOnly(from, 0), Until = new TimeOnly(until, 0) }],
    };

    private static RunSettings Minutes(Work work, int from, int until) => new()
    {
        Windows = [new WorkWindow { For = [work], From = new TimeOnly(0, from), Until = new TimeOnly(0, until) }],
    };

    /// <summary>Does something once, when the run waits.</summary>
    private sealed class Asking(Func<Task> act) : IProgress<RunEvent>
    {
        private bool asked;

        public void Report(RunEvent value)
        {
            if (value is Waiting && !asked)
            {
                asked = true;
                act().GetAwaiter().GetResult();
            }
        }
    }
}
