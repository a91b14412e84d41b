using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem drift</c>.</summary>
internal static class DriftCommand
{
    public static Command Create()
    {
        var accept = new Option<bool>("--accept") { Description = "Take the schema as it is from here on; needs --reason." };
        var reason = new Option<string?>("--reason") { Description = "Why what was changed is to stay; it stands in the history.", HelpName = "text" };
        return new Command("drift", "Compare the schema with what was recorded when Tandem left it, object by object.") { accept, reason }
            .Does((call, parse) => RunAsync(call, parse.GetValue(accept), parse.GetValue(reason)));
    }

    private static Task<CommandView> RunAsync(Call call, bool accept, string? reason) => (accept, reason) switch
    {
        (true, { } why) when !string.IsNullOrWhiteSpace(why) => AcceptAsync(call, why),
        (true, _) => throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "--accept needs --reason: what is taken over is explained in the history."),
        (false, not null) => throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "--reason is for --accept."),
        _ => CompareAsync(call),
    };

    private static async Task<CommandView> CompareAsync(Call call)
    {
        var (version, differences) = await call.Workspace.DriftAsync(call.Cancellation);
        var drifted = new Problem(
            ProblemCodes.SchemaDrifted, $"{Figures.Count(differences.Count, "object")} {(differences.Count == 1 ? "is" : "are")} not as recorded for {version}.");
        return new DriftView
        {
            Database = call.Database.DisplayName,
            Version = version,
            Differences = differences.Select(DifferenceView.Of).ToList(),
            ExitCode = differences.Count == 0 ? ExitCodes.Done : ExitCodes.Refused,
            Problems = differences.Count == 0 ? [] : ProblemView.Of([drifted]),
        };
    }

    private static async Task<CommandView> AcceptAsync(Call call, string reason)
    {
        await call.Workspace.Runner.AcceptSchemaAsync(reason, call.Cancellation);
        return await CompareAsync(call);
    }
}
