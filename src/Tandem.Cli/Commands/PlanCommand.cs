using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the next." };
        var sql = new Option<bool>("--sql") { Description = "Show the SQL of every step." };
        var all = new Option<bool>("--all") { Description = "Show the phases of the ways back, too." };
        var sandbox = SandboxOption.Create();
        return new Command("plan", "Show what a migration would do to this database, step by step; reads only, installs nothing.") { id, sql, all, sandbox }
            .Does((call, parse) =>
            {
                sandbox.Heed(call, parse);
                return RunAsync(call, parse.GetValue(id), parse.GetValue(sql), parse.GetValue(all));
            });
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, bool sql, bool all)
    {
        var chosen = await Choice.PendingAsync(call, id);
        if (chosen is null)
        {
            return Choice.NothingPending(call);
        }

        var (migration, hindrances) = chosen.Value;
        var plan = await call.PlanAsync(migration);
        var view = PlanView.Of(plan, call.Database.DisplayName, sql, all);
        return hindrances.Count == 0
            ? view
            : view with { ExitCode = ExitCodes.Refused, Problems = [.. ProblemView.Of(hindrances), .. view.Problems] };
    }
}
