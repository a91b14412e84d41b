using Npgsql;
using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class ServersTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Each_major_answers_with_its_version(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);

        var version = await database.ScalarAsync<string>("select version()");

        version.ShouldNotBeNull().ShouldStartWith($"PostgreSQL {major}.");
        (await database.ScalarAsync<string>("show server_encoding")).ShouldBe("UTF8");
        (await database.ScalarAsync<string>("select current_database()::text")).ShouldBe(database.Name);
        database.Url.AbsolutePath.ShouldBe("/" + database.Name);
    }

    [PostgresFact]
    public async Task Databases_are_separate_and_go_when_disposed()
    {
        var server = await PostgresServers.GetAsync();
        await using var first = await server.CreateDatabaseAsync();
        var second = await server.CreateDatabaseAsync();
        await first.ExecuteAsync("create table only_here (id int primary key)");

        (await second.ScalarAsync<bool>("select to_regclass('only_here') is null")).ShouldBeTrue();
        await using var left = await second.OpenAsync();
        await second.DisposeAsync();

        (await first.ScalarAsync<long>($"select count(*) from pg_database where datname = '{second.Name}'")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_database_can_be_a_copy_of_another()
    {
        var server = await PostgresServers.GetAsync();
        await using var source = await server.CreateDatabaseAsync();
        await source.ExecuteAsync("create table seed as select 42 as answer");
        await server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{source.Name}'");
        NpgsqlConnection.ClearPool(new NpgsqlConnection(source.ConnectionString));

        await using var copy = await server.CreateDatabaseAsync(source.Name);

        (await copy.ScalarAsync<int>("select answer from seed")).ShouldBe(42);
    }

    [PostgresFact]
    public async Task A_server_of_ones_own_keeps_its_data_over_a_crash()
    {
        var options = new PostgresServerOptions { Settings = new Dictionary<string, string> { ["work_mem"] = "5MB" } };
        await using var server = await PostgresServer.StartAsync(PostgresVersions.Newest, options);
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("create table kept as select 1 as id");

        await server.StopAsync(crash: true);
        await Should.ThrowAsync<NpgsqlException>(() => database.ScalarAsync<int>("select id from kept"));
        await server.StartAsync();

        (await database.ScalarAsync<int>("select id from kept")).ShouldBe(1);
        (await database.ScalarAsync<string>("show work_mem")).ShouldBe("5MB");
        (await server.ReadLogAsync()).ShouldContain("database system was not properly shut down");
    }
}
