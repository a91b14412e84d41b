using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
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
        var today = DateOnly.FromDateTime(call.Time.GetUtcNow().UtcDateTime);
        var context = new LintContext { Engines = call.HasTarget ? [call.Target.Engine] : null, Today = today, Policy = call.Policy };
        problems.AddRange(history.Migrations.SelectMany(m => Lint.Check(m, history.Find(m.Id)!.Places, context)));
        if (paths.Length == 0)
        {
            problems.AddRange(Locks.Compare(call, history));
        }

        string? database = null;
        if (call.Options.Database is not null)
        {
            database = call.Database.DisplayName;
            problems.AddRange(await TryAsync(call, history));
        }

        // A selection does not have the findings of all migrations, so what is left aside for the others is not missed.
        var judged = call.Policy.Judge(problems, today).Where(p => paths.Length == 0 || p.Code != ProblemCodes.SuppressionIdle).ToList();
        return new LintView
        {
            ExitCode = judged.Any(p => p.Severity == Severity.Error) ? ExitCodes.Refused : ExitCodes.Done,
            Files = paths.Length == 0 ? MigrationFile.List(Environment.CurrentDirectory, call.MigrationsDirectory) : paths,
            Database = database,
            Problems = ProblemView.Of(judged),
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

    // Each pending migration against the schema that those before it would leave.
    private static async Task<IReadOnlyList<Problem>> TryAsync(Call call, History history)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var begun = journal.Runs.Where(r => r.Counts && !r.IsBaseline).ToDictionary(r => r.Migration, r => r.FileHash);
        var problems = history.CompareWithApplied(begun.Select(r => (r.Key, r.Value))).ToList();
        var schema = await call.Database.InspectAsync(call.Cancellation);
        var engine = (await call.Database.ConnectAsync(call.Cancellation)).Name;
        foreach (var migration in history.Migrations.Where(m => !begun.ContainsKey(m.Id)))
        {
            var draft = MigrationDraft.Of(migration, schema, engine);
            problems.AddRange(draft.Problems.Where(p => !p.NeedsConsent));
            if (draft.Scripts.Count > 0)
            {
                // What SQL makes of the schema is not known here; the migrations behind it cannot be tried on it.
                break;
            }

            schema = draft.Changes.Aggregate(schema, (s, c) => s.Replace(c.Before?.Name, c.After));
        }

        return problems;
    }
}
