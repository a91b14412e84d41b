using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem drift</c>.</summary>
internal sealed class DriftCommand
{
    private readonly Argument<string?> database = new("database") { Arity = ArgumentArity.ZeroOrOne, Description = "The database; the same as --db." };
    private readonly Option<bool> accept = new("--accept") { Description = "Take the schema as it is from here on, without a migration; needs --reason." };
    private readonly Option<string?> adopt = new("--adopt")
    {
        Description = "Write what was changed as a migration of this name, for all targets, and record it as done on this one, where it is there already. Or the id of a migration that says it: nothing is written then.",
        HelpName = "slug|id",
    };

    private readonly Option<string?> revert = new("--revert")
    {
        Description = "Write a migration of this name that leads back to what was recorded; start carries it out. Or the id of one that does.", HelpName = "slug|id",
    };

    private readonly Option<string[]> ignore = DifferenceWishes.Several("--ignore", "Leave an object as it is now; needs --reason. It is told again when it is changed further.", "object");
    private readonly Option<string[]> only = DifferenceWishes.Several("--only", "Adopt or revert only this object; without it, all about which nothing was decided.", "object");
    private readonly Option<string?> reason = new("--reason") { Description = "Why; it stands in the history, and in the migration that is written.", HelpName = "text" };
    private readonly DifferenceWishes wishes = new("the schema that the migration leads to");

    public static Command Create()
    {
        var drift = new DriftCommand();
        return new Command("drift", "Compare the schema with what was recorded when Tandem left it, object by object, and say what is to become of what others changed.")
        {
            drift.database, drift.accept, drift.adopt, drift.revert, drift.ignore, drift.only, drift.reason,
            drift.wishes.Rename, drift.wishes.NoRename, drift.wishes.Up, drift.wishes.Down, drift.wishes.AllowDrop,
        }.Does(drift.RunAsync);
    }

    private async Task<CommandView> RunAsync(Call call, ParseResult parse)
    {
        if (parse.GetValue(database) is { } address)
        {
            DatabaseArgument.At(call, address);
        }

        var (named, why) = (DifferenceWishes.List(parse.GetValue(ignore)), parse.GetValue(reason));
        why = string.IsNullOrWhiteSpace(why) ? null : why;
        string[] asked = [.. parse.GetValue(accept) ? ["--accept"] : Array.Empty<string>(), .. Given(parse, adopt), .. Given(parse, revert), .. named.Count > 0 ? ["--ignore"] : Array.Empty<string>()];
        var usage = asked switch
        {
            [] when why is not null || parse.GetValue(only) is { Length: > 0 } => "--reason and --only say more about --accept, --adopt, --revert or --ignore.",
            [_, _, ..] => $"{string.Join(" and ", asked)} are answers of their own: give one at a time.",
            ["--accept" or "--ignore"] when why is null => $"{asked[0]} needs --reason: what is taken over is explained in the history.",
            ["--accept" or "--ignore"] when parse.GetValue(only) is { Length: > 0 } => "--only is for --adopt and --revert.",
            _ => null,
        };
        if (usage is not null)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, usage);
        }

        switch (asked)
        {
            case ["--accept"]:
                await call.Workspace.Runner.AcceptSchemaAsync(why!, call.Cancellation);
                return await CompareAsync(call, []);
            case ["--ignore"]:
                var drift = await call.Workspace.DriftAsync(call.Cancellation);
                await new DriftAnswers(call.Workspace, drift).IgnoreAsync(drift.Named(named), why!, call.Cancellation);
                return await CompareAsync(call, []);
            case []:
                return await CompareAsync(call, []);
            default:
                var back = asked[0] == "--revert";
                var files = await new DriftFiles(call, wishes.Of(parse)).AnswerAsync(back, parse.GetValue(back ? revert : adopt)!, DifferenceWishes.List(parse.GetValue(only)), why);
                return await CompareAsync(call, files);
        }
    }

    private static IEnumerable<string> Given(ParseResult parse, Option<string?> option) => parse.GetValue(option) is null ? [] : [option.Name];

    private static async Task<CommandView> CompareAsync(Call call, IReadOnlyList<string> files)
    {
        var drift = await call.Workspace.DriftAsync(call.Cancellation);
        var traces = (await call.Workspace.TraceAsync(drift.Objects.Select(o => o.Difference.Object).ToList(), call.Cancellation)).ToDictionary(t => t.Object);
        var open = drift.Open.Count;
        var drifted = new Problem(
            ProblemCodes.SchemaDrifted, $"{Figures.Count(open, "object")} {(open == 1 ? "is" : "are")} not as recorded for {drift.Version}.");
        return new DriftView
        {
            Database = call.Database.DisplayName,
            Version = drift.Version,
            Differences = drift.Objects.Select(o => DifferenceView.Of(o, traces[o.Difference.Object])).ToList(),
            Files = files,
            ExitCode = open == 0 ? ExitCodes.Done : ExitCodes.Refused,
            Problems = open == 0 ? [] : ProblemView.Of([drifted]),
        };
    }
}
