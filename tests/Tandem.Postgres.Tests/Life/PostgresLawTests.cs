using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What lenses promise is tried on rows that are there.</summary>
public sealed class PostgresLawTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Values_that_do_not_come_back_are_counted(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new LawWalk(target, triesAll: true).RunAsync();
    }

    /// <summary>What an application of the new version wrote the old one holds, but cannot read back: <c>up</c> fails on it.</summary>
    [PostgresFact]
    public async Task Rows_for_which_an_expression_fails_are_found_one_by_one()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await StartAsync(target, rows: 2000);
        await target.ExecuteAsync(@"update ""public_0001_change"".people set score = -5 where id in (11, 1900)");

        var laws = (await Runner(target).VerifyAsync("0001_change", null, default)).Tables[0].Laws;
        laws.Count.ShouldBe(2);
        foreach (var law in laws)
        {
            (law.Rows, law.Broken, law.Failed, law.Untried).ShouldBe((1998L, 0L, 2L, 0L), $"{law.Over}");
            law.Keys.ShouldBe(["11", "1900"], ignoreOrder: true);
        }
    }

    [PostgresFact]
    public async Task Many_rows_for_which_an_expression_fails_are_not_all_looked_for()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await StartAsync(target, rows: 2000);
        await target.ExecuteAsync(@"update ""public_0001_change"".people set score = -5 where id % 2 = 0");

        foreach (var law in (await Runner(target).VerifyAsync("0001_change", null, default)).Tables[0].Laws)
        {
            (law.Rows + law.Failed + law.Untried).ShouldBe(2000);
            law.Failed.ShouldBeInRange(100, 300);
            law.Untried.ShouldBeGreaterThan(500);
            law.Keys.Count.ShouldBe(10);
        }
    }

    private static Runner Runner(PostgresTarget target) => new(target.Database, new RunnerOptions { ShowKeys = true });

    private static async Task StartAsync(PostgresTarget target, int rows)
    {
        await target.ExecuteAsync("create table people (id integer primary key, score text not null)");
        await target.ExecuteAsync($"insert into people select n, n::text from generate_series(1, {rows}) n");
        const string File = """
            title: Scores are numbers
            operations:
              - change_type: { table: people, column: score, type: integer, up: "score::integer", down: "case when score < 0 then 'minus' else score::text end" }
            """;
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse("0001_change.yaml", File).Require(), default);
        await Runner(target).StartAsync(plan, default);
    }
}
