using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one under way." };
        return new Command("resume", "Take up what was paused, interrupted, killed or has failed; from any machine.") { id }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id)));
    }

    /// <summary>Goes on with a run.</summary>
    public static async Task<CommandView> RunAsync(Call call, string? id)
    {
        call.ExplainInterruption();
        var run = await call.Workspace.Runner.ResumeAsync(id, call.Cancellation);
        return OutcomeView.Of(call.Database.DisplayName, run, null, $"{run.Migration} is {RunView.Readable(RunView.Of(run).State)}.");
    }
}
