using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem connect-sql</c>.</summary>
internal static class ConnectSqlCommand
{
    public static Command Create()
    {
        var version = new Argument<string>("version") { Description = "A migration's id, or base." };
        return new Command("connect-sql", "Show how an application connects to a version.") { version }
            .Does((call, parse) => RunAsync(call, parse.GetRequiredValue(version)));
    }

    private static async Task<CommandView> RunAsync(Call call, string version)
    {
        var dialect = await call.Database.ConnectAsync(call.Cancellation);
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var run = journal.Run(version);
        var isBase = version == Workspace.BaselineName || run is { IsBaseline: true };
        if (!isBase && run is not { Counts: true })
        {
            var known = journal.Runs.Where(r => r.Counts).Select(r => r.Migration).Append(Workspace.BaselineName).Distinct().ToList();
            var meant = NearestName.Find(version, known);
            throw new TandemException(new Problem(
                ProblemCodes.UnknownVersion, $"{version} is not served here.", Remedy: meant is null ? null : $"Did you mean {meant}?"));
        }

        if (run is { Adopted: true })
        {
            throw new TandemException(new Problem(
                ProblemCodes.UnknownVersion, $"{version} was adopted, and is served under no name of its own.", Remedy: $"Connect to {journal.CurrentVersion}."));
        }

        ValueList<TableChange> changes = isBase ? [] : (await call.Workspace.Runner.PlanAsync(version, call.Cancellation)).Changes;
        return new ConnectView { Version = version, Lines = dialect.ConnectSql(isBase ? null : version, changes) };
    }
}
