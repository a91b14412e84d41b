using System.Diagnostics;
using System.Globalization;
using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class SqliteControlTests : ControlTests
{
    protected override string Engine => "sqlite";

    [Fact]
    public Task Pause_stops_behind_the_batch_and_resume_goes_on() => PauseAndResumeAsync();

    [Fact]
    public Task Cancel_from_another_process_rolls_back() => CancelAsync();

    [Fact]
    public Task A_resumed_run_that_is_cancelled_ends_as_cancelled() => CancelResumedAsync();

    [Fact]
    public Task An_interruption_leaves_a_run_that_can_be_resumed() => InterruptAsync();

    [Fact]
    public Task A_second_interruption_ends_the_process_at_once() => InterruptTwiceAsync();

    [Fact]
    public Task A_killed_run_is_taken_up_by_another_process() => KillAsync();

    [Fact]
    public Task A_second_runner_is_refused() => TwoRunnersAsync();
}

public sealed class PostgresControlTests : ControlTests
{
    protected override string Engine => "postgres";

    [PostgresFact]
    public Task Pause_stops_behind_the_batch_and_resume_goes_on() => PauseAndResumeAsync();

    [PostgresFact]
    public Task Cancel_from_another_process_rolls_back() => CancelAsync();

    [PostgresFact]
    public Task A_resumed_run_that_is_cancelled_ends_as_cancelled() => CancelResumedAsync();

    [PostgresFact]
    public Task An_interruption_leaves_a_run_that_can_be_resumed() => InterruptAsync();

    [PostgresFact]
    public Task A_second_interruption_ends_the_process_at_once() => InterruptTwiceAsync();

    [PostgresFact]
    public Task A_killed_run_is_taken_up_by_another_process() => KillAsync();

    [PostgresFact]
    public Task A_second_runner_is_refused() => TwoRunnersAsync();
}

/// <summary>What is done to a run while it goes on, from other processes.</summary>
public abstract class ControlTests
{
    protected abstract string Engine { get; }

    protected async Task PauseAndResumeAsync()
    {
        await using var run = await LongRun.OnAsync(Engine);
        var process = await run.BeginAsync("start");
        (await run.TandemAsync("pause", "--output", "json")).ShouldEndWith(0);
        var ended = (await Tool.EndAsync(process)).ShouldEndWith(3);
        ended.Output.ShouldContain("was paused");
        (await run.MigrationAsync()).GetProperty("paused").GetBoolean().ShouldBeTrue();
        (await run.TandemAsync("watch")).ShouldEndWith(3);
        (await run.TandemAsync("status")).Output.ShouldMatch("backfill customers: paused");
        run.Hurry();
        (await run.TandemAsync("resume")).ShouldEndWith(0);
        await ShouldBeLiveAsync(run);
    }

    protected async Task CancelAsync()
    {
        // Two processes begin and end while it goes on.
        const int rows = 5 * LongRun.Rows;
        await using var run = await LongRun.OnAsync(Engine, rows);
        var process = await run.BeginAsync("start");
        (await run.TandemAsync("cancel")).ShouldEndWith(2).Errors.ShouldContain("TDM6007");
        (await run.TandemAsync("cancel", "--yes")).ShouldEndWith(0);
        (await Tool.EndAsync(process)).ShouldEndWith(3).Output.ShouldContain("was cancelled");
        (await run.MigrationAsync()).GetProperty("state").GetString().ShouldBe("undone");
        run.Hurry();
        (await run.TandemAsync("start")).ShouldEndWith(0);
        await ShouldBeLiveAsync(run, rows);
    }

    /// <summary>What was resumed was on its way to live as well.</summary>
    protected async Task CancelResumedAsync()
    {
        await using var run = await LongRun.OnAsync(Engine, 4 * LongRun.Rows);
        var process = await run.BeginAsync("start");
        (await run.TandemAsync("pause")).ShouldEndWith(0).Output.ShouldContain("next: tandem watch");
        (await Tool.EndAsync(process)).ShouldEndWith(3);
        process = await run.BeginAsync("resume");
        (await run.TandemAsync("cancel", "--yes")).ShouldEndWith(0).Output.ShouldContain("next: tandem watch");
        (await Tool.EndAsync(process)).ShouldEndWith(3).Output.ShouldContain("was cancelled");
        (await run.MigrationAsync()).GetProperty("state").GetString().ShouldBe("undone");
    }

    protected async Task InterruptAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There is no way to send another process a Ctrl-C there.
        }

        await using var run = await LongRun.OnAsync(Engine);
        var process = await run.BeginAsync("start", "--output", "json");
        await InterruptAsync(process);
        var ended = (await Tool.EndAsync(process)).ShouldEndWith(5);
        ended.Codes().ShouldBe(["TDM6011"]);
        ended.Errors.ShouldContain("tandem resume");
        (await run.MigrationAsync()).GetProperty("phase").GetString().ShouldBe("start");
        run.Hurry();
        (await run.TandemAsync("resume")).ShouldEndWith(0);
        await ShouldBeLiveAsync(run);
    }

    protected async Task InterruptTwiceAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There is no way to send another process a Ctrl-C there.
        }

        await using var run = await LongRun.OnAsync(Engine);
        var process = await run.BeginAsync("start", "--output", "json");
        await using (await run.Project.HoldAsync())
        {
            await InterruptAsync(process);
            await Task.Delay(TimeSpan.FromSeconds(1));
            process.HasExited.ShouldBeFalse("the first lets it end its batch and write that down");
            await InterruptAsync(process);
            var ended = (await Tool.EndAsync(process)).ShouldEndWith(5);
            ended.Output.ShouldBeEmpty();
            ended.Errors.ShouldContain("Ctrl-C once more ends the process at once");
        }

        (await run.MigrationAsync()).GetProperty("phase").GetString().ShouldBe("start");
        run.Hurry();
        (await run.TandemAsync("resume")).ShouldEndWith(0);
        await ShouldBeLiveAsync(run);
    }

    protected async Task KillAsync()
    {
        await using var run = await LongRun.OnAsync(Engine);
        using (var process = await run.BeginAsync("start"))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        (await run.MigrationAsync()).GetProperty("phase").GetString().ShouldBe("start");
        run.Hurry();
        (await run.TandemAsync("resume")).ShouldEndWith(0);
        await ShouldBeLiveAsync(run);
    }

    protected async Task TwoRunnersAsync()
    {
        await using var run = await LongRun.OnAsync(Engine);
        var process = await run.BeginAsync("start");
        var second = (await run.TandemAsync("start", "--output", "json")).ShouldEndWith(1);
        second.Codes().ShouldBe(["TDM4001"]);
        (await Tool.EndAsync(process)).ShouldEndWith(0);
        await ShouldBeLiveAsync(run);
    }

    private static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static async Task ShouldBeLiveAsync(LongRun run, int rows = LongRun.Rows)
    {
        (await run.MigrationAsync()).GetProperty("state").GetString().ShouldBe("live");
        (await run.TandemAsync("verify")).ShouldEndWith(0);
        (await run.TandemAsync("complete", "--yes")).ShouldEndWith(0);
        (await run.Project.AskAsync("select count(*) from customers where first_name = 'Ada' and last_name = 'Lovelace'"))
            .ShouldBe(rows.ToString(CultureInfo.InvariantCulture));
    }
}
