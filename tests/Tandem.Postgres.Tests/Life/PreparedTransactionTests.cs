using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A transaction that is prepared for a two-phase commit keeps its locks when its session is gone.</summary>
public sealed class PreparedTransactionTests
{
    private const string File = "title: t\noperations:\n  - change_type: { table: customers, column: name, type: varchar(80), up: upper(name), down: name }\n";

    [PostgresFact]
    public async Task It_is_named_when_it_is_in_the_way()
    {
        await using var server = await PostgresServer.StartAsync(
            PostgresVersions.Newest, new PostgresServerOptions { Fsync = false, Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "2" } });
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("create table customers (id int primary key, name text)");
        await database.ExecuteAsync("begin; insert into customers values (1, 'a'); prepare transaction 'left alone'");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, new RunnerOptions { LockDeadline = TimeSpan.FromSeconds(2) });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default);

        var refused = await Should.ThrowAsync<TandemException>(() => workspace.Runner.StartAsync(plan, default));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.LockNotGranted);
        refused.Message.ShouldContain("In the way: the prepared transaction 'left alone'");
        await database.ExecuteAsync("rollback prepared 'left alone'");
        await workspace.Runner.ResumeAsync(null, default);
    }
}
