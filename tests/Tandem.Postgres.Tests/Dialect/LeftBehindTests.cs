using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What goes along with a table or keeps it, and what a rollback must find again.</summary>
public sealed class LeftBehindTests
{
    private const string New = "0001_new";

    [PostgresFact]
    public async Task What_goes_comes_back_with_what_names_it_by_its_schema()
    {
        await using var life = await Life.CreateAsync(
            PostgresVersions.Newest,
            """
            create table people (id int primary key, name text);
            insert into people values (1, 'Ann');
            create view names as select name from people;
            create function first_name() returns text language sql as 'select min(name) from public.names';
            create table slots (during int4range, exclude using gist (during with &&));
            insert into slots values ('[1,3)')
            """);
        await life.StartAsync(
            New, new DropView { Name = "names" }, new DropFunction { Name = "first_name" }, new DropTable { Table = "slots" },
            new AddColumn { Table = "people", Name = "code", Type = new("text"), Collation = new("\"C\""), Up = new("name") });
        await life.CompleteAsync(New);
        (await life.BaseAsync("select collation for (code), code from people")).ShouldBe("\"C\"|Ann");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select first_name(), (select count(*) from slots)")).ShouldBe("Ann|1");
    }

    [PostgresFact]
    public async Task A_key_stays_that_a_view_groups_by()
    {
        await using var life = await Life.CreateAsync(
            PostgresVersions.Newest,
            """
            create table people (id int primary key, name text, age int);
            create view ages as select id, name, max(age) from people group by id
            """);
        var plan = await life.ReviewAsync(Life.Migration(New, new DropPrimaryKey { Table = "people" }));
        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.UsedByView && f.Message.Contains("the view ages", StringComparison.Ordinal));
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_key_that_is_taken_back_leaves_no_rule_in_the_partitions(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table sales (id int, region text, note text) partition by list (region);
            create table sales_north partition of sales for values in ('north');
            create table sales_south partition of sales for values in ('south');
            alter table sales_south alter note set not null;
            insert into sales values (1, 'north', 'n'), (2, 'south', 's')
            """);
        const string Rules = "select attrelid::regclass, string_agg(attname, ',' order by attnum) from pg_attribute where attrelid in ('sales'::regclass, 'sales_north'::regclass, 'sales_south'::regclass) and attnotnull and attnum > 0 group by 1";
        var before = await life.BaseAsync(Rules);
        var plan = await life.StartAsync(New, new AddPrimaryKey { Table = "sales", Columns = ["id", "region"] });
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync(Rules)).ShouldBe(before);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
    }
}
