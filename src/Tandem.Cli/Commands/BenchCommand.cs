using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Cli.Traffic;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem bench</c>.</summary>
internal static class BenchCommand
{
    private const string Old = "old";
    private const string New = "new";

    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "What to do: traffic, reads and writes of single rows at a set rate." };
        what.AcceptOnlyFromAmong("traffic");
        var database = new Argument<string?>("database") { Arity = ArgumentArity.ZeroOrOne, Description = "The database, where --db does not name it." };
        var tables = new Option<string[]>("--table")
        {
            Description = "A table to ask, by its name in either version; may be given several times. Without it, the tables that the migration under way changes.", HelpName = "name",
        };
        var rate = Number("--rate", "Requests a second, over all versions.", 100, 1, 100_000);
        var seconds = Number("--seconds", "How long.", 10, 1, 86_400);
        var connections = Number("--connections", "Connections for each version.", 4, 1, 500);
        var writes = Number("--writes", "Of 100 requests, those that write: they set a column to the value that it has.", 50, 0, 100);
        var seed = Number("--seed", "Chooses rows, columns and kinds; the same makes the same requests.", 1, 0, int.MaxValue);
        var versions = new Option<string?>("--versions") { Description = "Which versions: that which is served now, that which the live migration serves beside it, or both. Without it, all that are served.", HelpName = "old|new|old,new" };
        versions.AcceptOnlyFromAmong(Old, New, $"{Old},{New}");
        return new Command("bench", "Make traffic on the versions that are served and measure it. A request that fails makes the exit code 1.") { what, database, tables, rate, seconds, connections, writes, seed, versions }
            .Does((call, parse) => RunAsync(
                call,
                parse.GetValue(database),
                parse.GetValue(tables) ?? [],
                parse.GetValue(versions),
                new TrafficSettings(parse.GetValue(rate), TimeSpan.FromSeconds(parse.GetValue(seconds)), parse.GetValue(connections), parse.GetValue(writes), parse.GetValue(seed))));
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => usual };
        option.Validators.Add(r =>
        {
            if (r.Tokens.Count == 1 && int.TryParse(r.Tokens[0].Value, out var number) && (number < least || number > most))
            {
                r.AddError($"{name} takes a number from {least} to {most}.");
            }
        });
        return option;
    }

    private static async Task<CommandView> RunAsync(Call call, string? database, IReadOnlyList<string> tables, string? versions, TrafficSettings settings)
    {
        if (database is not null)
        {
            DatabaseArgument.At(call, database);
        }

        var wanted = Wanted(await TrafficSubjects.FindAsync(call.Workspace, tables, call.Cancellation), versions);
        if (settings.Writes > 0)
        {
            await call.ConfirmAsync(Announcement(wanted, settings), $"Write to {call.Database.DisplayName}?");
        }

        // Drivers that block their thread: every connection has one.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(workers + (settings.Connections * wanted.Count), ports);
        var served = TrafficDatabase.Of(call.Database);
        var read = new List<(TrafficVersion Version, IReadOnlyList<string> LeftOut)>();
        foreach (var subject in wanted)
        {
            read.Add(await subject.ReadAsync(served, settings.Seed, call.Cancellation));
        }

        if (read.FirstOrDefault(r => r.Version.Tables.Count == 0).Version is { } empty)
        {
            throw new TandemException(ProblemCodes.NothingToAsk, $"No table of {empty.Name} that is meant has rows and a key by which they can be asked for.");
        }

        call.Announce($"{string.Join(" and ", read.Select(r => r.Version.Name))}: {Figures.Count(settings.Rate, "request")} a second for {Figures.Time(settings.Length)}");
        call.Interruption.Message = "Stopping; requests that are under way are answered first.";
        var (results, lasted, late) = await TrafficRun.RunAsync(served, [.. read.Select(r => r.Version)], settings, call.Time, call.Cancellation);
        return new TrafficReport
        {
            Database = call.Database.DisplayName,
            Seconds = Math.Round(lasted.TotalSeconds, 3),
            Rate = settings.Rate,
            Connections = settings.Connections,
            Writes = settings.Writes,
            Seed = settings.Seed,
            LateMs = Math.Round(late.TotalMilliseconds, 2),
            Versions = [.. results.Zip(read, (result, r) => TrafficVersionView.Of(result, r.LeftOut, lasted))],
        }.Judged();
    }

    private static List<TrafficSubject> Wanted(TrafficSubjects subjects, string? versions)
    {
        var named = versions?.Split(',') ?? [Old, New];
        if (versions is not null && named.Contains(New) && subjects.New is null)
        {
            throw new CommandException(ExitCodes.Refused, ProblemCodes.NothingToAsk, $"No migration is live here, so that only {subjects.Old.Version} is served.", $"Leave --versions {versions} away.");
        }

        return [.. new[] { (Old, subjects.Old), (New, subjects.New) }.Where(s => named.Contains(s.Item1)).Select(s => s.Item2).OfType<TrafficSubject>()];
    }

    private static IReadOnlyList<string> Announcement(IReadOnlyList<TrafficSubject> subjects, TrafficSettings settings) =>
    [
        $"About {Figures.Of((long)(settings.Rate * settings.Length.TotalSeconds * settings.Writes / 100))} writes are made to {string.Join("; ", subjects.Select(s => $"{string.Join(", ", s.Tables.Select(t => t.Name))} of {s.Version}"))}.",
        "Each sets one column of one row to the value that it has: it changes no value by itself, but locks the row, is logged, and fires triggers, also those of your own that note when a row was changed.",
    ];
}
