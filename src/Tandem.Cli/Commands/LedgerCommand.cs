using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem ledger</c>.</summary>
internal static class LedgerCommand
{
    private const int Page = 10_000;

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
            return await RowsAsync(call, run.Migration, format);
        }

        var chunks = await call.Workspace.Runner.LedgerAsync(run.Migration, call.Cancellation);
        return new LedgerView { Migration = run.Migration, Chunks = chunks.Select(ChunkView.Of).ToList(), Format = format };
    }

    /// <summary>There may be as many as the table has rows: they are written as they are read, in whatever form.</summary>
    private static async Task<CommandView> RowsAsync(Call call, string migration, LedgerFormat format)
    {
        var rows = ReadAsync(call, migration);
        if (call.Options.Json)
        {
            return new LedgerRowsView { Migration = migration, Rows = rows };
        }

        await LedgerRowsView.WriteAsync(call.Lines, migration, rows, format);
        return new LedgerRowsView { Migration = migration, Rows = AsyncEnumerable.Empty<RowView>() };
    }

    private static async IAsyncEnumerable<RowView> ReadAsync(Call call, string migration)
    {
        LedgerRow? last = null;
        do
        {
            var page = await call.Workspace.Runner.LedgerRowsAsync(migration, last, Page, call.Cancellation);
            foreach (var row in page)
            {
                yield return RowView.Of(row);
            }

            last = page.Count < Page ? null : page[^1];
        }
        while (last is not null);
    }
}
