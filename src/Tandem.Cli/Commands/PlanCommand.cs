using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Planning;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var words = DatabaseArgument.Create("id", "The migration; without it, the next.", 0);
        var sql = new Option<bool>("--sql") { Description = "Show the SQL of every step." };
        var all = new Option<bool>("--all") { Description = "Show the phases of the ways back, too." };
        var html = new Option<string?>("--html") { Description = "Write the whole plan as a page to this file, for a review; it needs nothing beside it.", HelpName = "file" };
        var sandbox = SandboxOption.Create();
        var queries = new Option<string?>("--queries")
        {
            Description = "Statements whose plans are compared before and after the change where a sandbox is named: a file of SQL, or a directory of files that end in .sql; without it what tandem.yaml says, or queries. Statements that the server keeps count of are looked at, too.",
            HelpName = "path",
        };
        var keep = new Option<bool>("--keep-plans") { Description = "Write the plans that the statements have now into plans.json beside them: later plans are compared with it, too." };
        return new Command("plan", "Show what a migration would do to this database, step by step, what that is expected to cost and how risky it is; reads only, installs nothing.") { words, sql, all, html, sandbox, queries, keep }
            .Does(async (call, parse) =>
            {
                sandbox.Heed(call, parse);
                var view = await RunAsync(call, DatabaseArgument.Take(call, parse.GetValue(words)), parse.GetValue(queries), parse.GetValue(keep));
                return view is PlanView plan
                    ? Write(plan with { WithSql = parse.GetValue(sql), WithAllPhases = parse.GetValue(all) }, parse.GetValue(html), call.Time.GetUtcNow())
                    : view;
            });
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, string? queries, bool keep)
    {
        var chosen = await Choice.PendingAsync(call, id);
        if (chosen is null)
        {
            return Choice.NothingPending(call);
        }

        var (migration, hindrances) = chosen.Value;
        var plan = await call.PlanAsync(migration);
        var path = queries ?? call.QueriesDirectory;
        var statements = WatchedFiles.Read(path, queries is not null);
        var trial = call.MayMakeSandbox ? new TrialRequest(migration, statements)
            : keep ? throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "Plans are measured in a sandbox, and none is named: say `--sandbox`.")
            : null;
        var kept = KeptPlans.Read(path, call.Target.Name ?? call.Database.DisplayName);
        var evidence = await call.Workspace.EvidenceAsync(plan, call.Policy, trial, call.Cancellation);
        evidence = evidence is null ? null : evidence with { Trial = evidence.Trial with { Queries = kept.Compare(evidence.Trial.Queries) } };
        var forecast = evidence is null ? null : Forecast.Of(plan, evidence);
        Problem[] findings =
        [
            .. await PlanFindings.JudgedAsync(call, migration, plan, evidence?.Trial.Queries.SelectMany(q => q.Findings()) ?? []),
            .. Forecast.InTheWay(evidence ?? new Evidence(), call.Time.GetUtcNow()),
        ];
        var rating = forecast is null ? null : RiskRating.Of(plan, forecast, evidence!, findings);
        var tried = evidence is null ? null : TrialView.Of(evidence.Trial) with
        {
            Kept = keep && evidence.Trial.Queries.Count > 0 ? kept.Keep(evidence.Trial.Queries, call.Time.GetUtcNow()) : null,
        };
        var view = PlanView.Of(plan, call.Database.DisplayName, findings, forecast, rating, forecast is null ? [] : Suggestions.Of(plan, forecast, evidence!)) with { Trial = tried };
        return hindrances.Count == 0
            ? view
            : view with { ExitCode = ExitCodes.Refused, Problems = [.. ProblemView.Of(hindrances), .. view.Problems] };
    }

    private static PlanView Write(PlanView view, string? path, DateTimeOffset now)
    {
        if (path is null)
        {
            return view;
        }

        try
        {
            File.WriteAllText(path, PlanReport.Of(view, now));
            return view with { Html = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, $"{path} cannot be written: {e.Message}");
        }
    }
}
