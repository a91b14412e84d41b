using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem pause</c>.</summary>
internal static class PauseCommand
{
    public static Command Create() =>
        new Command("pause", "Ask the runner at work, in whichever process, to stop behind its batch and wait for resume.")
            .Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var run = await call.Workspace.Runner.PauseAsync(call.Cancellation);
        return new OutcomeView
        {
            Database = call.Database.DisplayName,
            Migration = RunView.Of(run),
            Message = run.Paused ? $"{run.Migration} is paused." : $"{run.Migration} was asked to pause; it stops behind its present batch.",
        };
    }
}
