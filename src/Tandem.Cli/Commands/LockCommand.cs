using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem lock</c>.</summary>
internal static class LockCommand
{
    public static Command Create() =>
        new Command("lock", "Write tandem.lock: every migration with its parents and the hash of its text; with --db, refuse what differs from what was applied there.")
            .Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var history = call.ReadHistory();
        var problems = history.Problems.Where(p => p.Severity == Severity.Error).ToList();
        if (call.Options.Database is not null)
        {
            var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
            problems.AddRange(history.CompareWithApplied(journal.Runs.Where(r => r.Counts && !r.IsBaseline).Select(r => (r.Migration, r.FileHash))));
        }

        if (problems.Count > 0)
        {
            throw new TandemException(problems);
        }

        var changes = Locks.Compare(call, history);
        Locks.Write(call, LockFile.Of(history));
        return new LockView
        {
            File = Locks.Name(call),
            Migrations = history.Order.Count,
            Changes = changes.Select(p => p.Message).ToList(),
        };
    }
}

/// <summary>The lock file of a call's directory of migrations.</summary>
internal static class Locks
{
    /// <summary>Its name, relative to the current directory.</summary>
    public static string Name(Call call) => Path.Combine(call.MigrationsDirectory, LockFile.FileName).Replace('\\', '/');

    /// <summary>The file; null where a project has none.</summary>
    public static LockFile? Read(Call call) => File.Exists(Name(call))
        ? LockFile.Parse(MigrationFile.Read(Environment.CurrentDirectory, Name(call)))
        : null;

    /// <summary>What differs from the lock, also that it cannot be read; nothing where a project has none.</summary>
    public static IReadOnlyList<Problem> Compare(Call call, History history)
    {
        try
        {
            return Read(call)?.Compare(history, Name(call)) ?? [];
        }
        catch (TandemException e)
        {
            return e.Problems;
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    public static void Write(Call call, LockFile file)
    {
        var name = Name(call);
        try
        {
            File.WriteAllText(name + ".new", file.Text);
            File.Move(name + ".new", name, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TandemException(ProblemCodes.CannotWriteMigration, $"{name} cannot be written: {e.Message}", e);
        }
    }
}
