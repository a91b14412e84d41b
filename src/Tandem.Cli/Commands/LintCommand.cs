using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem lint</c>.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Arity = ArgumentArity.ZeroOrMore, Description = "Files to look at; without any, all of the directory." };
        return new Command("lint", "Report every problem of the migration files; with --db also against that database.") { files }
            .Does((call, parse) => RunAsync(call, parse.GetValue(files) ?? []));
    }

    private static async Task<CommandView> RunAsync(Call call, string[] paths)
    {
        var history = paths.Length == 0 ? call.ReadHistory() : ReadFiles(paths);
        var problems = history.Problems.Where(p => paths.Length == 0 || !IsAboutSelection(p.Code)).ToList();
        string? database = null;
        return new LintView
        {
            ExitCode = problems.Any(p => p.Severity == Severity.Error) ? ExitCodes.Refused : ExitCodes.Done,
            Files = paths.Length == 0 ? MigrationFile.List(Environment.CurrentDirectory, call.MigrationsDirectory) : paths,
            Database = database,
            Problems = ProblemView.Of(problems),
        };
    }

    private static History ReadFiles(string[] paths)
    {
        var unreadable = new List<Problem>();
        var files = new List<ParsedMigration>();
        foreach (var path in paths)
        {
            try
            {
                files.Add(MigrationParser.Parse(MigrationFile.Read(Environment.CurrentDirectory, path)));
            }
            catch (TandemException e)
            {
                unreadable.AddRange(e.Problems);
            }
        }

        return History.Of(files, unreadable);
    }

    // A selection is no history: what its files depend on may simply not have been named.
    private static bool IsAboutSelection(ProblemCode code) => code == ProblemCodes.ParentMissing || code == ProblemCodes.SeveralHeads;
}
