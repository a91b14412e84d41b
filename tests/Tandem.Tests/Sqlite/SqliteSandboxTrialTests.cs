using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite;

/// <summary>A change carried out in a file of its own with rows that were made up.</summary>
public sealed class SqliteSandboxTrialTests
{
    [Fact]
    public async Task Plans_that_get_worse_are_found_and_speeds_are_measured()
    {
        await using var target = new SqliteTarget();
        await target.ExecuteAsync("create table customers (id integer primary key, name text not null, city text)");
        await target.ExecuteAsync("create index customers_city on customers (city)");
        await target.ExecuteAsync("with recursive n (i) as (select 1 union all select i + 1 from n where i < 12000) insert into customers select i, 'Name ' || i, 'City ' || i % 100 from n");
        await target.ExecuteAsync("analyze");
        var migration = MigrationParser.Parse(
            "0001_try.yaml",
            """
            title: t
            operations:
              - rename_column: { table: customers, from: name, to: called }
              - drop_index: { table: customers, name: customers_city }
            """).Require();
        var workspace = new Workspace(target.Database, null, SqliteSandbox.For((SqliteDatabase)target.Database));
        var plan = await workspace.PlanAsync(migration, default);
        plan.HasErrors.ShouldBeFalse(string.Join("\n", plan.Findings));
        string[] statements = ["select c.id from customers as c where c.city = ?", "select id from customers where id = ?", "update customers set name = ? where id = ?", "pragma user_version"];
        var evidence = (await workspace.EvidenceAsync(plan, new LintPolicy(), new TrialRequest(migration, statements.Select(s => new WatchedStatement(s, "app.sql")).ToValueList()), default)).ShouldNotBeNull();

        evidence.Trial.Unknown.ShouldBeNull();
        evidence.Trial.Tables.ShouldBe([new FilledTable("customers", 12_000, 3_000, "Made up by the columns' types.")]);
        var found = evidence.Trial.Queries;
        found.Select(q => q.Verdict).ShouldBe([QueryVerdict.Worse, QueryVerdict.Same, QueryVerdict.Fails, QueryVerdict.Unknown]);
        found[0].Before.Accesses.ShouldBe([new TableAccess("customers", "customers_city")]);
        found[0].Regressions.Select(r => r.Code).ShouldBe([ProblemCodes.QueryReadsWhole, ProblemCodes.QueryLosesIndex]);
        found[1].After!.Accesses.ShouldBe([new TableAccess("customers", "its key")]);
        found[2].Why.ShouldStartWith("Without the old version it does not work: ");
        Forecast.Of(plan, evidence).Find(Steps.Phase.Start, "backfill customers").ShouldNotBeNull().Time.Why.ShouldContain("as tried in the sandbox on 3,000 rows");
        (await target.RowsAsync("select count(*) from customers")).ShouldBe(["12000"]);
    }
}
