using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem uninstall</c>.</summary>
internal static class UninstallCommand
{
    private const int Tries = 40;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list the objects." };
        var end = new Option<string?>("--end")
        {
            Description = "What to do with a change that is not at its end: complete it, or roll it back. What is hidden is then backed up and dropped.",
            HelpName = "complete|rollback",
        };
        end.AcceptOnlyFromAmong("complete", "rollback");
        return new Command("uninstall", "List and remove every object of Tandem's; refused while a change is not at its end.") { dryRun, end }
            .Does((call, parse) => RunAsync(call, parse.GetValue(dryRun), parse.GetValue(end)));
    }

    private static async Task<CommandView> RunAsync(Call call, bool dryRun, string? end)
    {
        var objects = await call.Database.FindOwnObjectsAsync(call.Cancellation);
        if (dryRun || objects.Count == 0)
        {
            return View(call, objects, removed: false);
        }

        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        if (journal.Lease.IsHeld)
        {
            throw new TandemException(ProblemCodes.AnotherRunner, $"{journal.Lease.Holder} is at work on this target.");
        }

        var open = journal.Runs.Where(r => r.Retained).ToList();
        if (open.Count > 0 && end is null)
        {
            throw new TandemException(open.Select(r => new Problem(
                ProblemCodes.StillInUse,
                $"{r.Migration} is {RunView.Readable(RunView.Of(r).State)}.",
                Subject: r.Migration,
                Remedy: $"Say how to end it: `tandem uninstall --end complete` or `--end rollback`; or end it first: {string.Join(", ", RunView.Of(r).NextCommands().Select(n => $"`tandem {n}`"))}.")).ToList());
        }

        await call.ConfirmAsync(await AnnouncementAsync(call, open, end, objects), $"Remove Tandem from {call.Database.DisplayName}?");
        if (open.Count > 0)
        {
            await EndAsync(call, open, end!);
            objects = await call.Database.FindOwnObjectsAsync(call.Cancellation);
        }

        await DropAsync(call, objects);
        return View(call, objects, removed: true);
    }

    private static async Task<IReadOnlyList<string>> AnnouncementAsync(Call call, List<RunRecord> open, string? end, ValueList<OwnObject> objects)
    {
        var lines = new List<string>();
        foreach (var run in open)
        {
            var plan = await call.Workspace.Runner.PlanAsync(run.Migration, call.Cancellation);
            lines.Add(run.Active ? $"{run.Migration} is {(end == "complete" ? "completed" : "rolled back")}." : $"{run.Migration} is {RunView.Readable(RunView.Of(run).State)}.");
            lines.AddRange(SunsetCommand.Announcement(run.Active && end == "rollback" ? run with { State = RunState.Undone } : run, plan, call.Target.BackupDirectory));
        }

        lines.Add($"{Figures.Count(objects.Count, "object")} of Tandem's, the journal among them, {(objects.Count == 1 ? "is" : "are")} dropped: what was done here is not remembered any more.");
        lines.Add("The tables and rows of applications stay as they are.");
        return lines;
    }

    private static async Task EndAsync(Call call, List<RunRecord> open, string end)
    {
        var runner = call.Workspace.Runner;
        foreach (var run in open.Where(r => r.Active))
        {
            if (end == "rollback")
            {
                _ = await runner.RollbackAsync(run.Migration, call.Cancellation);
                continue;
            }

            var live = run.UnderWay ? await runner.ResumeAsync(run.Migration, call.Cancellation) : run;
            if (live.State == RunState.Live)
            {
                _ = await runner.CompleteAsync(run.Migration, keepOld: false, force: false, call.Cancellation);
            }
        }

        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        foreach (var run in Choice.InDropOrder(journal.Runs))
        {
            _ = await runner.SunsetAsync(run.Migration, force: true, call.Cancellation);
        }
    }

    private static async Task DropAsync(Call call, ValueList<OwnObject> objects)
    {
        await using var session = await call.Database.OpenSessionAsync(call.Cancellation);
        foreach (var alone in objects.Where(o => o.Alone))
        {
            await session.ExecuteAloneAsync(new SqlStatement(alone.Drop), ApplyOptions.Default, call.Cancellation);
        }

        var statements = objects.Where(o => !o.Alone).Select(o => new SqlStatement(o.Drop)).ToList();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _ = await session.ApplyAsync(statements, ApplyOptions.Default, call.Cancellation);
                return;
            }
            catch (DatabaseException e) when (e.CanRetry && attempt < Tries)
            {
                await Task.Delay(Between, call.Time, call.Cancellation);
            }
        }
    }

    private static UninstallView View(Call call, ValueList<OwnObject> objects, bool removed) =>
        new() { Database = call.Database.DisplayName, Objects = objects, Removed = removed };
}
