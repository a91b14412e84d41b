using System.CommandLine;
using Tandem.Cli.Demo;
using Tandem.Cli.Output;
using Tandem.Cli.Targets;
using Tandem.Databases;
using Tandem.Postgres;
using Tandem.Problems;
using Tandem.Sqlite;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem demo</c>.</summary>
internal static class DemoCommand
{
    private const int DefaultRows = 100_000;
    private const int FewestRows = 100;

    // Drivers that block their thread: every application, and the engine, has one at once.
    private const int Threads = 24;

    public static Command Create()
    {
        var rows = new Option<int>("--rows")
        {
            Description = "How many customers the demo's database has.",
            HelpName = "number",
            DefaultValueFactory = _ => DefaultRows,
        };
        var keep = new Option<bool>("--keep") { Description = "Leave the demo's database and files where they are." };
        var seedOnly = new Option<bool>("--seed-only")
        {
            Description = "Only make the demo's tables, in the database that --db names, and leave them: something to try Tandem on.",
        };
        rows.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < FewestRows)
            {
                r.AddError($"--rows must be {FewestRows} or more.");
            }
        });
        return new Command("demo", "Show the whole life of a change on a small CRM with applications at work; removes what it makes.") { rows, keep, seedOnly }
            .Does((call, parse) => parse.GetValue(seedOnly)
                ? SeedAsync(call, parse.GetValue(rows))
                : RunAsync(call, parse.GetValue(rows), parse.GetValue(keep)));
    }

    private static async Task<CommandView> RunAsync(Call call, int rows, bool keep)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        var folder = DemoFolder.Make();
        var left = false;
        try
        {
            var named = call.Options.Database is null ? null : call.Target;
            await using var demo = named switch
            {
                null => (DemoDatabase)new SqliteDemoDatabase(folder.DatabaseFile),
                { IsPostgres: true } => PostgresDemoDatabase.On(named.Url),
                _ => new SqliteDemoDatabase(Unused(named)),
            };
            try
            {
                call.Interruption.Message = "Stopping; the demo takes its database away again.";
                await using var target = Open(demo.Url);
                await using var story = new DemoStory(demo, target, folder, StoryScreen(call), call.Time);
                var report = await story.RunAsync(rows, call.Cancellation);
                left = keep;
                return report.Judged() with { Kept = keep ? Kept(demo, folder) : null };
            }
            finally
            {
                if (!left)
                {
                    await demo.RemoveAsync();
                }
            }
        }
        catch (OperationCanceledException e) when (call.Interruption.Happened)
        {
            throw new CommandException(ExitCodes.Interrupted, [Interrupted], e);
        }
        finally
        {
            if (!left)
            {
                folder.Remove();
            }
        }
    }

    private static async Task<CommandView> SeedAsync(Call call, int rows)
    {
        var named = call.Options.Database is null
            ? throw new CommandException(
                ExitCodes.Usage, ProblemCodes.NoDatabaseNamed, "--seed-only needs --db: where the tables are made.",
                "Give --db with a URL (sqlite:path/to/file.db, postgres://user@host/database) or a target of tandem.yaml.")
            : call.Target;
        await using DemoDatabase demo = named.IsPostgres ? PostgresDemoDatabase.In(named.Url) : new SqliteDemoDatabase(Unused(named));
        await demo.MakeAsync(call.Cancellation);
        await demo.FillAsync(rows, new DemoModel(), call.Cancellation);
        return new DemoSeedView { Database = demo.Description, Customers = rows };
    }

    private static Problem Interrupted => new(
        ProblemCodes.Interrupted, "The demo was interrupted; what it had made is removed.", Remedy: "Nothing is left to do.");

    private static IDatabase Open(string url) => PostgresDatabase.Understands(url) ? PostgresDatabase.At(url) : SqliteDatabase.At(url);

    // The demo makes its file; one that is there is somebody's.
    private static string Unused(Target target) => File.Exists(target.SqlitePath)
        ? throw new CommandException(
            ExitCodes.Usage, ProblemCodes.WrongUsage, $"{target.SqlitePath} is there already.", "Name a file that does not exist yet: the demo makes it.")
        : target.SqlitePath;

    // With --output json the document alone goes to standard output.
    private static Screen StoryScreen(Call call) => call.Options.Json ? call.Notes : Screen.Of(Console.Out, Console.IsOutputRedirected);

    private static string Kept(DemoDatabase demo, DemoFolder folder) => $"{folder.Path} ({demo.Description})";
}
