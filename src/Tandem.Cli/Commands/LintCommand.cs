using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem lint</c>.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Arity = ArgumentArity.ZeroOrMore, Description = "Files to look at; without any, all of the directory." };
        var sandbox = SandboxOption.Create();
        return new Command("lint", "Report every problem of the migration files; with --db also against that database.") { files, sandbox }
            .Does((call, parse) =>
            {
                sandbox.Heed(call, parse);
                return RunAsync(call, parse.GetValue(files) ?? []);
            });
    }

    private static async Task<CommandView> RunAsync(Call call, string[] paths)
    {
        if (call.SandboxPlace is not null && call.Options.Database is null)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.WrongUsage, "A sandbox copies the schema of a database: name it with --db.");
        }

        var history = paths.Length == 0 ? call.ReadHistory() : ReadFiles(paths);
        var problems = history.Problems.Where(p => paths.Length == 0 || !IsAboutSelection(p.Code)).ToList();
        var today = DateOnly.FromDateTime(call.Time.GetUtcNow().UtcDateTime);
        var context = new LintContext { Engines = call.HasTarget ? [call.Target.Engine] : null, Today = today, Policy = call.Policy };
        var met = call.Options.Database is null ? new Dictionary<string, Met>(StringComparer.Ordinal) : await TryAsync(call, history, problems);
        problems.AddRange(history.Migrations.SelectMany(m => Lint.Check(
            m, history.Find(m.Id)!.Places, met.TryGetValue(m.Id, out var state) ? context with { Schema = state.Schema, Effects = state.Effects } : context)));
        if (paths.Length == 0)
        {
            problems.AddRange(Locks.Compare(call, history));
        }

        // A selection does not have the findings of all migrations, so what is left aside for the others is not missed.
        var judged = call.Policy.Judge(problems.Distinct(), today).Where(p => paths.Length == 0 || p.Code != ProblemCodes.SuppressionIdle).ToList();
        return new LintView
        {
            ExitCode = judged.Any(p => p.Severity == Severity.Error) ? ExitCodes.Refused : ExitCodes.Done,
            Files = paths.Length == 0 ? MigrationFile.List(Environment.CurrentDirectory, call.MigrationsDirectory) : paths,
            Database = call.Options.Database is null ? null : call.Database.DisplayName,
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

    // Each pending migration against the schema that those before it would leave; the first also against the rows that are there.
    private static async Task<Dictionary<string, Met>> TryAsync(Call call, History history, List<Problem> problems)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var begun = journal.Runs.Where(r => r.Counts && !r.IsBaseline).ToDictionary(r => r.Migration, r => r.FileHash);
        problems.AddRange(history.CompareWithApplied(begun.Select(r => (r.Key, r.Value))));
        var schema = await call.Database.InspectAsync(call.Cancellation);
        var engine = (await call.Database.ConnectAsync(call.Cancellation)).Name;
        var met = new Dictionary<string, Met>(StringComparer.Ordinal);
        foreach (var migration in history.Migrations.Where(m => !begun.ContainsKey(m.Id)))
        {
            var (draft, found) = met.Count == 0 ? await call.Workspace.ExamineAsync(migration, schema, call.Cancellation) : (MigrationDraft.Of(migration, schema, engine), []);
            var effects = draft.Scripts.Select(s => s.Effect).OfType<ScriptEffect>().ToValueList();
            var accepted = (migration.Accept ?? []).Select(a => a.Code).ToHashSet(StringComparer.Ordinal);
            problems.AddRange(draft.Problems.Concat(found).Where(p => Matters(p, accepted, effects.Count > 0)).Select(p => p.Place is null ? p with { Place = migration.Place } : p));
            met.Add(migration.Id, new Met(schema, effects.Count == draft.Scripts.Count && effects.Count > 0 ? effects : null));
            if (draft.Scripts.Count > 0)
            {
                // What SQL makes of the schema is not known here; the migrations behind it cannot be tried on it.
                break;
            }

            schema = draft.Changes.Aggregate(schema, (s, c) => s.Replace(c.Before?.Name, c.After));
        }

        return met;
    }

    // What asks for consent is the plan's to ask, but for what was measured.
    private static bool Matters(Problem problem, HashSet<string> accepted, bool measured) =>
        problem is { Severity: Severity.Error, NeedsConsent: false }
        || (!accepted.Contains(problem.Code.Id) && (!problem.NeedsConsent || (measured && problem.Code.Id is "TDM2091" or "TDM2093")));

    /// <summary>What a migration meets: the schema, and what its SQL did in a sandbox.</summary>
    private sealed record Met(DatabaseSchema Schema, ValueList<ScriptEffect>? Effects);
}
