using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>A database whose migrations are planned and carried out as in life, with applications of all versions.</summary>
internal sealed class Life : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PostgresDatabase database;
    private readonly Events events = new();

    private Life(TestDatabase server, PostgresDatabase database, string schema, TimeSpan lockDeadline)
    {
        Server = server;
        this.database = database;
        Schema = schema;
        Runner = new Runner(database, new RunnerOptions { OpenBackup = Open, LockDeadline = lockDeadline, PauseRatio = 0, OldWatch = TimeSpan.Zero, Progress = events });
    }

    public TestDatabase Server { get; }

    public string Schema { get; }

    public Runner Runner { get; }

    public Dictionary<string, MemoryStream> Backups { get; } = [];

    public static async Task<Life> CreateAsync(int major, string script, string schema = "public", TimeSpan? lockDeadline = null)
    {
        var server = await PostgresServers.CreateDatabaseAsync(major);
        await server.ExecuteAsync(script);
        var url = PostgresUrl.Parse($"{server.Url}?schema={Uri.EscapeDataString(schema)}");
        return new Life(server, new PostgresDatabase(url, c => new PostgresDialect(c)), schema, lockDeadline ?? TimeSpan.FromSeconds(5));
    }

    public static Migration Migration(string id, params Operation[] operations) =>
        new() { Id = id, FileHash = id, Title = id, Operations = [.. operations] };

    /// <summary>The plan as a person gets it: the data were asked, too.</summary>
    public Task<Plan> ReviewAsync(Migration migration) => new Workspace(database).PlanAsync(migration, None);

    public Task<Tandem.Schema.DatabaseSchema> InspectAsync() => database.InspectAsync(None);

    public async Task<Plan> PlanAsync(Migration migration)
    {
        var journal = await Runner.StatusAsync(None);
        var dialect = await database.ConnectAsync(None);
        var schema = await database.InspectAsync(None);
        var draft = MigrationDraft.Of(migration, schema, dialect.Name);
        var context = new RenderContext(schema, migration.Id, journal.NextOrdinal, journal.CurrentVersion ?? "base")
        {
            Retained = await Runner.RetainedAsync(migration.Id, None),
            ServedVersions = [.. journal.Runs.Where(r => r is { KeepsOld: true, State: RunState.Retired }).Select(r => r.OldVersion)],
        };
        return Planner.Make(migration, draft, new PlanRequest(context, dialect, null));
    }

    public async Task<Plan> StartAsync(string id, params Operation[] operations)
    {
        var plan = await PlanAsync(Migration(id, operations));
        if (plan.HasErrors)
        {
            throw new TandemException([.. plan.Findings.Where(f => f.Severity == Severity.Error)]);
        }

        await Runner.StartAsync(plan, None);
        return plan;
    }

    public Task RestartAsync(Plan plan) => Runner.StartAsync(plan, None);

    public Task CompleteAsync(string id, bool keep = false) => Runner.CompleteAsync(id, keep, force: true, None);

    public Task RollbackAsync(string id) => Runner.RollbackAsync(id, None);

    public Task SunsetAsync(string id) => Runner.SunsetAsync(id, force: true, None);

    /// <summary>What an application of a version does; without a version one on the base tables.</summary>
    public async Task<string> AppAsync(string? version, string sql)
    {
        await using var connection = await Server.OpenAsync();
        return await RunAsync(connection, version, sql);
    }

    public Task<string> BaseAsync(string sql) => AppAsync(null, sql);

    /// <summary>Is over when a step whose id begins so was refused a lock. Such waits are shorter than it takes to see them in the server's list.</summary>
    public Task WaitsForLockAsync(string step) => events.FirstAsync(e => e is Waiting waiting && waiting.Step.StartsWith(step, StringComparison.Ordinal));

    /// <summary>The rows of the last query, columns and rows parted by | and ;.</summary>
    public async Task<string> RunAsync(NpgsqlConnection connection, string? version, string sql)
    {
        var path = version is null ? Quoted(Schema) : $"{Quoted($"{Schema}_{version}")}, {Quoted(Schema)}";
        await using var command = new NpgsqlCommand($"SET search_path = {path}, public; {sql}", connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        do
        {
            rows.Clear();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetString(i))));
            }
        }
        while (await reader.NextResultAsync());
        return string.Join("; ", rows);
    }

    /// <summary>What is in the catalogue of the engine's, and how the users' objects are called: for comparing two states.</summary>
    public Task<string> CatalogueAsync() => BaseAsync(
        $"""
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
          SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS line
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
          WHERE (n.nspname = '{Schema}' OR n.nspname LIKE '{Schema}\_%') AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL SELECT 'relation ' || c.relkind::text || ' ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}'
          UNION ALL SELECT 'constraint ' || k.conrelid::regclass || ' ' || k.conname || ' ' || k.convalidated || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = '{Schema}'
          UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}' AND NOT t.tgisinternal
          UNION ALL SELECT 'schema ' || n.nspname FROM pg_namespace n WHERE n.nspname LIKE '{Schema}\_%'
          UNION ALL SELECT 'function ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'tandem' AND (p.proname LIKE 'sync%' OR p.proname LIKE 'agree%')) x
        """);

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static string Quoted(string name) => PostgresText.Quote(name);

    private BackupFile Open(string name)
    {
        Backups[name] = new MemoryStream();
        return new BackupFile(Backups[name], name, () => { });
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Events : IProgress<RunEvent>
    {
        private readonly Lock gate = new();
        private readonly List<(Func<RunEvent, bool> Wanted, TaskCompletionSource Came)> awaited = [];

        public Task FirstAsync(Func<RunEvent, bool> wanted)
        {
            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                awaited.Add((wanted, came));
            }

            return came.Task;
        }

        public void Report(RunEvent value)
        {
            lock (gate)
            {
                foreach (var (_, came) in awaited.Where(a => a.Wanted(value)))
                {
                    came.TrySetResult();
                }
            }
        }
    }
}
