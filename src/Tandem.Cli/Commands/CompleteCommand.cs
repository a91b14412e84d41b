using System.CommandLine;
using System.CommandLine.Parsing;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem complete</c>.</summary>
internal static class CompleteCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one that is live." };
        var keep = new Option<bool>("--keep") { Description = "Go on serving the old version, too." };
        var force = new Option<bool>("--force") { Description = "Do not ask whether old applications were at work lately. What costs data is asked all the same." };
        var quiet = new Option<TimeSpan?>("--old-quiet")
        {
            Description = "How long old applications must not have been seen at work: 1m without this; 0s does not ask.",
            HelpName = "TIME",
            CustomParser = Time,
        };
        return new Command("complete", "End the old version's service; its storage stays in sync, and rollback stays possible.") { id, keep, force, quiet }
            .Does((call, parse) =>
            {
                call.OldQuiet = parse.GetValue(quiet);
                return RunAsync(call, parse.GetValue(id), parse.GetValue(keep), parse.GetValue(force));
            });
    }

    private static TimeSpan? Time(ArgumentResult result)
    {
        if (Durations.TryParse(result.Tokens[0].Value, out var time))
        {
            return time;
        }

        result.AddError("--old-quiet takes a time such as 30s, 10m or 0s.");
        return null;
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, bool keep, bool force)
    {
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Runs.Where(r => r.State == RunState.Live || r.Phase == Phase.Complete), "No migration is live on this target.");
        var plan = await call.Workspace.Runner.PlanAsync(run.Migration, call.Cancellation);
        await call.ConfirmAsync(
            [
                .. (run.Phase == Phase.Revert ? plan.Back(Phase.Revert) : plan.Steps(Phase.Complete)).Select(s => s.Title),
                keep ? $"{plan.OldVersion} goes on being served." : $"{plan.OldVersion} is no longer served: applications that still use it fail.",
                $"Its storage is kept in sync for {Figures.Time(plan.Retain)}; until then `tandem rollback` brings it back.",
                .. plan.NotKept.Select(n => $"A rollback would not keep all: {n}"),
            ],
            $"Complete {run.Migration}?");
        call.ExplainInterruption();
        var done = await call.Workspace.Runner.CompleteAsync(run.Migration, keep, force, call.Cancellation);
        return OutcomeView.Of(call.Database.DisplayName, done, RunState.Retired, $"{done.Migration} is complete: {(keep ? $"it is served, and {plan.OldVersion} besides" : "only it is served")}.");
    }
}
