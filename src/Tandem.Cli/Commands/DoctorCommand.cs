using System.CommandLine;
using System.Runtime.InteropServices;
using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Postgres;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;

namespace Tandem.Cli.Commands;

/// <summary><c>tandem doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create() =>
        new Command("doctor", "Check the environment, the files and the database's version, rights and settings.").Does((call, _) => RunAsync(call));

    private static async Task<CommandView> RunAsync(Call call)
    {
        var checks = new Checks();
        checks.Add("Tandem", () => $"{Program.Version} on .NET {Environment.Version}, {RuntimeInformation.RuntimeIdentifier}");
        checks.Add("SQLite library", () => SqliteDatabase.LibraryVersion.ToString());
        checks.Add("target", () => call.HasTarget ? call.Target.ToString() : null, "none named: no --db, no TANDEM_DB, no default in tandem.yaml");
        checks.Add("migrations", () => Migrations(call, checks));
        if (checks.IsOk("target")
            && await checks.AddAsync("database", async () => Describe(call, await call.Database.ConnectAsync(call.Cancellation))))
        {
            _ = await checks.AddAsync("schema", async () => Figures.Count((await call.Database.InspectAsync(call.Cancellation)).Tables.Count, "table"))
                && await checks.AddAllAsync("settings", () => CheckAsync(call))
                && (call.Target.Settings?.Throttle is null || await checks.AddAsync("signals", () => SignalsAsync(call, checks)))
                && await checks.AddAsync("journal", () => JournalAsync(call, checks));
        }

        return new DoctorView { ExitCode = checks.ExitCode, Checks = checks.Done, Problems = ProblemView.Of(checks.Problems) };
    }

    private static string? Migrations(Call call, Checks checks)
    {
        if (!Directory.Exists(call.MigrationsDirectory))
        {
            return null;
        }

        var history = call.ReadHistory();
        checks.Problems.AddRange(history.Problems);
        return $"{Figures.Count(history.Order.Count, "file")} in {call.MigrationsDirectory}";
    }

    private static Task<ValueList<DatabaseCheck>> CheckAsync(Call call) => call.Database switch
    {
        SqliteDatabase sqlite => sqlite.CheckAsync(call.Cancellation),
        PostgresDatabase postgres => postgres.CheckAsync(call.Cancellation),
        _ => Task.FromResult<ValueList<DatabaseCheck>>([]),
    };

    private static async Task<string> SignalsAsync(Call call, Checks checks)
    {
        var found = await call.Workspace.ReadSignalsAsync(call.Cancellation);
        checks.Problems.AddRange(found.Where(f => f.IsUnknown).Select(f => new Problem(ProblemCodes.SignalUnreadable, $"The signal {f.Words}.", Subject: f.Reading.Signal)));
        return found.Count == 0 ? "none of your own" : string.Join("; ", found.Select(f => f.Words));
    }

    // What the journal tells, and whether there is anything that it does not tell of.
    private static async Task<string> JournalAsync(Call call, Checks checks)
    {
        var own = await call.Database.FindOwnObjectsAsync(call.Cancellation);
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        if (own.Any(o => o.Kind != "sandbox") && !journal.Installed)
        {
            checks.Problems.Add(new Problem(
                ProblemCodes.Leftovers, $"{Figures.Count(own.Count, "object")} of Tandem's and no journal: {string.Join(", ", own.Take(5).Select(o => o.Name))}."));
        }

        var sandboxes = own.Where(o => o.Kind == "sandbox").Select(o => o.Name).ToList();
        if (sandboxes.Count > 0)
        {
            checks.Problems.Add(new Problem(
                ProblemCodes.Leftovers,
                $"{Figures.Count(sandboxes.Count, "database")} of a sandbox, left by a killed process: {string.Join(", ", sandboxes)}.",
                Remedy: "Drop them: DROP DATABASE, or `tandem uninstall` when nothing else is to stay."));
        }

        if (journal.Active is { Failed: true } failed)
        {
            checks.Problems.Add(new Problem(
                ProblemCodes.Find(failed.FailureCode) ?? ProblemCodes.StepRefused, $"{failed.Migration} has stopped: {failed.FailureMessage}", Subject: failed.Migration));
        }

        var now = call.Time.GetUtcNow();
        var due = journal.Runs.Where(r => r.State is RunState.Retired or RunState.Undone && r.HiddenAt + r.Retain < now).Select(r => r.Migration).ToList();
        return !journal.Installed ? "not there yet"
            : Figures.Count(journal.Runs.Count(r => !r.IsBaseline), "migration")
                + (journal.Lease.IsHeld ? $", at work: {journal.Lease.Holder}" : "")
                + (due.Count > 0 ? $", due for sunset: {string.Join(", ", due)}" : "");
    }

    private static string Describe(Call call, IDialect dialect) =>
        $"{call.Database.DisplayName}: {dialect.Capabilities.Product} {dialect.Capabilities.Version}, schema {call.Database.SchemaName}";

    /// <summary>Collects what the checks find; one that fails does not keep the next from being made.</summary>
    private sealed class Checks
    {
        public List<CheckView> Done { get; } = [];

        public List<Problem> Problems { get; } = [];

        public int ExitCode { get; private set; }

        public bool IsOk(string name) => Done.Exists(c => c.Name == name && c.Status == "ok");

        public void Add(string name, Func<string?> look, string missing = "nothing there yet")
        {
            try
            {
                var before = Problems.Count;
                var found = look();
                var status = found is null ? "skipped" : Problems.Count > before ? Worst(Problems.Skip(before)) : "ok";
                Done.Add(new CheckView { Name = name, Status = status, Found = found ?? missing });
            }
            catch (Exception e) when (e is TandemException or CommandException or DatabaseException)
            {
                Fail(name, e);
            }
        }

        public async Task<bool> AddAsync(string name, Func<Task<string>> look)
        {
            try
            {
                var before = Problems.Count;
                var found = await look();
                Done.Add(new CheckView { Name = name, Status = Problems.Count > before ? Worst(Problems.Skip(before)) : "ok", Found = found });
                return true;
            }
            catch (Exception e) when (e is TandemException or CommandException or DatabaseException)
            {
                Fail(name, e);
                return false;
            }
        }

        public async Task<bool> AddAllAsync(string name, Func<Task<ValueList<DatabaseCheck>>> look)
        {
            try
            {
                foreach (var check in await look())
                {
                    var problems = check.Problem is null ? Array.Empty<Problem>() : [check.Problem];
                    Problems.AddRange(problems);
                    Done.Add(new CheckView { Name = check.Name, Status = problems.Length == 0 ? "ok" : Worst(problems), Found = check.Found });
                }

                return true;
            }
            catch (Exception e) when (e is TandemException or CommandException or DatabaseException)
            {
                Fail(name, e);
                return false;
            }
        }

        private void Fail(string name, Exception exception)
        {
            var (exitCode, problems) = Invocation.Expected(exception)!.Value;
            ExitCode = exitCode;
            Problems.AddRange(problems);
            Done.Add(new CheckView { Name = name, Status = "error", Found = problems[0].Code.Title });
        }

        private string Worst(IEnumerable<Problem> problems)
        {
            var error = problems.Any(p => p.Severity == Severity.Error);
            ExitCode = error ? ExitCodes.Refused : ExitCode;
            return error ? "error" : problems.Any(p => p.Severity == Severity.Warning) ? "warning" : "ok";
        }
    }
}
