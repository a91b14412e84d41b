using Shouldly;
using Tandem.Databases;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresSizeTests
{
    [PostgresFact]
    public async Task More_tables_than_the_server_has_locks_are_measured()
    {
        await using var server = await PostgresServer.StartAsync(PostgresVersions.Newest, new PostgresServerOptions
        {
            Fsync = false,
            Settings = new Dictionary<string, string> { ["max_connections"] = "10", ["max_locks_per_transaction"] = "10", ["max_worker_processes"] = "0" },
        });
        await using var database = await server.CreateDatabaseAsync();
        const int tables = 900;
        for (var i = 0; i < tables; i += 25)
        {
            await database.ExecuteAsync(string.Join(';', Enumerable.Range(i, 25).Select(n => $"create table t{n:000} as select from generate_series(1, {n})")));
        }

        await Should.ThrowAsync<Npgsql.PostgresException>(
            () => database.ExecuteAsync($"begin; {string.Join(';', Enumerable.Range(0, tables).Select(n => $"select from t{n:000}"))}"), "this is more than the server has locks for");

        await using var target = Target.Open($"{database.Url}");
        var schema = await target.InspectAsync(default);
        var sizes = (await target.ExamineAsync(new Inquiry([.. schema.Tables.Select(t => new TableChange(t, t))], [], []), default)).Tables;

        sizes.Select(s => (s.Table, s.Rows, s.Counted)).ShouldBe(Enumerable.Range(0, tables).Select(n => ($"t{n:000}", (long)n, true)));
    }

    [PostgresFact]
    public async Task Tables_in_parts_and_tables_without_any_are_measured_in_their_order()
    {
        await using var target = await Target.CreateAsync(
            """
            create table whole (id int) partition by range (id);
            create table part1 partition of whole for values from (0) to (100);
            create table part2 partition of whole for values from (100) to (1000);
            insert into whole select generate_series(0, 299);
            create table bare (id int) partition by list (id);
            create table large (id int);
            insert into large select generate_series(1, 150000);
            create table fresh (id int);
            analyze large;
            """);
        var schema = await target.Database.InspectAsync(default);
        var sizes = (await target.Database.ExamineAsync(
            new Inquiry([.. schema.Tables.OrderByDescending(t => t.Name).Select(t => new TableChange(t, t))], [], []), default)).Tables;

        sizes.Select(s => (s.Table, s.Rows, s.Counted)).ShouldBe([("whole", 300, true), ("large", 150_000, false), ("fresh", 0, true), ("bare", 0, true)]);
        sizes.Select(s => s.Bytes > 0).ShouldBe([true, true, false, false]);
    }
}
