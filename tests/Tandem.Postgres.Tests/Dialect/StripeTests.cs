using Shouldly;
using Tandem.Operations;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Backfills that go over each part of a table in several passes.</summary>
public sealed class StripeTests
{
    private const string New = "0001_number";

    private static ChangeType AgeToNumber => new()
    {
        Table = "people", Column = "age", Type = new("integer"), Up = new("age::integer"), Down = new("age::text"),
    };

    [PostgresTheory]
    [EndMajors]
    public async Task Most_rows_are_filled_on_their_own_block_and_the_table_hardly_grows(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text not null, note text)");
        await life.BaseAsync("insert into people select g, (g % 90)::text, repeat('x', 60) from generate_series(1, 20000) g");
        await life.BaseAsync("create index on people (note)");
        await life.BaseAsync("analyze people");
        var before = int.Parse(await life.BaseAsync("select pg_relation_size('people')"), System.Globalization.CultureInfo.InvariantCulture);

        await life.StartAsync(New, AgeToNumber);

        (await life.BaseAsync("select count(*), count(_tandem_1_new_age), sum(_tandem_1_new_age) = sum(age::int) from people")).ShouldBe("20000|20000|t");
        var after = int.Parse(await life.BaseAsync("select pg_relation_size('people')"), System.Globalization.CultureInfo.InvariantCulture);
        (after / (double)before).ShouldBeLessThan(1.5);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_fail_in_one_pass_are_quarantined_and_all_others_filled(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text not null, note text)");
        await life.BaseAsync("insert into people select g, case when g % 5000 = 7 then 'many' else (g % 90)::text end, repeat('x', 60) from generate_series(1, 20000) g");
        await life.BaseAsync("analyze people");

        await life.StartAsync(New, AgeToNumber);

        (await life.BaseAsync("select id from people where _tandem_1_error is not null order by id")).ShouldBe("7; 5007; 10007; 15007");
        (await life.BaseAsync("select count(*) from people where _tandem_1_new_age is distinct from case when age <> 'many' then age::int end")).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_trigger_of_the_users_fires_for_the_rows_that_are_filled(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table people (id int primary key, age text not null, note text);
            create table seen (id int);
            create function see() returns trigger language plpgsql as 'begin insert into seen values (new.id); return null; end';
            create trigger see after update on people for each row execute function see();
            """);
        await life.BaseAsync("insert into people select g, (g % 90)::text, repeat('x', 60) from generate_series(1, 9000) g");
        await life.BaseAsync("analyze people");

        await life.StartAsync(New, AgeToNumber);

        (await life.BaseAsync("select count(distinct id), count(*) from seen")).ShouldBe("9000|9000");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_role_that_may_not_pass_by_triggers_fills_all_the_same(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text not null, note text)");
        await life.BaseAsync("insert into people select g, (g % 90)::text, repeat('x', 60) from generate_series(1, 9000) g; create role plain_filler; grant select, update on people to plain_filler");
        var plan = await life.PlanAsync(Life.Migration(New, AgeToNumber));
        var before = plan.Steps(Phase.Start).Single(s => s.Id == "backfill people").Walk!.Before[0];
        const string Role = "current_setting('session_replication_role'), current_setting('tandem.origin')";

        await life.BaseAsync("alter table people add column _tandem_1_new_age int, add column _tandem_1_error text");
        (await life.BaseAsync($"begin; {before}; select {Role}; rollback; select 1")).ShouldBe("1");
        (await life.BaseAsync($"begin; {before}; select {Role}")).ShouldBe("replica|backfill");
        (await life.BaseAsync($"begin; set local role plain_filler; {before}; select {Role}")).ShouldBe("origin|backfill");
        await life.BaseAsync("drop owned by plain_filler; drop role plain_filler");
    }
}
