using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;

namespace Tandem.Postgres.Tests.Rights;

/// <summary>What a statement means to an application of either version.</summary>
internal sealed record Deed(string Old, string New)
{
    public static Deed Same(string sql) => new(sql, sql);
}

/// <summary>
/// A database with roles of its own on a shared server. It asks of every role whether it can do something, and holds
/// that against what the role could do with the tables before.
/// </summary>
internal sealed class RightsWalk : IAsyncDisposable
{
    public const string Id = "0001_change";

    private readonly string suffix = Guid.NewGuid().ToString("N")[..12];
    private readonly List<string> roles = [];
    private readonly TestDatabase server;
    private readonly PostgresDatabase database;

    private RightsWalk(TestDatabase server)
    {
        this.server = server;
        database = PostgresDatabase.At(server.Url.ToString());
        Runner = RunnerOf(database);
    }

    public Runner Runner { get; }

    /// <summary>Makes the roles, which texts name in angle brackets, and carries a script out.</summary>
    public static async Task<RightsWalk> CreateAsync(int major, string[] roles, string script)
    {
        var walk = new RightsWalk(await PostgresServers.CreateDatabaseAsync(major));
        foreach (var role in roles)
        {
            walk.roles.Add(role);
            await walk.DoAsync($"create role <{role}> login password 'known'");
        }

        await walk.DoAsync(script);
        return walk;
    }

    /// <summary>What the superuser does.</summary>
    public Task DoAsync(string sql) => server.ExecuteAsync(Real(sql));

    public Task<string?> AskAsync(string sql) => server.ScalarAsync<string>(Real(sql));

    /// <summary>A role's real name.</summary>
    public string Name(string role) => $"{role}_{suffix}";

    /// <summary>The target as another role reaches it.</summary>
    public PostgresDatabase As(string role)
    {
        var url = new UriBuilder(server.Url) { UserName = Name(role), Password = "known" };
        return PostgresDatabase.At(url.Uri.ToString());
    }

    public static Runner RunnerOf(IDatabase database) => new(database, new RunnerOptions
    {
        Jitter = new Random(1),
        OldQuiet = TimeSpan.Zero,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    public Task<Plan> PlanAsync(string operations, string id = Id, IDatabase? by = null) =>
        new Workspace(by ?? database).PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: A change\noperations:\n{Real(operations)}").Require(), default);

    public async Task<Plan> StartAsync(string operations, string id = Id, IDatabase? by = null)
    {
        var plan = await PlanAsync(operations, id, by);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await (by is null ? Runner : RunnerOf(by)).StartAsync(plan, default);
        return plan;
    }

    public Task CompleteAsync(string id = Id) => Runner.CompleteAsync(id, false, false, default);

    public Task RollbackAsync(string id = Id) => Runner.RollbackAsync(id, default);

    /// <summary>
    /// What comes of a role's statements, the last one's rows and tags: "denied" where the server refuses it for want of a right, and
    /// nothing is kept of it.
    /// </summary>
    public async Task<string> TryAsync(string role, string? version, string sql)
    {
        await using var connection = await server.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await using var set = new NpgsqlCommand(Real($"set local search_path = {(version is null ? "" : $"\"public_{version}\", ")}public; set local role <{role}>"), connection, transaction);
            await set.ExecuteNonQueryAsync();
            await using var command = new NpgsqlCommand(Real(sql), connection, transaction) { AllResultTypesAreUnknown = true };
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetString(i))));
            }

            return $"{string.Join(';', rows)} {reader.RecordsAffected}";
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable)
        {
            // A role that may not look into a schema is told that there is no such table in it.
            return "denied";
        }
    }

    /// <summary>For every role and deed, whether it is allowed.</summary>
    public async Task<IReadOnlyList<string>> MayAsync(string? version, Func<Deed, string> words, params Deed[] deeds)
    {
        var answers = new List<string>();
        foreach (var role in roles)
        {
            foreach (var deed in deeds)
            {
                var outcome = await TryAsync(role, version, words(deed));
                answers.Add($"{role}: {deed.Old}: {(outcome == "denied" ? "denied" : "allowed")}");
            }
        }

        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await DoAsync($"reset role; reassign owned by {string.Join(", ", roles.Select(r => $"<{r}>"))} to tandem; drop owned by {string.Join(", ", roles.Select(r => $"<{r}>"))} cascade");
        await DoAsync($"drop role {string.Join(", ", roles.Select(r => $"<{r}>"))}");
        await server.DisposeAsync();
    }

    private string Real(string sql) => roles.Aggregate(sql, (s, r) => s.Replace($"<{r}>", Name(r), StringComparison.Ordinal));
}
