using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem reconcile</c>.</summary>
internal static class ReconcileCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the last one that is live, retired or undone." };
        var from = new Option<string?>("--from")
        {
            Description = "The version whose values are right. Without it the one that alone is served; where both are, nobody knows and it must be said.",
            HelpName = "old|new",
        };
        from.AcceptOnlyFromAmong("old", "new");
        var apply = new Option<bool>("--apply") { Description = "Write; without it, only say what would be done." };
        return new Command("reconcile", "Make rows agree that a verification found not to, and keep what they held; without --apply it only looks.") { id, from, apply }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), parse.GetValue(from), parse.GetValue(apply)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, string? from, bool apply)
    {
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Runs.Where(r => r is { UnderWay: false, State: RunState.Live or RunState.Retired or RunState.Undone }), "No migration has two versions of its rows here.");
        Side? side = from switch { "old" => Side.Old, "new" => Side.New, _ => null };
        if (apply)
        {
            var source = side is null ? "the version that alone is served" : $"the {from} version";
            await call.ConfirmAsync(
                [$"Rows of {run.Migration} that agree by neither law get the values that {source} gives them.", "What they held before is kept in the journal's images until sunset."],
                $"Reconcile {run.Migration}?");
        }

        var report = await call.Workspace.Runner.ReconcileAsync(run.Migration, side, apply, call.Cancellation);
        return new ReconcileView
        {
            ExitCode = report.IsClean ? ExitCodes.Done : ExitCodes.Refused,
            Migration = report.Migration,
            From = report.From,
            Why = report.Why,
            Applied = report.Applied,
            Tables = report.Tables,
            Images = report.Images,
            Problems = ProblemView.Of(report.Tables.Where(t => t.Mismatched > t.Repaired).Select(t => new Problem(
                ProblemCodes.VerificationUnclean, VerifyCommand.DoNotAgree(t.Mismatched - t.Repaired, t.Table), Subject: t.Table, Remedy: Remedy(report, t)))),
        };
    }

    private static string Remedy(ReconcileReport report, ReconciledTable table) =>
        table.Refused is not null ? "Write these rows once more through the version that is right: the sync carries them over."
        : report.From is null ? "Say which version is right: `--from old` or `--from new`."
        : report.Applied ? "Find who writes past the sync meanwhile, then reconcile once more."
        : "Carry it out with `--apply`.";
}
