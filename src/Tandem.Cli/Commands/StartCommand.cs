using System.CommandLine;
using System.Globalization;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem start</c>.</summary>
internal static class StartCommand
{
    private const int ShortestHash = 8;

    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the next." };
        var hash = new Option<string?>("--plan-hash") { Description = "Start only if the plan has this hash (or begins with it).", HelpName = "hash" };
        var sandbox = SandboxOption.Create();
        var workers = WorkersOption.Create();
        hash.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: < ShortestHash }])
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--plan-hash takes at least {ShortestHash} digits of the hash."));
            }
        });
        return new Command("start", "Carry a migration out up to live: both versions are served.") { id, hash, sandbox, workers }
            .Does((call, parse) =>
            {
                sandbox.Heed(call, parse);
                call.Workers = parse.GetValue(workers);
                return RunAsync(call, parse.GetValue(id), parse.GetValue(hash));
            });
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, string? hash)
    {
        var chosen = await Choice.PendingAsync(call, id);
        if (chosen is null)
        {
            return Choice.NothingPending(call);
        }

        var (migration, hindrances) = chosen.Value;
        if (hindrances.Count > 0)
        {
            throw new TandemException(hindrances);
        }

        var plan = await call.PlanAsync(migration);
        var findings = await PlanFindings.JudgedAsync(call, migration, plan, []);
        if (plan.HasErrors || findings.Any(f => f.Severity == Severity.Error))
        {
            // The policy can make much of a finding; it cannot make a plan good that has errors of its own.
            throw new TandemException([.. plan.Findings.Where(f => f.Severity == Severity.Error).Except(findings), .. findings]);
        }

        if (hash is not null && !plan.PlanHash.StartsWith(hash, StringComparison.OrdinalIgnoreCase))
        {
            throw new TandemException(ProblemCodes.StalePlan, $"The plan of {plan.Migration} has the hash {plan.PlanHash}, not {hash}.");
        }

        call.Announce($"{plan.Migration}: {plan.Title}");
        call.ExplainInterruption();
        var run = await call.Workspace.Runner.StartAsync(plan, call.Cancellation);
        return OutcomeView.Of(call.Database.DisplayName, run, RunState.Live, $"{run.Migration} is live: {plan.OldVersion} and {run.Migration} are both served.") with
        {
            Problems = ProblemView.Of(plan.Findings.Where(f => f.Severity == Severity.Warning)),
        };
    }
}
