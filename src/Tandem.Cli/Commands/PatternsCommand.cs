using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Migrations;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem patterns</c>.</summary>
internal static class PatternsCommand
{
    public static Command Create() =>
        new Command("patterns", "List the patterns of `tandem new --pattern`, and how often each was completed, rolled back or failed on this database.")
            .Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var used = PatternUse.Of(await call.Workspace.Runner.HistoryAsync(null, call.Cancellation));
        var names = MigrationTemplate.Patterns.Where(p => p != MigrationTemplate.Blank).Union(used.Select(u => u.Pattern)).Order(StringComparer.Ordinal);
        return new PatternsView
        {
            Database = call.Database.DisplayName,
            Patterns = names.Select(n => PatternView.Of(used.FirstOrDefault(u => u.Pattern == n) ?? new PatternUse(n))).ToList(),
        };
    }
}
