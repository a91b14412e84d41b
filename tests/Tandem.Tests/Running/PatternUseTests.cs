using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class PatternUseTests
{
    [Fact]
    public async Task The_journal_tells_how_migrations_of_a_pattern_went()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, RenameByHand.Options with { Time = new VirtualTime() });
        var plan = RenameByHand.Plan() with { Pattern = "safe-rename" };

        PatternUse.Of(await runner.HistoryAsync(null, default)).ShouldBeEmpty();
        await runner.StartAsync(plan, default);
        await runner.RollbackAsync(plan.Migration, default);
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(plan.Migration, false, force: true, default);
        PatternUse.Of(await runner.HistoryAsync(null, default)).ShouldBe([new PatternUse("safe-rename") { Started = 2, Completed = 1, RolledBack = 1 }]);
        await runner.RollbackAsync(plan.Migration, default);
        PatternUse.Of(await runner.HistoryAsync(null, default)).ShouldBe([new PatternUse("safe-rename") { Started = 2, Completed = 1, RolledBack = 2 }]);
    }

    [Fact]
    public async Task A_phase_that_stops_twice_at_a_step_failed_once()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, RenameByHand.Options with { Time = new VirtualTime() });
        var plan = RenameByHand.Plan() with { Pattern = "mine" };
        var failing = plan.With(Phase.Start, "publish new", s => s with { Statements = ["select nothing"] });

        await Should.ThrowAsync<TandemException>(() => runner.StartAsync(failing, default));
        await Should.ThrowAsync<TandemException>(() => runner.ResumeAsync(null, default));
        await runner.CancelAsync(default);
        PatternUse.Of(await runner.HistoryAsync(null, default)).ShouldBe([new PatternUse("mine") { Started = 1, RolledBack = 1, Failed = 1 }]);
    }

    [Fact]
    public async Task Migrations_without_a_pattern_are_counted_nowhere()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, RenameByHand.Options with { Time = new VirtualTime() });
        await runner.StartAsync(RenameByHand.Plan(), default);

        PatternUse.Of(await runner.HistoryAsync(null, default)).ShouldBeEmpty();
    }
}
