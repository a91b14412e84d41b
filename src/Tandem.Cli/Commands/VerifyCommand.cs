using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the last one that is live, retired or undone." };
        var sample = new Option<int?>("--sample") { Description = "Compare only about this many rows of each table (never fewer, unless it has fewer), in chunks chosen at random.", HelpName = "N" };
        sample.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            {
                result.AddError("--sample takes a number from 1.");
            }
        });
        return new Command("verify", "Compare the rows of both versions now; repairs nothing.") { id, sample }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), parse.GetValue(sample)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, int? sample)
    {
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Runs.Where(r => r is { UnderWay: false, State: RunState.Live or RunState.Retired or RunState.Undone }), "No migration has two versions of its rows here.");
        var report = await call.Workspace.Runner.VerifyAsync(run.Migration, sample, call.Cancellation);
        return new VerifyView
        {
            ExitCode = report.IsClean ? ExitCodes.Done : ExitCodes.Refused,
            Migration = report.Migration,
            Complete = report.Complete,
            Tables = report.Tables,
            Problems = ProblemView.Of(report.Tables.Where(t => t.Mismatched > 0).Select(t => new Problem(
                ProblemCodes.VerificationUnclean, $"{Figures.Count(t.Mismatched, "row")} of {t.Table} do not agree.", Subject: t.Table))),
        };
    }
}
