using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem cancel</c>.</summary>
internal static class CancelCommand
{
    public static Command Create() =>
        new Command("cancel", "Stop the run and roll back what is not live yet.").Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var (_, run) = await Choice.RunAsync(
            call, null, j => j.Runs.Where(r => r.Phase is Phase.Start or Phase.Restart), "Nothing that is not live yet is under way on this target.");
        await call.ConfirmAsync(
            [
                $"{run.Migration} is {RunView.Readable(RunView.Of(run).State)} and is stopped behind its present batch.",
                "Applications never saw its new version; the old one goes on unchanged.",
                "What was filled so far is hidden, not dropped; `tandem start` takes it up again, `tandem sunset` drops it.",
            ],
            $"Cancel {run.Migration}?");
        call.ExplainInterruption();
        var done = await call.Workspace.Runner.CancelAsync(call.Cancellation);
        return new OutcomeView
        {
            Database = call.Database.DisplayName,
            Migration = RunView.Of(done),
            Message = done.UnderWay ? $"{done.Migration} was asked to cancel; its runner stops behind its present batch and rolls back." : $"{done.Migration} is undone.",
        };
    }
}
