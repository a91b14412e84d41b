using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the one under way or live, else the last that was completed." };
        return new Command("rollback", "Go back to the old version; every row that was written meanwhile is kept.") { id }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id)
    {
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Active is { } active ? [active] : j.Runs.Where(r => r.State == RunState.Retired), "Nothing can be rolled back on this target.");
        if (run.Adopted)
        {
            return await ForgetAsync(call, run);
        }

        var plan = await call.Workspace.Runner.PlanAsync(run.Migration, call.Cancellation);
        var phase = run.State is RunState.Retired ? Phase.Revert : Phase.Rollback;
        await call.ConfirmAsync(
            [
                .. plan.Steps(phase).Select(s => s.Title),
                run.WasLive
                    ? $"{run.Migration} is no longer served: applications that use it fail. {plan.OldVersion} is served as before."
                    : $"Applications never saw {run.Migration}; {plan.OldVersion} goes on unchanged.",
                "What only the new version has a place for is hidden, not dropped; `tandem start` brings it back.",
                .. run.WasLive || plan.Scripts.Count > 0 ? plan.NotKept : [],
            ],
            $"Roll {run.Migration} back?");
        call.ExplainInterruption();
        var done = await call.Workspace.Runner.RollbackAsync(run.Migration, call.Cancellation);
        return OutcomeView.Of(call.Database.DisplayName, done, RunState.Undone, $"{done.Migration} is undone: only {plan.OldVersion} is served.");
    }

    private static async Task<CommandView> ForgetAsync(Call call, RunRecord run)
    {
        await call.ConfirmAsync(
            [$"{run.Migration} was adopted: nothing of it was carried out here. Nothing is changed; what it says differs from what is recorded again."],
            $"Take back that {run.Migration} was adopted?");
        var done = await call.Workspace.Runner.RollbackAsync(run.Migration, call.Cancellation);
        return OutcomeView.Of(call.Database.DisplayName, done, RunState.Gone, $"{done.Migration} is no longer adopted; `tandem drift` tells what it says.");
    }
}
