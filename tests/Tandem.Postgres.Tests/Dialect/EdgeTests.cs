using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class EdgeTests
{
    private const string New = "0001_new";

    private static ChangeType Number(string column) => new()
    {
        Table = "people", Column = column, Type = new("integer"), Up = new($"{column}::integer"), Down = new($"{column}::text"),
    };

    [PostgresTheory]
    [EndMajors]
    public async Task Lenses_of_one_table_fail_and_heal_each_by_itself(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, a text not null, b text not null)");
        await life.BaseAsync("insert into people values (1, 'x', 'y'), (2, '1', 'y'), (3, '1', '2')");
        await life.StartAsync(New, Number("a"), Number("b"));

        const string State = "select id, _tandem_1_new_a, _tandem_1_new_b, _tandem_1_error from people order by id";
        (await life.BaseAsync(State)).ShouldBe("1|∅|∅|22P02 a; 22P02 b; 2|1|∅|22P02 b; 3|1|2|∅");
        await life.BaseAsync("update people set a = '5' where id = 1; update people set a = 'z' where id = 2");
        (await life.BaseAsync(State)).ShouldBe("1|5|∅|22P02 b; 2|∅|∅|22P02 a; 22P02 b; 3|1|2|∅");
        await life.AppAsync(New, "update people set a = 7, b = 8 where id = 2; update people set b = 6 where id = 1");
        (await life.BaseAsync("select a, b, _tandem_1_error from people order by id")).ShouldBe("5|6|∅; 7|8|∅; 1|2|∅");
        await life.CompleteAsync(New);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_went_past_the_triggers_are_found_and_mended_from_the_base(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, a text)");
        await life.BaseAsync("insert into people select g, g::text from generate_series(1, 100) g");
        await life.StartAsync(New, Number("a"));
        await life.BaseAsync("set session_replication_role = replica; update people set a = '500' where id = 5; update people set _tandem_1_new_a = 6000 where id = 6; insert into people values (101, '101')");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select a from people where id in (5, 6, 101) order by id")).ShouldBe("500; 6; 101");
        await life.BaseAsync("set session_replication_role = replica; update people set a = 700 where id = 7");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select a from people where id in (7) order by id")).ShouldBe("700");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Upserts_returning_and_updates_of_keys_work_through_a_version(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, name text not null, n int default 0)");
        await life.StartAsync(New, SyncTests.Split("people", "name"));
        const string Upsert = "insert into people (id, first, last) values (1, 'Ann', 'Lee') on conflict (id) do update set first = excluded.first, last = upper(excluded.last), n = people.n + 1 returning id, first, last, n";
        (await life.AppAsync(New, Upsert)).ShouldBe("1|Ann|Lee|0");
        (await life.AppAsync(New, Upsert)).ShouldBe("1|Ann|LEE|1");
        (await life.BaseAsync("select * from people")).ShouldStartWith("1|Ann LEE|1|");
        await life.BaseAsync("insert into people values (1, 'Bob Ray') on conflict (id) do update set name = excluded.name");
        (await life.AppAsync(New, "update people set id = 2 where first = 'Bob' returning id, last")).ShouldBe("2|Ray");
        (await life.AppAsync(New, "select first from people for update skip locked")).ShouldBe("Bob");

        // Whole rows that are copied agree already, and stay as they are.
        await life.BaseAsync("insert into people values (3, 'Cid  Kay'); create table copies as select * from people; delete from people; insert into people select * from copies");
        (await life.BaseAsync("select id, name, _tandem_1_new_first, _tandem_1_new_last from people order by id")).ShouldBe("2|Bob Ray|Bob|Ray; 3|Cid  Kay|Cid| Kay");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_start_that_fails_is_taken_back_whole(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table people (id int primary key, a text not null, b text); create table parents (id int primary key); insert into people values (1, '1', 'b'), (2, '2', 'b')");
        var control = await life.CatalogueAsync();
        var created = new CreateTable
        {
            Name = "children",
            Columns =
            [
                new NewColumn { Name = "id", Type = new("bigint"), Nullable = false, Identity = IdentityKind.ByDefault },
                new NewColumn { Name = "serial", Type = new("integer"), Nullable = false, Identity = IdentityKind.Serial },
                new NewColumn { Name = "parent", Type = new("integer") },
            ],
            PrimaryKey = ["id"],
            ForeignKeys = [new NewForeignKey { Columns = ["parent"], References = new ForeignKeyTarget { Table = "parents", Columns = ["id"] } }],
        };
        var unique = new AddUnique { Table = "people", Name = "b_is_unique", Columns = ["b"], Enforce = Enforcement.Live };

        (await Should.ThrowAsync<TandemException>(() => life.StartAsync(New, Number("a"), unique, created))).Message.ShouldContain("more than once");
        await life.RollbackAsync(New);
        await life.SunsetAsync(New);
        await life.BaseAsync("drop schema if exists public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);

        await life.BaseAsync("update people set b = id::text");
        await life.StartAsync("0002_again", Number("a"), unique, created);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("update people set b = 'same'"));
        (await life.AppAsync("0002_again", "insert into children (parent) values (null) returning id, serial")).ShouldBe("1|1");
        await life.CompleteAsync("0002_again");
        (await life.BaseAsync("insert into children default values returning id, serial")).ShouldBe("2|2");
        (await life.CatalogueAsync()).Split('\n').Where(l => l.Contains("children", StringComparison.Ordinal) && l.Contains("_tandem_", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_required_column_with_a_default_of_its_own_for_each_row_is_filled(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, a text)");
        await life.BaseAsync("insert into people select g, 'x' from generate_series(1, 200) g");
        await life.StartAsync(
            New,
            new AddColumn { Table = "people", Name = "token", Type = new("uuid"), Nullable = false, Default = new("gen_random_uuid()") },
            new AddColumn { Table = "people", Name = "flag", Type = new("varchar(3)"), Nullable = false, Default = new("'a'::varchar(3)") });
        (await life.AppAsync(New, "select count(distinct token), min(flag) from people")).ShouldBe("200|a");
        await life.CompleteAsync(New);
        (await life.BaseAsync("insert into people (id) values (201) returning token is not null, flag")).ShouldBe("t|a");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_table_without_a_key_and_with_values_too_long_is_served(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (a text, c char(5))");
        await life.BaseAsync("insert into people select case g when 7 then 'too long' else 'ab' end, 'x' from generate_series(1, 300) g");
        await life.StartAsync(
            New,
            new ChangeType { Table = "people", Column = "a", Type = new("varchar(3)"), Nullable = false, Up = new("a"), Down = new("a") },
            new ChangeType { Table = "people", Column = "c", Type = new("text"), Up = new("c::text"), Down = new("c") });
        (await life.BaseAsync("select count(*), min(_tandem_1_error) from people where _tandem_1_error is not null")).ShouldBe("1|22001 a");
        await life.BaseAsync("update people set a = 'x' where a = 'too long'");
        await life.AppAsync(New, "update people set c = 'y' where a = 'x'");
        (await life.BaseAsync("select a, c, length(c::text) from people where c = 'y'")).ShouldBe("x|y    |1");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*) from people where c = 'x'")).ShouldBe("299");
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task The_plan_says_what_stands_in_the_way(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table people (id int primary key, a text, b text default gen_random_uuid()::text, c text, d text, e text, g text generated always as (c || 'g') stored);
            create view readers as select e from people;
            create function whole() returns setof people language sql as 'select * from people';
            create function t() returns trigger language plpgsql as 'begin return new; end';
            create trigger "äfter" before insert on people for each row execute function t();
            create trigger upd after update on people for each row execute function t();
            create publication pub for table people;
            alter table people enable row level security;
            create policy own on people using (d = current_user);
            """);
        var plan = await life.PlanAsync(Life.Migration(
            New,
            Number("a"), Number("b") with { Default = new("1") }, Number("d"),
            new DropColumn { Table = "people", Column = "e" },
            new AddColumn { Table = "people", Name = "w", Type = new("text"), Up = new("people::text") },
            new AddColumn { Table = "people", Name = "x", Type = new("text"), Up = new("g") },
            new AddColumn { Table = "people", Name = "y", Type = new("bigserial"), Nullable = true }));
        var codes = plan.Findings.Select(f => f.Code.Id).ToList();
        foreach (var code in new[] { "TDM2101", "TDM2102", "TDM2103", "TDM2105", "TDM2109", "TDM2112", "TDM2114", "TDM2115", "TDM2116", "TDM2117" })
        {
            codes.ShouldContain(code);
        }

        codes.Contains("TDM2111").ShouldBe(major == 14);
        plan.HasErrors.ShouldBeTrue();
    }
}
