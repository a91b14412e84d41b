using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Postgres;
using Tandem.Running;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>One repetition on one server.</summary>
internal sealed class BenchRun(PostgresServer server, BenchOptions options, Action<string, double> tell)
{
    /// <summary>The migration that is measured: another type for a column, with an expression, as the plain UPDATE does it too.</summary>
    public const string Migration =
        """
        title: Amounts in cents
        operations:
          - change_type: { table: items, column: amount, type: bigint, up: "amount * 100::bigint", down: "(amount / 100)::int" }
        """;

    /// <summary>What the plain UPDATE sets.</summary>
    public const string PlainValue = "amount * 100::bigint";

    private static readonly string[] Indexed = ["email", "city", "created"];

    public int Major => server.Major;

    public int Rows => options.Rows;

    public void Tell(string name, double value) => tell(name, value);

    public Task<TestDatabase> DatabaseAsync() => server.CreateDatabaseAsync();

    /// <summary>Makes the table of items anew.</summary>
    /// <param name="database">Where.</param>
    /// <param name="rows">How many.</param>
    /// <param name="indexes">Secondary indexes, up to three.</param>
    /// <param name="fillfactor">How full the pages are.</param>
    /// <param name="shuffled">Whether the key's order is not the physical one.</param>
    public static async Task LoadAsync(TestDatabase database, int rows, int indexes = 0, int fillfactor = 100, bool shuffled = false)
    {
        await RunAsync(database, $"""
            drop table if exists items;
            create table items (id int primary key, name text not null, email text not null, city text, amount int not null, created timestamptz not null, note text)
              with (fillfactor = {Text(fillfactor)});
            insert into items select i, 'Customer ' || i, 'c' || i || '@example.org', 'City ' || i % 5000, i % 100000, timestamptz '2026-01-01' + i * interval '1 s', repeat('x', 40)
              from generate_series(1, {Text(rows)}) i{(shuffled ? " order by hashint4(i)" : "")};
            """);
        foreach (var column in Indexed.Take(indexes))
        {
            await RunAsync(database, $"create index on items ({column})");
        }

        await SettleAsync(database);
    }

    /// <summary>Makes the server's state the same before each measurement.</summary>
    public static async Task SettleAsync(TestDatabase database)
    {
        await RunAsync(database, "vacuum analyze items");
        await RunAsync(database, "checkpoint");
    }

    /// <summary>Carries statements out, however long it takes; the seconds that it took.</summary>
    public static async Task<double> RunAsync(TestDatabase database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        var watch = Stopwatch.StartNew();
        await command.ExecuteNonQueryAsync();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Bytes of the table's heap.</summary>
    public static Task<double> HeapAsync(TestDatabase database) => NumberAsync(database, "select pg_relation_size('items')::float8");

    /// <summary>The position in the log, in bytes.</summary>
    public static Task<double> LogAsync(TestDatabase database) => NumberAsync(database, "select (pg_current_wal_insert_lsn() - '0/0')::float8");

    private static async Task<double> NumberAsync(TestDatabase database, string query)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(query, connection);
        return (double)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Under the runner's own name: else it would take who measures for another session at work, and keep its batches short.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "tandem", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Carries a migration out up to live and watches its steps.</summary>
    public static async Task<Watched> StartAsync(TestDatabase database, string migration = Migration, RunSettings? settings = null, Action<string, bool>? heard = null)
    {
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var watched = new Watched(database) { Heard = heard ?? ((_, _) => { }) };
        var workspace = new Workspace(target, new RunnerOptions { Progress = watched, SettingsOf = _ => settings ?? new RunSettings { OldQuiet = TimeSpan.Zero } });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_items.yaml", migration).Require(), default);
        await workspace.Runner.StartAsync(plan, default);
        return watched;
    }

    /// <summary>The runner of a database, for the phases behind start.</summary>
    public static async Task WithRunnerAsync(TestDatabase database, Func<Runner, Task> work)
    {
        await using var target = PostgresDatabase.At(database.Url.ToString());
        await work(new Runner(target, new RunnerOptions { SettingsOf = _ => new RunSettings { OldQuiet = TimeSpan.Zero } }));
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>When a run's steps began and ended, and how much log was written meanwhile.</summary>
internal sealed class Watched(TestDatabase database) : IProgress<RunEvent>
{
    private readonly Dictionary<string, (long Time, double Log)> begun = [];
    private readonly Dictionary<string, (double Seconds, double Log)> done = [];
    private readonly Dictionary<string, double> walked = [];
    private readonly List<double> batches = [];
    private long? lastBatch;

    /// <summary>Called when a step begins or ends.</summary>
    public Action<string, bool> Heard { get; init; } = (_, _) => { };

    /// <summary>Milliseconds between the ends of batches of the backfill.</summary>
    public IReadOnlyList<double> Batches => batches;

    /// <summary>Seconds that a step took.</summary>
    public double Seconds(string step) => done[step].Seconds;

    /// <summary>Seconds from a step's beginning to the end of its last chunk.</summary>
    public double Walked(string step) => walked[step];

    /// <summary>Bytes of log that were written during a step.</summary>
    public double Log(string step) => done[step].Log;

    /// <inheritdoc />
    public void Report(RunEvent value)
    {
        switch (value)
        {
            case StepStarted started when Measures(started.Step):
                var log = BenchRun.LogAsync(database).GetAwaiter().GetResult();
                Heard(started.Step, true);
                begun[started.Step] = (Stopwatch.GetTimestamp(), log);
                lastBatch = Stopwatch.GetTimestamp();
                break;
            case StepDone over when begun.TryGetValue(over.Step, out var from):
                var seconds = Stopwatch.GetElapsedTime(from.Time).TotalSeconds;
                Heard(over.Step, false);
                done[over.Step] = (seconds, BenchRun.LogAsync(database).GetAwaiter().GetResult() - from.Log);
                break;
            case BatchDone chunk when chunk.Step.StartsWith("verify", StringComparison.Ordinal) && begun.TryGetValue(chunk.Step, out var since):
                walked[chunk.Step] = Stopwatch.GetElapsedTime(since.Time).TotalSeconds;
                break;
            case BatchDone batch when batch.Step.StartsWith("backfill", StringComparison.Ordinal):
                batches.Add(Stopwatch.GetElapsedTime(lastBatch ?? 0).TotalMilliseconds);
                lastBatch = Stopwatch.GetTimestamp();
                break;
            default:
                break;
        }
    }

    private static bool Measures(string step) =>
        step.StartsWith("backfill", StringComparison.Ordinal) || step.StartsWith("verify", StringComparison.Ordinal);
}
