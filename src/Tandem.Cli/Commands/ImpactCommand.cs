using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Consumers;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem impact</c>.</summary>
internal static class ImpactCommand
{
    public static Command Create()
    {
        var words = DatabaseArgument.Create("what", "A table, a view, a column of one (table.column, view.column), or a migration for all that it changes.", 1);
        var change = new Option<string>("--change")
        {
            Description = "What becomes of the table, view or column: drop, rename or type.", HelpName = "drop|rename|type", DefaultValueFactory = _ => "drop",
        };
        change.AcceptOnlyFromAmong("drop", "rename", "type");
        return new Command("impact", "Show what uses a table, view or column, and what would break; reads only, installs nothing.") { words, change }
            .Does((call, parse) => RunAsync(call, parse.GetValue(words), parse.GetValue(change)!));
    }

    private static async Task<CommandView> RunAsync(Call call, string[]? words, string change)
    {
        var what = DatabaseArgument.Take(call, words)
            ?? throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "Only a database is named: say the table, the column or the migration behind it.");
        var fate = change switch
        {
            "rename" => Fate.Renamed,
            "type" => Fate.Retyped,
            _ => Fate.Dropped,
        };
        try
        {
            return ImpactView.Of(call.Database.DisplayName, null, await call.Workspace.ImpactAsync(what, fate, call.Cancellation));
        }
        catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.NoSuchTable && Directory.Exists(call.MigrationsDirectory))
        {
            if (await OfMigrationAsync(call, what) is { } view)
            {
                return view;
            }

            throw;
        }
    }

    private static async Task<CommandView?> OfMigrationAsync(Call call, string id)
    {
        try
        {
            var (migration, _) = (await Choice.PendingAsync(call, id))!.Value;
            var plan = await call.PlanAsync(migration);
            return ImpactView.Of(call.Database.DisplayName, plan.Migration, await call.Workspace.ImpactAsync(plan, call.Cancellation)) with
            {
                ExitCode = plan.HasErrors ? ExitCodes.Refused : ExitCodes.Done,
                Problems = ProblemView.Of(plan.Findings.Where(f => f.Severity == Severity.Error)),
            };
        }
        catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.NoSuchMigration)
        {
            return null;
        }
    }
}
