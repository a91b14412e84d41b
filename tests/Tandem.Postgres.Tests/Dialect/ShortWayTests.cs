using System.Globalization;
using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>The short way of the sync does what the long one does, and is taken.</summary>
public sealed class ShortWayTests
{
    private const string New = "0001_people";

    private const string Table =
        """
        create table people (id int primary key, age text not null default '7', name text, town varchar(20), born date, note text);
        insert into people select g, g::text, 'N' || g || ' M' || g, 'Town', date '2000-01-01' + g, null from generate_series(1, 20) g
        """;

    private const string Shout =
        "; create function shout() returns trigger language plpgsql as 'begin new.town := upper(new.town); if new.note = ''seen'' then new.age := ''99''; end if; return new; end';"
        + " create trigger shout before insert or update on people for each row execute function shout()";

    // Without the short triggers and with none of their conditions, the long way gets every write.
    private const string LongWayOnly =
        """
        drop trigger "~tandem_sync_insert_short" on people; drop trigger if exists "~tandem_sync_update_short" on people;
        create or replace trigger "~tandem_sync_insert" before insert on people for each row execute function tandem."sync public.people"();
        create or replace trigger "~tandem_sync_update" before update on people for each row execute function tandem."sync public.people"()
        """;

    private static readonly ChangeType Age = new()
    {
        Table = "people", Column = "age", Type = new("integer"), Nullable = false, Default = new("7"), Up = new("age::integer"), Down = new("age::text"),
    };

    private static readonly Operation[] Plain =
    [
        Age,
        new SplitColumn
        {
            Table = "people", Column = "name",
            Into =
            [
                new SplitTarget { Name = "first", Type = new("text"), Nullable = true, Up = new("split_part(name, ' ', 1)") },
                new SplitTarget { Name = "last", Type = new("text"), Nullable = true, Up = new("nullif(split_part(name, ' ', 2), '')") },
            ],
            Down = new("first || coalesce(' ' || last, '')"),
        },
        new AddColumn { Table = "people", Name = "place", Type = new("text"), Up = new("lower(town)") },
    ];

    // Dates as text: under the function's own settings.
    private static readonly Operation[] Dated =
    [
        Age,
        new ChangeType { Table = "people", Column = "born", Type = new("text"), Up = new("to_char(born, 'DD.MM.YYYY')"), Down = new("to_date(born, 'DD.MM.YYYY')") },
    ];

    public static TheoryData<int, bool, bool> Cases()
    {
        var data = new TheoryData<int, bool, bool>();
        foreach (var major in PostgresVersions.EndMajors)
        {
            data.Add(major, true, false);
            data.Add(major, true, true);
            data.Add(major, false, true);
        }

        return data;
    }

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task It_leaves_the_same_rows_as_the_long_way(int major, bool plain, bool trigger)
    {
        await using var one = await Life.CreateAsync(major, Table + (trigger ? Shout : ""));
        await using var other = await Life.CreateAsync(major, Table + (trigger ? Shout : ""));
        var random = new Random(17);
        foreach (var state in new[] { "live", "retired", "undone" })
        {
            foreach (var life in new[] { one, other })
            {
                await (state switch
                {
                    "live" => life.StartAsync(New, plain ? Plain : Dated),
                    "retired" => life.CompleteAsync(New),
                    _ => life.RollbackAsync(New),
                });
            }

            await other.BaseAsync(LongWayOnly);
            for (var i = 0; i < 120; i++)
            {
                var (version, sql) = Write(random, state, plain);
                (await TryAsync(one, version, sql)).ShouldBe(await TryAsync(other, version, sql), $"{state}: {sql}");
            }

            (await one.BaseAsync("select * from people order by id")).ShouldBe(await other.BaseAsync("select * from people order by id"), state);

            // Nothing is left in quarantine, so that the next state can come.
            foreach (var life in new[] { one, other })
            {
                await life.BaseAsync(state == "live" ? "delete from people where _tandem_1_error is not null" : "delete from people where age is null");
            }
        }
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task A_path_that_puts_something_before_the_servers_own_names_changes_nothing(int major)
    {
        await using var life = await Life.CreateAsync(major, $"{Table}; create schema odd; create function odd.lower(text) returns text language sql as 'select ''odd'''");
        await life.StartAsync(New, Plain);

        await life.BaseAsync("set search_path = odd, pg_catalog; insert into public.people (id, town) values (100, 'Paris'); update public.people set age = '8', name = 'A B' where id = 100");
        await life.BaseAsync($"set search_path = odd, pg_catalog; update \"public_{New}\".people set first = 'C' where id = 100; select current_setting('search_path')");

        (await life.AppAsync(New, "select age, first, last, place from people where id = 100")).ShouldBe("8|C|B|paris");
        (await life.AppAsync(New, "select name from public.people where id = 100")).ShouldBe("C B");
        (await life.BaseAsync("set search_path = odd, pg_catalog; update public.people set town = 'Rome' where id = 100; select current_setting('search_path')")).ShouldBe("odd, pg_catalog");
    }

    [PostgresFact]
    public async Task A_write_of_the_base_enters_the_short_function_alone()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Table);
        await life.StartAsync(New, Age);

        const string Calls = "select string_agg(split_part(funcname, ' ', 1) || ' ' || calls, ', ' order by funcname) from pg_stat_xact_user_functions where schemaname = 'tandem' and funcname ~ '^(short|sync)'";
        (await life.BaseAsync(
            $"""
            set track_functions = 'all'; begin;
            insert into people (id) values (100); update people set age = '8' where id = 100; update people set town = 'Rome' where id = 100;
            update "public_{New}".people set age = 9 where id = 100; update people set age = 'no' where id = 100; update people set age = '10' where id = 100;
            {Calls}
            """)).ShouldBe("short 3, sync 2");
    }

    private static async Task<string> TryAsync(Life life, string? version, string sql)
    {
        try
        {
            return await life.AppAsync(version, sql);
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private static (string? Version, string Sql) Write(Random random, string state, bool plain)
    {
        // A version is served while it is live, and the new one behind complete; undone, the base alone.
        var fresh = state == "retired" || (state == "live" && random.Next(2) == 0);
        var version = fresh && state == "live" ? New : null;
        var columns = (fresh, plain) switch
        {
            (true, true) => new[] { "age", "first", "last", "place", "town", "note" },
            (true, false) => ["age", "born", "town", "note"],
            (false, true) => ["age", "name", "town", "note"],
            _ => ["age", "born", "town", "note"],
        };
        var chosen = columns.Where(_ => random.Next(3) == 0).DefaultIfEmpty(columns[random.Next(columns.Length)]).ToList();
        var values = chosen.Select(c => Value(random, c, fresh)).ToList();
        var id = random.Next(1, 40).ToString(CultureInfo.InvariantCulture);
        return (version, random.Next(3) == 0
            ? $"insert into people (id, {string.Join(", ", chosen)}) values ({id}, {string.Join(", ", values)})"
            : $"update people set {string.Join(", ", chosen.Zip(values, (c, v) => $"{c} = {v}"))} where id = {id}");
    }

    private static string Value(Random random, string column, bool fresh)
    {
        var number = random.Next(0, 4).ToString(CultureInfo.InvariantCulture);
        return (column, random.Next(5)) switch
        {
            ("age", 0) => fresh ? "null" : "'many'",
            ("age", _) => fresh ? number : $"'{number}'",
            (_, 0) => "null",
            ("name", _) => $"'A{number} B{number}'",
            ("note", _) => "'seen'",
            ("born", _) => fresh ? $"'0{number}.02.2001'" : $"'2001-02-1{number}'",
            _ => $"'V{number}'",
        };
    }
}
