using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>The question for the server's health, as it is put between two batches.</summary>
public sealed class HealthTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_calm_server_answers_every_signal_with_calm(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync("create table \"odd 'name\" (id int)");
        var health = await AskAsync(database.ConnectionString, "odd 'name");
        health.Keys.Order().ShouldBe(["active_sessions", "autovacuum odd 'name", "lock_wait_seconds odd 'name", "oldest_snapshot_seconds", "others_at_work", "wal_position"]);
        health["lock_wait_seconds odd 'name"].ShouldBe(0);
        health["oldest_snapshot_seconds"].ShouldNotBeNull().ShouldBeLessThan(60);
        health["wal_position"].ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Whoever_waits_for_a_lock_on_the_table_is_seen(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync("create table customers (id int); create table others (id int)");
        await using var holder = await OpenAsync(database.ConnectionString);
        await using var waiter = await OpenAsync(database.ConnectionString);
        await ExecuteAsync(holder, "begin; lock table customers in share mode");
        var waiting = ExecuteAsync(waiter, "insert into customers values (1)");
        double? longest = 0;
        for (var tries = 0; tries < 600 && !(longest > 0.2); tries++)
        {
            longest = (await AskAsync(database.ConnectionString, "customers"))["lock_wait_seconds customers"];
            await Task.Delay(50);
        }

        longest.ShouldNotBeNull().ShouldBeGreaterThan(0.2);
        (await AskAsync(database.ConnectionString, "others"))["lock_wait_seconds others"].ShouldBe(0);
        await ExecuteAsync(holder, "rollback");
        await waiting;
        (await AskAsync(database.ConnectionString, "customers"))["lock_wait_seconds customers"].ShouldBe(0);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_session_with_an_old_snapshot_is_seen_by_who_may_and_unknown_to_who_may_not(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        var role = $"plain_{database.Name}";
        await database.ExecuteAsync($"create table customers (id int); create role {role} login password 'plain'");
        try
        {
            await using var old = await OpenAsync(database.ConnectionString);
            await ExecuteAsync(old, "begin isolation level repeatable read; select 1 from customers");
            await Task.Delay(1100);
            (await AskAsync(database.ConnectionString, "customers"))["oldest_snapshot_seconds"].ShouldNotBeNull().ShouldBeGreaterThan(1);

            var plain = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "plain" }.ConnectionString;
            (await AskAsync(plain, "customers"))["oldest_snapshot_seconds"].ShouldBeNull();
            await database.ExecuteAsync($"grant pg_read_all_stats to {role}");
            (await AskAsync(plain, "customers"))["oldest_snapshot_seconds"].ShouldNotBeNull().ShouldBeGreaterThan(1);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await database.ExecuteAsync($"drop role {role}");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task An_archive_and_a_slot_that_fall_behind_are_seen(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new PostgresServerOptions
        {
            Fsync = false,
            Settings = new Dictionary<string, string>
            {
                ["archive_mode"] = "on", ["archive_command"] = "test ! -e stopped",
                ["max_wal_size"] = "32MB", ["min_wal_size"] = "32MB",
            },
        });
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("create table customers (id int); select pg_create_physical_replication_slot('standby1', true)");
        async Task<double?> ValueAsync(string signal) => (await AskAsync(database.ConnectionString, "customers")).GetValueOrDefault(signal);
        Task SwitchAsync() => database.ExecuteAsync("insert into customers values (1); select pg_switch_wal()");

        await SwitchAsync();
        await using var archiver = await OpenAsync(database.ConnectionString);
        await UntilAsync(async () => await new NpgsqlCommand("select archived_count from pg_stat_archiver", archiver).ExecuteScalarAsync() is > 0L);
        (await ValueAsync("archive_backlog")).ShouldBe(0);
        (await ValueAsync("slot_retention standby1")).ShouldBe(0);

        await database.ExecuteAsync("copy (select 1) to program 'cat > stopped'");
        for (var segments = 1; segments <= 3; segments++)
        {
            await SwitchAsync();
        }

        (await ValueAsync("archive_backlog")).ShouldBe(3);
        (await ValueAsync("slot_retention standby1")).ShouldBe(1);

        await database.ExecuteAsync("checkpoint");
        await database.ExecuteAsync("alter system set max_slot_wal_keep_size = '16MB'");
        await database.ExecuteAsync("select pg_reload_conf()");
        await UntilAsync(async () => await ValueAsync("slot_retention standby1") == 2);
        (await ValueAsync("slot_retention standby1")).ShouldBe(2, "the next checkpoint takes the slot's log away");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_vacuum_of_the_table_sessions_at_work_and_the_log_are_seen(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync("create table customers (id int); create table others (id int); insert into customers select generate_series(1, 50000)");
        var before = (await AskAsync(database.ConnectionString, "customers"))["wal_position"].ShouldNotBeNull();
        await database.ExecuteAsync("insert into customers select generate_series(1, 10000)");
        (await AskAsync(database.ConnectionString, "customers"))["wal_position"].ShouldNotBeNull().ShouldBeGreaterThan(before + 10_000 * 28);

        await using var vacuum = await OpenAsync(database.ConnectionString);
        await using var sleeper = await OpenAsync(database.ConnectionString);
        await ExecuteAsync(vacuum, "set vacuum_cost_delay = 100; set vacuum_cost_limit = 1");
        using var end = new CancellationTokenSource();
        Task[] busy = [new NpgsqlCommand("vacuum customers", vacuum).ExecuteNonQueryAsync(end.Token), new NpgsqlCommand("select pg_sleep(600)", sleeper).ExecuteNonQueryAsync(end.Token)];
        await UntilAsync(async () => (await AskAsync(database.ConnectionString, "customers"))["autovacuum customers"] == 1);
        var health = await AskAsync(database.ConnectionString, "customers");
        health["autovacuum customers"].ShouldBe(1);
        health["active_sessions"].ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(2);
        (await AskAsync(database.ConnectionString, "others"))["autovacuum others"].ShouldBe(0);
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(Task.WhenAll(busy));
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Sessions_of_other_names_that_are_at_work_count_and_of_hidden_ones_what_can_be_told(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new PostgresServerOptions { Fsync = false });
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("create table customers (id int); create role plain login password 'plain'");
        string Named(string name) => new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = name, Pooling = false }.ConnectionString;
        async Task<double?> OthersAsync(string connectionString) => (await AskAsync(connectionString, "customers"))["others_at_work"];

        await using var own = await OpenAsync(Named("tandem"));
        await using var crm = await OpenAsync(Named("crm"));
        await UntilAsync(async () => await OthersAsync(Named("tandem")) == 0);
        await ExecuteAsync(own, "select 1");
        (await OthersAsync(Named("tandem"))).ShouldBe(0);
        await ExecuteAsync(crm, "select 1");
        (await OthersAsync(Named("tandem"))).ShouldBe(1);
        await UntilAsync(async () => await OthersAsync(Named("tandem")) == 0);

        var plain = new NpgsqlConnectionStringBuilder(Named("tandem")) { Username = "plain", Password = "plain" }.ConnectionString;
        (await OthersAsync(plain)).ShouldBe(0, "an idle session is none that works, though nobody may see that it is idle");
        (await AskAsync(Named("tandem"), "customers")).Keys.ShouldNotContain("hidden_writes");
        await ExecuteAsync(crm, "begin; select 1 from customers");
        (await OthersAsync(plain)).ShouldBe(1);
        await ExecuteAsync(crm, "commit");
        (await OthersAsync(plain)).ShouldBe(0);

        async Task<double> HiddenAsync(string signal) => (await AskAsync(plain, "customers"))[signal].ShouldNotBeNull();
        var (writes, transactions) = (await HiddenAsync("hidden_writes"), await HiddenAsync("hidden_transactions"));
        await ExecuteAsync(crm, "insert into customers values (1)");
        (await HiddenAsync("hidden_writes")).ShouldBe(writes + 1);
        await UntilAsync(async () => await HiddenAsync("hidden_transactions") > transactions);
        (await HiddenAsync("hidden_transactions")).ShouldBeGreaterThan(transactions);
        await database.ExecuteAsync("grant pg_read_all_stats to plain");
        (await AskAsync(plain, "customers")).Keys.ShouldNotContain("hidden_writes");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 200 && !await holds(); tries++)
        {
            await Task.Delay(50);
        }
    }

    private static async Task<Dictionary<string, double?>> AskAsync(string connectionString, string table)
    {
        var step = new RenderedStep("fill", "Fill", StepMode.Batches) { Table = table, Walk = new Walk("", "", "") };
        var context = new RenderContext(new DatabaseSchema("public", []), "0001_x", 1, "base");
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(HealthSql.Ask(step, context).Walk!.Health, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var answer = new Dictionary<string, double?>();
        while (await reader.ReadAsync())
        {
            answer.Add($"{reader.GetString(0)} {reader.GetString(1)}".Trim(), await reader.IsDBNullAsync(2) ? null : reader.GetDouble(2));
        }

        return answer;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
