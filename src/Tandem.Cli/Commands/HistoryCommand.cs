using System.CommandLine;
using Tandem.Cli.Output;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem history</c>.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "Only entries of this migration." };
        return new Command("history", "Show the journal: what happened here, when, and who did it.") { id }
            .Does((call, parse) => RunAsync(call, parse.GetValue(id)));
    }

    private static async Task<CommandView> RunAsync(Call call, string? id)
    {
        var entries = await call.Workspace.Runner.HistoryAsync(id, call.Cancellation);
        return new HistoryView { Database = call.Database.DisplayName, Entries = entries.Select(EntryView.Of).ToList() };
    }
}
