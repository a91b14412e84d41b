using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem watch</c>.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan TerminalEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FileEvery = TimeSpan.FromSeconds(5);

    public static Command Create() =>
        new Command("watch", "Follow what is under way until it ends, is paused or fails; then show the status.")
            .Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var last = "";
        while (true)
        {
            var status = await StatusCommand.ReadAsync(call);
            var run = status.Migrations.FirstOrDefault(m => m.Phase is not null);
            if (run is null || status.Runner is null)
            {
                call.Notes.Clear();
                return (await StatusCommand.CountAsync(call, status)) with { ExitCode = run is null ? ExitCodes.Done : ExitCodes.Stopped };
            }

            var step = status.Steps.FirstOrDefault(s => s.Status == StepStatus.Running);
            last = Show(call.Notes, run, status.Steps.Count, step, last);
            await Task.Delay(call.Notes.CanRewrite ? TerminalEvery : FileEvery, call.Time, call.Cancellation);
        }
    }

    private static string Show(Screen screen, RunView run, int steps, StepView? step, string last)
    {
        var what = step is null ? RunView.Readable(run.State) : $"{step.Number}/{steps}  {step.Id}";
        var rows = step is { RowsTotal: > 0 }
            ? "  " + Progress.Text(step.RowsDone, step.RowsTotal, step.Rate ?? 0, step.EtaSeconds is { } s ? TimeSpan.FromSeconds(s) : null)
            : "";
        if (screen.CanRewrite)
        {
            if (last.Length > 0 && last != what)
            {
                screen.Clear();
                screen.Line($"  {last}");
            }

            screen.Rewrite($"  {what}{rows}");
        }
        else
        {
            screen.Line($"{run.Migration}  {what}{rows}");
        }

        return what;
    }
}
