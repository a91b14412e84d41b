using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class SyncTests
{
    private static ChangeType AgeToNumber(bool nullable = false) => new()
    {
        Table = "people", Column = "age", Type = new("integer"), Nullable = nullable, Default = new("7"), Up = new("age::integer"), Down = new("age::text"),
    };

    [PostgresTheory]
    [EndMajors]
    public async Task Values_that_up_cannot_carry_are_quarantined_and_come_back_when_they_are_mended(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text not null, note text)");
        await life.BaseAsync("insert into people select g, case g when 5 then 'five' else g::text end from generate_series(1, 300) g");
        const string New = "0001_number";

        await life.StartAsync(New, AgeToNumber());
        (await life.AppAsync(New, "select id, age from people where id in (4, 5, 6) order by id")).ShouldBe("4|4; 5|∅; 6|6");
        (await life.BaseAsync("select id, _tandem_1_error from people where _tandem_1_error is not null")).ShouldBe("5|22P02 age");
        await life.BaseAsync("update people set age = 'many' where id = 6");
        await life.BaseAsync("insert into people values (301, 'none')");
        (await life.AppAsync(New, "select id, age from people where age is null order by id")).ShouldBe("5|∅; 6|∅; 301|∅");
        (await life.BaseAsync("update people set note = 'n' where id = 5 returning age")).ShouldBe("five");
        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Message.ShouldContain("quarantine");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.AppAsync(New, "update people set age = null where id = 1"));

        // A write of the new version that gives the value mends the row, as does one of the old.
        await life.AppAsync(New, "update people set age = 55 where id = 5");
        await life.BaseAsync("update people set age = '66' where id = 6");
        await life.AppAsync(New, "update people set age = 31 where id = 301");
        (await life.BaseAsync("select id, age, _tandem_1_new_age, _tandem_1_error from people where id in (5, 6, 301) order by id")).ShouldBe("5|55|55|∅; 6|66|66|∅; 301|31|31|∅");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select pg_typeof(age), age from people where id = 5")).ShouldBe("integer|55");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_required_column_whose_up_gives_null_marks_the_row(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text)");
        await life.BaseAsync("insert into people values (1, '1'), (2, null)");
        const string New = "0001_number";

        await life.StartAsync(New, AgeToNumber());
        (await life.BaseAsync("select id, _tandem_1_error from people order by id")).ShouldBe("1|∅; 2|23502 age");
        await life.BaseAsync("insert into people values (3, null)");
        (await life.BaseAsync("select _tandem_1_error from people where id = 3")).ShouldBe("23502 age");
        await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New));
        await life.BaseAsync("update people set age = '0' where age is null");
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select age from people order by id")).ShouldBe("1; 0; 0");
        (await life.BaseAsync("select attnotnull::text from pg_attribute where attrelid = 'people'::regclass and attname = 'age'")).ShouldBe("false");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_writer_is_known_however_its_path_is_written(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, age text not null default '7')");
        await life.StartAsync("0001_Odd-Name", AgeToNumber());

        // Fault 4: qualified names, odd paths, functions with a path of their own.
        await life.BaseAsync("set search_path = pg_catalog; insert into \"public_0001_Odd-Name\".people (id, age) values (1, 10)");
        await life.BaseAsync("set search_path = \"public_0001_Odd-Name\", public; insert into public.people (id, age) values (2, '20')");
        await life.BaseAsync("set search_path = ''; update \"public_0001_Odd-Name\".people set age = 11 where id = 1; update public.people set age = '21' where id = 2");

        (await life.BaseAsync("select id, age, _tandem_1_new_age from people order by id")).ShouldBe("1|11|11; 2|21|21");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task An_update_of_something_else_asks_nothing_of_a_value_that_has_no_way_back(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table items (id int primary key, amount int, seen int); insert into items values (1, null, 0)");
        const string New = "0001_text";
        await life.StartAsync(
            New, new ChangeType { Table = "items", Column = "amount", Type = new("text"), Up = new("coalesce(amount::text, 'none')"), Down = new("amount::int") });

        await life.BaseAsync("update items set seen = 1");
        await life.CompleteAsync(New);
        await life.BaseAsync("update items set seen = 2");

        (await life.BaseAsync("select amount, seen from items")).ShouldBe("none|2");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select coalesce(amount, -1), seen from items")).ShouldBe("-1|2");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_a_value_means_does_not_depend_on_the_settings_of_the_session_that_writes_it(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table visits (id int primary key, day text not null, at timestamptz not null)");
        const string New = "0001_days";
        await life.StartAsync(
            New,
            new ChangeType { Table = "visits", Column = "day", Type = new("date"), Up = new("day::date"), Down = new("day::text") },
            new AddColumn { Table = "visits", Name = "hour", Type = new("int"), Up = new("extract(hour from at)::int") });

        await life.BaseAsync("insert into visits values (1, '03/04/2026', '2026-04-03 12:00:00+00')");
        await life.BaseAsync("set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo'; insert into visits values (2, '03/04/2026', '2026-04-03 12:00:00+00')");

        (await life.AppAsync(New, "select count(distinct day), count(distinct hour) from visits")).ShouldBe("1|1");
        var before = await life.AppAsync(New, "select id, day, hour from visits order by id");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select id, day, hour from visits order by id")).ShouldBe(before);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Images_count_where_equality_is_too_kind_or_missing(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table things (id int primary key, price numeric not null, data json, flag text)");
        await life.BaseAsync("insert into things values (1, 1.0, '{\"a\":1}', 'x')");
        const string New = "0001_images";
        await life.StartAsync(
            New,
            new ChangeType { Table = "things", Column = "price", Type = new("text"), Up = new("price::text"), Down = new("price::numeric") },
            new ChangeType { Table = "things", Column = "data", Type = new("text"), Up = new("data::text"), Down = new("data::json") });

        await life.BaseAsync("update things set price = 1.00, data = '{\"a\": 1}' where id = 1");
        (await life.AppAsync(New, "select price, data from things")).ShouldBe("1.00|{\"a\": 1}");
        await life.AppAsync(New, "update things set price = '1.000', data = '{\"a\":  1}' where id = 1");
        (await life.BaseAsync("select price, data from things")).ShouldBe("1.000|{\"a\":  1}");
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select price, data from things")).ShouldBe("1.000|{\"a\":  1}");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Triggers_of_the_users_see_the_base_in_step_and_what_they_change_is_carried(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table people (id int primary key, name text not null, log text);
            create function tidy() returns trigger language plpgsql as $$ begin
              if new.name is null then raise exception 'no name'; end if;
              new.name := trim(new.name); new.log := coalesce(new.log, '') || 'b'; return new; end $$;
            create trigger tidy before insert or update on people for each row execute function tidy();
            create table audit (id int, name text);
            create function keep() returns trigger language plpgsql as $$ begin insert into audit values (new.id, new.name); return null; end $$;
            create trigger keep after insert or update on people for each row execute function keep();
            """);
        const string New = "0001_split";
        await life.StartAsync(New, Split("people", "name"));

        await life.AppAsync(New, "insert into people (id, first, last) values (1, ' Ann', 'Lee ')");
        (await life.BaseAsync("select name, log from people")).ShouldBe("Ann Lee|b");
        (await life.AppAsync(New, "select first, last from people")).ShouldBe("Ann|Lee");
        await life.BaseAsync("insert into people (id, name) values (2, '  Bob Ray ')");
        (await life.AppAsync(New, "select first, last from people where id = 2")).ShouldBe("Bob|Ray");
        await life.AppAsync(New, "update people set last = 'Roy' where id = 2");
        (await life.BaseAsync("select name, log from people where id = 2")).ShouldBe("Bob Roy|bb");
        await life.BaseAsync("update people set name = ' Rob Roy' where id = 2");
        (await life.AppAsync(New, "select first, last from people where id = 2")).ShouldBe("Rob|Roy");
        (await life.BaseAsync("select string_agg(name, ',' order by name) from audit where id = 2")).ShouldBe("Bob Ray,Bob Roy,Rob Roy");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Odd_names_are_quoted_and_bound(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """"
            create schema "Größe 1";
            create table "Größe 1"."Kunden ""x""" ("Id 1" int, "new" text not null, "old" text, "select" int, found text, tg_op text, primary key ("Id 1"));
            insert into "Größe 1"."Kunden ""x""" values (1, 'a-b', 'o', 3, 'f', 't');
            """",
            "Größe 1");
        var long1 = "ä" + new string('x', 60);
        const string New = "0001_odd";
        await life.StartAsync(
            New,
            new SplitColumn
            {
                Table = "Kunden \"x\"", Column = "new",
                Into =
                [
                    new SplitTarget { Name = long1, Type = new("text"), Nullable = false, Up = new("split_part(\"Kunden \"\"x\"\"\".new, '-', 1)") },
                    new SplitTarget { Name = "row", Type = new("text"), Up = new("split_part(\"new\", '-', 2) || \"old\" || \"select\" || found || tg_op -- comment") },
                ],
                Down = new($"\"{long1}\" || '-' || left(\"row\", 1)"),
            },
            new RenameColumn { Table = "Kunden \"x\"", From = "old", To = "new" });

        (await life.AppAsync(New, "select * from \"Kunden \"\"x\"\"\"")).ShouldBe("1|a|bo3ft|o|3|f|t");
        await life.AppAsync(New, $"update \"Kunden \"\"x\"\"\" set \"{long1}\" = 'z'");
        (await life.BaseAsync("select new, old from \"Kunden \"\"x\"\"\"")).ShouldBe("z-b|o");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select * from \"Kunden \"\"x\"\"\"")).ShouldStartWith("1|");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select new, old from \"Kunden \"\"x\"\"\"")).ShouldBe("z-b|o");
        await life.SunsetAsync(New);
        (await life.BaseAsync("select * from \"Kunden \"\"x\"\"\"")).ShouldBe("1|z-b|o|3|f|t");
    }

    internal static SplitColumn Split(string table, string column) => new()
    {
        Table = table,
        Column = column,
        Into =
        [
            new SplitTarget { Name = "first", Type = new("text"), Nullable = false, Up = new($"split_part({column}, ' ', 1)") },
            new SplitTarget { Name = "last", Type = new("text"), Up = new($"nullif(substr({column}, strpos({column} || ' ', ' ') + 1), '')") },
        ],
        Down = new("first || coalesce(' ' || last, '')"),
    };
}
