using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem sunset</c>.</summary>
internal static class SunsetCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the first that can go." };
        var force = new Option<bool>("--force") { Description = "Before the retention is over." };
        return new Command("sunset", "Back up and drop what complete or rollback hid; there is no way back afterwards.") { id, force }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), parse.GetValue(force)));
    }

    /// <summary>What a sunset would drop, for the person who confirms it.</summary>
    public static IEnumerable<string> Announcement(RunRecord run, Plan plan, string backups)
    {
        var steps = plan.Steps(run.State == RunState.Undone ? Phase.Discard : Phase.Sunset);
        var saved = BacksUp(steps);
        return
        [
            .. steps.Select(s => s.Title),
            saved ? $"What is dropped is backed up into {backups} first." : "Nothing that holds rows is dropped.",
            run.State == RunState.Undone
                ? $"What only {run.Migration} had a place for is gone afterwards{(saved ? ", but for the backup" : "")}."
                : $"{run.Migration} cannot be rolled back afterwards{(saved ? $"; {plan.OldVersion} comes back only from the backup" : "")}.",
        ];
    }

    private static bool BacksUp(IEnumerable<RenderedStep> steps) => steps.Any(s => s.Mode == StepMode.Backup);

    private static async Task<CommandView> RunAsync(Call call, string? id, bool force)
    {
        var (_, run) = await Choice.RunAsync(
            call,
            id,
            j => Choice.InDropOrder(j.Runs).Take(1),
            "Nothing is retired or undone on this target.");
        var plan = await call.Workspace.Runner.PlanAsync(run.Migration, call.Cancellation);
        await call.ConfirmAsync([.. Announcement(run, plan, call.Target.BackupDirectory)], $"Drop what {run.Migration} hid?");
        call.ExplainInterruption();
        var done = await call.Workspace.Runner.SunsetAsync(run.Migration, force, call.Cancellation);
        var saved = BacksUp(plan.Steps(run.State == RunState.Undone ? Phase.Discard : Phase.Sunset));
        return OutcomeView.Of(
            call.Database.DisplayName,
            done,
            run.State == RunState.Undone ? RunState.Gone : null,
            $"{done.Migration} is {RunView.Readable(RunView.Of(done).State)}: what it hid is {(saved ? $"backed up in {call.Target.BackupDirectory} and " : "")}dropped.");
    }
}
