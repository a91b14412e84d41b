using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one under way." };
        var carriedOut = new Option<string?>("--carried-out")
        {
            Description = "Whether that was carried out at which the run stands, a hook or a statement of the migration's own SQL: yes, or it was done by hand; no, do it again.",
            HelpName = "yes|no",
        };
        carriedOut.AcceptOnlyFromAmong("yes", "no");
        var lift = new Option<string?>("--lift") { Description = "Leave out this condition of `rollback.when` from here on, which paused or holds the migration.", HelpName = "condition" };
        var workers = WorkersOption.Create();
        return new Command("resume", "Take up what was paused, interrupted, killed or has failed; from any machine.") { id, carriedOut, lift, workers }
            .Does((call, parse) =>
            {
                call.Workers = parse.GetValue(workers);
                return RunAsync(call, parse.GetValue(id), parse.GetValue(carriedOut), parse.GetValue(lift));
            });
    }

    /// <summary>Goes on with a run.</summary>
    public static async Task<CommandView> RunAsync(Call call, string? id, string? carriedOut = null, string? lift = null)
    {
        call.ExplainInterruption();
        var runner = call.Workspace.Runner;
        var before = (await runner.StatusAsync(call.Cancellation)).Runs.FirstOrDefault(r => id is null ? r.UnderWay : r.Migration == id);
        var run = carriedOut is null
            ? await runner.ResumeAsync(id, lift, call.Cancellation)
            : await runner.AnswerAsync(id, carriedOut == "yes", call.Cancellation);

        // What was on its way to live and ends elsewhere was cancelled by somebody else.
        RunState? wanted = before?.Phase is Phase.Start or Phase.Restart ? RunState.Live : null;
        return OutcomeView.Of(call.Database.DisplayName, run, wanted, $"{run.Migration} is {RunView.Readable(RunView.Of(run).State)}.");
    }
}
