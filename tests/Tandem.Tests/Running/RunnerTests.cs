using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class RunnerTests
{
    private static readonly RunnerOptions Options = RenameByHand.Options with { Time = new VirtualTime() };

    [Fact]
    public async Task A_change_goes_live_completes_and_is_sunset()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);

        (await runner.StartAsync(RenameByHand.Plan(), default)).State.ShouldBe(RunState.Live);
        target.Value("select count(*) from people where full_name = name and touched = 1").ShouldBe(10L);
        target.Value("select count(*) from people_new").ShouldBe(10L);

        (await runner.CompleteAsync(RenameByHand.Migration, false, false, default)).State.ShouldBe(RunState.Retired);
        target.Value("select version from shape").ShouldBe("full_name");

        (await runner.SunsetAsync(RenameByHand.Migration, force: true, default)).State.ShouldBe(RunState.Done);
        var view = await runner.StatusAsync(default);
        view.Lease.Holder.ShouldBe("");
        view.CurrentVersion.ShouldBe(RenameByHand.Migration);
        view.Baseline!.Migration.ShouldBe("base");
    }

    [Fact]
    public async Task A_live_change_is_rolled_back_restarted_completed_and_reverted()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);
        await runner.StartAsync(RenameByHand.Plan(), default);

        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
        await target.RunAsync("update people set name = 'other' where id = 3");
        (await runner.StartAsync(RenameByHand.Plan(), default)).State.ShouldBe(RunState.Live);
        target.Value("select full_name from people_new where id = 3").ShouldBe("other");
        target.Value("select max(touched) from people").ShouldBe(1L);

        await runner.CompleteAsync(RenameByHand.Migration, false, false, default);
        (await runner.RollbackAsync(RenameByHand.Migration, default)).State.ShouldBe(RunState.Undone);
        target.Value("select version from shape").ShouldBe("base");
        (await runner.StatusAsync(default)).CurrentVersion.ShouldBe("base");
    }

    [Fact]
    public async Task Reading_installs_nothing()
    {
        await using var target = await RenameByHand.FreshAsync();
        var runner = new Runner(target, Options);

        (await runner.StatusAsync(default)).Installed.ShouldBeFalse();
        (await runner.HistoryAsync(null, default)).ShouldBeEmpty();
        target.Value("select count(*) from sqlite_master").ShouldBe(1L);
    }
}
