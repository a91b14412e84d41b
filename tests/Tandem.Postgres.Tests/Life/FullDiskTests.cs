using Npgsql;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A disk that has no room left while a table on it is filled.</summary>
public sealed class FullDiskTests
{
    private const string File =
        """
        title: Names in upper case
        operations:
          - change_type: { table: customers, column: name, type: varchar(80), up: upper(name), down: name }
        """;

    [SmallDiskFact]
    public async Task A_fill_that_finds_no_room_stops_with_a_remedy_and_goes_on_where_it_was()
    {
        await using var server = await PostgresServer.StartAsync(PostgresVersions.Newest, new PostgresServerOptions { Fsync = false, SmallDisk = 16 });
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync($"create tablespace small location '{server.SmallDisk}'");
        await database.ExecuteAsync("""
            create table customers (id int primary key, name text) tablespace small;
            insert into customers select i, 'name ' || i || repeat('x', 40) from generate_series(1, 60000) i;
            create table ballast (number int) tablespace small
            """);
        await FillAsync(database);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { Workers = 1, FirstBatch = 500, LargestBatch = 500 });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default);

        var stopped = await Should.ThrowAsync<TandemException>(() => workspace.Runner.StartAsync(plan, default));

        stopped.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.DiskFull);
        (await database.ScalarAsync<long>("select count(*) from customers where name like 'name%'")).ShouldBe(60_000);
        await database.ExecuteAsync("update customers set name = 'changed meanwhile' where id = 1");
        await database.ExecuteAsync("drop table ballast");
        (await workspace.Runner.ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        (await database.ScalarAsync<long>("select count(*) from public_0001_upper.customers n join public.customers o using (id) where n.name = upper(o.name)")).ShouldBe(60_000);
    }

    private static async Task FillAsync(TestDatabase database)
    {
        foreach (var rows in new[] { 10_000, 200 })
        {
            var full = false;
            while (!full)
            {
                try
                {
                    await database.ExecuteAsync($"insert into ballast select generate_series(1, {rows})");
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
                {
                    full = true;
                }
            }
        }
    }
}
