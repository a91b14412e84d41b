using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem ledger</c>.</summary>
internal static class LedgerCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "The migration; without it, the last one that was begun." };
        var format = new Option<LedgerFormat>("--format")
        {
            Description = "How lines are written: table for the eye, csv or jsonl for programs.", DefaultValueFactory = _ => LedgerFormat.Table, HelpName = "table|csv|jsonl",
        };
        var rows = new Option<bool>("--rows") { Description = "The rows that were written instead, by key, with a hash of their values before and after: where `ledger: rows` was asked for before the start." };
        return new Command("ledger", "Show or export what was done chunk by chunk: rows, when, by which step, and the checksums of both sides.") { id, format, rows }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id), parse.GetValue(format), parse.GetValue(rows)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id, LedgerFormat format, bool rows)
    {
        var (_, run) = await Choice.RunAsync(call, id, j => j.Runs, "Nothing was started here.");
        if (rows)
        {
            var written = await call.Workspace.Runner.LedgerRowsAsync(run.Migration, call.Cancellation);
            return new LedgerRowsView { Migration = run.Migration, Rows = written.Select(RowView.Of).ToList(), Format = format };
        }

        var chunks = await call.Workspace.Runner.LedgerAsync(run.Migration, call.Cancellation);
        return new LedgerView { Migration = run.Migration, Chunks = chunks.Select(ChunkView.Of).ToList(), Format = format };
    }
}
