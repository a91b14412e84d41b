using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;

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
        var keys = new Option<bool>("--keys") { Description = "Tell keys of some rows that do not agree or do not come back. Keys can be somebody's data, so only when asked for." };
        return new Command("verify", "Compare the rows of both versions now, and count those whose values do not come back by `up` and `down`; repairs nothing.") { id, sample, keys }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), parse.GetValue(sample), parse.GetValue(keys)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, int? sample, bool keys)
    {
        call.ShowKeys = keys;
        var (_, run) = await Choice.RunAsync(
            call, id, j => j.Runs.Where(r => r is { UnderWay: false, State: RunState.Live or RunState.Retired or RunState.Undone }), "No migration has two versions of its rows here.");
        var report = await call.Workspace.Runner.VerifyAsync(run.Migration, sample, call.Cancellation);
        return new VerifyView
        {
            ExitCode = report.IsClean ? ExitCodes.Done : ExitCodes.Refused,
            Migration = report.Migration,
            Complete = report.Complete,
            Tables = report.Tables,
            Problems = ProblemView.Of(report.Tables.SelectMany(t => Disagreement(t).Concat(t.Laws.SelectMany(l => Lost(l))))),
        };
    }

    private static IEnumerable<Problem> Disagreement(VerifiedTable table)
    {
        if (table.Mismatched > 0)
        {
            yield return new Problem(
                ProblemCodes.VerificationUnclean, $"{DoNotAgree(table.Mismatched, table.Table)}{Examples(table.Keys)}", Subject: table.Table,
                Remedy: "Find who writes past the sync (triggers switched off, replication, expressions that are not deterministic), then `tandem reconcile`, which says what it would do.");
        }
    }

    /// <summary>How many rows of a table do not agree, as a sentence.</summary>
    public static string DoNotAgree(long rows, string table) => $"{Figures.Count(rows, "row")} of {table} {(rows == 1 ? "does" : "do")} not agree.";

    private static IEnumerable<Problem> Lost(TriedLaw law)
    {
        var columns = string.Join(", ", law.Columns);
        var (back, there) = law.Over == Side.Old ? ("down", "up") : ("up", "down");
        if (law.Broken > 0)
        {
            yield return new Problem(
                ProblemCodes.LawBroken,
                $"For {Figures.Of(law.Broken)} of {Figures.Count(law.Rows, "row")}, `{back}` does not give back {columns} from what `{there}` makes of it.{Examples(law.Keys)}",
                Subject: columns);
        }

        if (law.Failed > 0)
        {
            var left = law.Untried > 0 ? $" {Figures.Count(law.Untried, "row")} were left out after that many." : "";
            yield return new Problem(
                ProblemCodes.LawBroken,
                $"For {Figures.Count(law.Failed, "row")}, `{there}` fails on {columns}, or `{back}` on what it gives.{left}{Examples(law.Keys)}",
                Subject: columns);
        }
    }

    private static string Examples(ValueList<string> keys) => keys.Count == 0 ? "" : $" Keys: {string.Join("; ", keys)}.";
}
