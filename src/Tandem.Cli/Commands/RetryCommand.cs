using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem retry</c>.</summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one that failed." };
        return new Command("retry", "Run the step that failed again, now, and go on.") { id }.Does((call, parse) => RunAsync(call, parse.GetValue(id)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id)
    {
        var (_, run) = await Choice.RunAsync(call, id, j => j.Runs.Where(r => r is { UnderWay: true, Failed: true }), "Nothing has failed on this target.");
        return run.Failed
            ? await ResumeCommand.RunAsync(call, run.Migration)
            : throw new TandemException(new Problem(
                ProblemCodes.WrongState, $"{run.Migration} has not failed.", Remedy: run.UnderWay ? "Use `tandem resume`." : null));
    }
}
