using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Migrations.Imports;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Sandboxes;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var form = new Argument<string>("form") { Description = "What to import: sql, an up/down history of plain SQL; or pgroll." };
        form.AcceptOnlyFromAmong("sql", "pgroll");
        var directory = new Argument<string>("directory") { Description = "The directory that holds the history." };
        var layout = new Option<string?>("--layout")
        {
            Description = $"The layout of an SQL history, where it is not recognised: {string.Join(", ", SqlHistory.Layouts)}.",
            HelpName = "name",
        };
        layout.AcceptOnlyFromAmong([.. SqlHistory.Layouts]);
        var sandbox = new Option<string?>("--sandbox")
        {
            Description = "Carry an SQL history out in an empty database, each way back too, and report what a way back does not restore: sqlite, in memory; here, on the target's server; or on the server of a URL. The database is dropped again.",
            HelpName = "sqlite|here|URL",
        };
        var accept = new Option<string?>("--accept")
        {
            Description = "Accept, with this reason, in the files: that SQL has no way back, and what the sandbox found of ways back in an SQL history that do not restore the schema and tables that are written anew. A way back that fails is left out.",
            HelpName = "reason",
        };
        return new Command("import", "Write another tool's migrations as migration files, in their order.") { form, directory, layout, sandbox, accept }
            .Does((call, parse) => RunAsync(
                call,
                parse.GetRequiredValue(form),
                parse.GetRequiredValue(directory),
                new SqlWishes(parse.GetValue(layout), parse.GetValue(sandbox), parse.GetValue(accept))));
    }

    private static async Task<CommandView> RunAsync(Call call, string form, string directory, SqlWishes wishes)
    {
        if (!Directory.Exists(directory))
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.NoHistoryFound, $"There is no directory {directory}.");
        }

        var unread = new List<Problem>();
        var files = ReadAll(directory, unread);
        var history = form == "pgroll" ? PgrollHistory.Read(files) : SqlHistory.Read(files, wishes.Layout);
        if (history.Problems.Any(p => p.Severity == Severity.Error))
        {
            throw new TandemException(history.Problems);
        }

        var problems = history.Problems.Concat(unread).ToList();
        IReadOnlyList<ScriptEffect> effects = [];
        if (wishes.Place is { } place && form == "sql")
        {
            (history, effects) = await TryAsync(call, history, place, problems);
        }

        var tried = history.Migrations;
        history = wishes.Reason is { } reason ? history.Accept(reason, effects) : history;
        var written = history.Files(call.MigrationsDirectory.Replace('\\', '/')).ToList();
        NewMigrations.Write(written);
        return new ImportView
        {
            Layout = history.Layout,
            Migrations = [.. tried.Select((m, i) => ImportedView.Of(m, written[i].Name, effects.ElementAtOrDefault(i)) with { Accepted = history.Migrations[i].Accepts })],
            Problems = ProblemView.Of(problems),
        };
    }

    // What is no text (a picture, a finder's notes) is no part of any history; a script that cannot be read would be missed.
    private static List<MigrationFile> ReadAll(string directory, List<Problem> unread)
    {
        var files = new List<MigrationFile>();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            try
            {
                files.Add(MigrationFile.Read(directory, Path.GetFullPath(path)));
            }
            catch (TandemException e) when (Path.GetExtension(path).ToLowerInvariant() is not (".sql" or ".yaml" or ".yml" or ".json" or ".plan"))
            {
                unread.AddRange(e.Problems.Select(p => new Problem(ProblemCodes.NotImported, p.Message, p.Place)));
            }
        }

        return files;
    }

    private static async Task<(ImportedHistory History, IReadOnlyList<ScriptEffect> Effects)> TryAsync(
        Call call, ImportedHistory history, string place, List<Problem> problems)
    {
        var scripts = history.Migrations.Select((m, i) => new RawScript(i + 1, m.Up!, m.Down) { Transaction = m.Transaction }).ToValueList();
        var report = await Sandbox(call, place).TryAsync(scripts, call.Cancellation);
        var tried = history.Migrations.Select((m, i) => report.Effects.ElementAtOrDefault(i) is { UpInTransaction: false } ? m with { Transaction = false } : m);
        foreach (var (migration, effect) in history.Migrations.Zip(report.Effects))
        {
            problems.AddRange(Problems(migration, effect));
        }

        return (history with { Migrations = tried.ToValueList() }, report.Effects);
    }

    private static IEnumerable<Problem> Problems(ImportedMigration migration, ScriptEffect effect)
    {
        var span = new SourceSpan(migration.Origin);
        if (effect.Failure is { } failure)
        {
            yield return new Problem(
                ProblemCodes.ImportedScriptFails, effect.OutlastsCopy ? $"{migration.Id} was not tried, nor what is behind it: {failure}." : $"{migration.Id} fails, and nothing behind it was tried: {failure}", span, migration.Id);
        }

        if (effect.LeftReferring.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.ImportedScriptFails, $"{migration.Id} leaves foreign keys to tables that are not there: {string.Join(", ", effect.LeftReferring)}.", span, migration.Id, ProblemCodes.ScriptLeavesReferences.Remedy);
        }

        if (effect.DownFailure is { } down)
        {
            yield return new Problem(ProblemCodes.ImportedDownIncomplete, $"The way back of {migration.Id} fails: {down}", span, migration.Id);
        }

        if (effect.NotRestored is { Count: > 0 } different)
        {
            yield return new Problem(
                ProblemCodes.ImportedDownIncomplete, $"Behind the way back of {migration.Id}, other than before: {string.Join(", ", different)}.", span, migration.Id);
        }
    }

    /// <summary>What was said about a history of SQL.</summary>
    private sealed record SqlWishes(string? Layout, string? Place, string? Reason);

    private static ISandbox Sandbox(Call call, string place) =>
        place == "sqlite" || (place == "here" && call.Target.Engine == "sqlite") ? SqliteSandbox.Empty()
        : PostgresSandbox.Empty(place == "here" ? call.Target.Url : place);
}
