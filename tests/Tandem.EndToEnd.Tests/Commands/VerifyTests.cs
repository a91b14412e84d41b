using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What <c>tandem verify</c> says of values that do not come back.</summary>
public sealed class VerifyTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Values_that_do_not_come_back_are_a_warning_and_rows_are_named_by_key_when_asked_for(string engine)
    {
        await using var project = await Project.OnAsync(
            engine,
            "create table people (id integer primary key, code varchar(20))",
            "insert into people with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200) select i, 'code ' || i from n",
            "update people set code = 'Secret' where id in (7, 900)");
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(30), up: upper(code), down: lower(code) }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);

        var answer = (await project.TandemAsync("verify", "--output", "json")).ShouldEndWith(0).Json();
        var problem = answer.GetProperty("problems").EnumerateArray().ShouldHaveSingleItem();
        problem.GetProperty("code").GetString().ShouldBe("TDM4029");
        problem.GetProperty("message").GetString().ShouldBe("For 2 of 1,200 rows, `down` does not give back people.code from what `up` makes of it.");
        var laws = answer.GetProperty("tables").EnumerateArray().ShouldHaveSingleItem().GetProperty("laws").EnumerateArray().ToList();
        laws.Select(l => (l.GetProperty("over").GetString(), l.GetProperty("broken").GetInt64(), l.GetProperty("holds").GetBoolean())).ShouldBe([("old", 2L, false), ("new", 0L, true)]);
        laws.ShouldAllBe(l => l.GetProperty("keys").GetArrayLength() == 0);

        var named = (await project.TandemAsync("verify", "--keys")).ShouldEndWith(0);
        named.Output.ShouldContain("down(up(x)) = x");
        named.All.ShouldContain("Keys: 7; 900.");
        named.All.ShouldNotContain("ecret");
    }

    [PostgresFact]
    public async Task A_row_that_does_not_agree_is_told_with_what_helps_where_the_migration_stands()
    {
        await using var project = await Project.OnAsync("postgres", "create table people (id integer primary key, code varchar(20))", "insert into people values (1, 'a'), (2, 'b')");
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(30), up: upper(code), down: lower(code) }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        await project.SqlAsync("set session_replication_role = replica; update people set code = 'c' where id = 1");

        var verified = (await project.TandemAsync("verify", "--output", "json")).ShouldEndWith(1).Json().GetProperty("problems")[0];
        verified.GetProperty("message").GetString().ShouldBe("1 row of people does not agree.");
        verified.GetProperty("remedy").GetString()!.ShouldContain("tandem reconcile");
        foreach (var (options, remedy) in new[] { ("", "--from old"), (" --from old", "--apply"), (" --from new", "Write these rows once more") })
        {
            var looked = (await project.TypeAsync($"reconcile --output json{options}")).ShouldEndWith(1).Json();
            looked.GetProperty("problems")[0].GetProperty("remedy").GetString()!.ShouldContain(remedy);
        }

        (await project.TypeAsync("reconcile --from old --apply --yes")).ShouldEndWith(0);
    }
}
