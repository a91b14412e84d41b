using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class RowTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Updated_rows_are_put_back_where_nobody_changed_them_since(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table prices (shop text, id int, price numeric(10,2), row_key text, primary key (shop, id))");
        await life.BaseAsync("insert into prices select case g % 2 when 0 then 'a' else 'b\"' end, g, g, 'k' from generate_series(1, 1500) g");
        const string New = "0001_prices";
        var plan = await life.StartAsync(
            New,
            new UpdateRows { Table = "prices", Set = [new RowValue { Column = "price", Value = new("price * 2") }, new RowValue { Column = "row_key", Value = new("prices.row_key || id") }], Where = new("id > 500") },
            new RenameColumn { Table = "prices", From = "row_key", To = "note" });
        (await life.BaseAsync("select sum(price), count(*) filter (where row_key = 'k' || id) from prices")).ShouldBe("2126250.00|1000");
        await life.BaseAsync("update prices set price = 1 where id = 1000");

        await life.RollbackAsync(New);
        (await life.BaseAsync("select sum(price), count(*) filter (where row_key = 'k') from prices")).ShouldBe("1124751.00|1499");
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select sum(price) from prices where id <> 1000")).ShouldBe("1124750.00");
        await life.SunsetAsync(New);
        (await life.BaseAsync("select count(*) from tandem.images")).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_are_led_back_under_other_settings_than_they_were_changed_under(int major)
    {
        const string New = "0001_visits";
        await using var life = await Life.CreateAsync(
            major,
            """
            create table visits (day date primary key, at timestamptz, span interval, spans tstzrange[]);
            insert into visits select '2026-02-01'::date + i, '2026-02-01 03:04:05+00', '-1 days 02:03', array[tstzrange('2026-02-01 00:00+00', '2026-03-04 00:00+00')] from generate_series(0, 3) i;
            create table stays (like visits including all); insert into stays select * from visits
            """);
        var before = await RowsAsync("visits");
        await SetAsync("datestyle = 'SQL, DMY'");
        await life.StartAsync(
            New,
            new UpdateRows
            {
                Table = "visits",
                Set = [new RowValue { Column = "at", Value = new("at + interval '1 day'") }, new RowValue { Column = "span", Value = new("span * 2") }, new RowValue { Column = "spans", Value = new("spans || spans") }],
            },
            new DeleteRows { Table = "stays", Where = new("day > '2026-02-01'::date") });
        await SetAsync("datestyle = 'ISO, MDY'", "timezone = 'Asia/Tokyo'", "intervalstyle = 'sql_standard'");
        await life.RollbackAsync(New);
        (await RowsAsync("visits")).ShouldBe(before);
        (await RowsAsync("stays")).ShouldBe(before);

        // What a backup says may be read years later.
        await life.SunsetAsync(New);
        await SetAsync("datestyle = 'SQL, DMY'");
        await life.StartAsync("0002_at", new DropColumn { Table = "visits", Column = "at" });
        await life.CompleteAsync("0002_at");
        await life.SunsetAsync("0002_at");
        var backup = string.Concat(life.Backups.Values.Select(b => System.Text.Encoding.UTF8.GetString(b.ToArray())));
        backup.ShouldContain("[\"2026-02-01\",\"2026-02-01 03:04:05");

        Task<string> RowsAsync(string table) => life.BaseAsync($"set datestyle = 'ISO, MDY'; set timezone = 'UTC'; set intervalstyle = 'postgres'; select * from {table} order by day");

        // What sessions that begin from now on have.
        async Task SetAsync(params string[] settings)
        {
            foreach (var setting in settings)
            {
                await life.BaseAsync($"do $do$ begin execute format('alter database %I set {setting.Replace("'", "''", StringComparison.Ordinal)}', current_database()); end $do$");
            }
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_is_kept_of_a_row_is_what_its_last_writer_left(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table prices (id int primary key, price int); insert into prices values (1, 5)");
        const string New = "0001_prices";
        var plan = await life.StartAsync(New, new UpdateRows { Table = "prices", Set = [new RowValue { Column = "price", Value = new("price * 2") }], Where = new("price > 0") });
        await life.RollbackAsync(New);
        var work = plan.Phases.SelectMany(p => p.Steps).First(s => s.Id.StartsWith("update rows", StringComparison.Ordinal)).Walk!.Work;
        await using var writer = await life.Server.OpenAsync();
        await life.RunAsync(writer, null, "begin; update prices set price = 7");
        await using var engine = await life.Server.OpenAsync();
        await using var command = new NpgsqlCommand(work, engine);
        command.Parameters.AddWithValue("after", "");
        command.Parameters.AddWithValue("upto", "[\"1\"]");
        var writes = command.ExecuteNonQueryAsync();
        while (await life.BaseAsync("select count(*) from pg_locks where not granted") == "0")
        {
            await Task.Delay(10);
        }

        await life.RunAsync(writer, null, "commit");
        await writes;
        (await life.BaseAsync("select before_image, after_image from tandem.images")).ShouldBe("{\"price\": \"7\"}|{\"price\": \"14\"}");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Columns_come_and_go_with_and_without_lenses(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table items (id int primary key, name text not null, first text, last text, fax text not null default 'none', code text not null)");
        await life.BaseAsync("insert into items values (1, 'n', 'a', 'b', 'f', 'c')");
        const string New = "0001_columns";
        await life.StartAsync(
            New,
            new AddColumn { Table = "items", Name = "full_name", Type = new("text"), Nullable = false, Up = new("concat_ws(' ', first, last)") },
            new AddColumn { Table = "items", Name = "stars", Type = new("integer"), Nullable = false, Default = new("3") },
            new AddColumn { Table = "items", Name = "token", Type = new("uuid"), Default = new("gen_random_uuid()") },
            new DropColumn { Table = "items", Column = "fax" },
            new DropColumn { Table = "items", Column = "code", Down = new("upper(name)") },
            new SetDefault { Table = "items", Column = "first", Default = new("'F'") });
        (await life.AppAsync(New, "select id, name, first, last, full_name, stars, token is not null from items")).ShouldBe("1|n|a|b|a b|3|t");

        await life.AppAsync(New, "insert into items (id, name, last, full_name) values (2, 'two', 'l', 'Own'), (3, 'three', 'l', null)");
        (await life.BaseAsync("select id, first, fax, code, _tandem_1_new_full_name, _tandem_1_new_stars, _tandem_1_new_token is not null from items where id > 1 order by id"))
            .ShouldBe("2|F|none|TWO|Own|3|t; 3|F|none|THREE|F l|3|t");
        await life.BaseAsync("insert into items (id, name, last, code) values (4, 'four', 'l', 'own')");
        (await life.AppAsync(New, "select first, full_name, stars from items where id = 4")).ShouldBe("∅|l|3");

        // A derived value follows its inputs until somebody gives it another.
        await life.BaseAsync("update items set first = 'X'");
        (await life.AppAsync(New, "select full_name from items order by id")).ShouldBe("X b; Own; X l; X l");
        await life.AppAsync(New, "update items set name = 'zwei' where id = 2");
        await life.BaseAsync("update items set name = 'vier' where id = 4");
        (await life.BaseAsync("select code from items where id in (2, 4) order by id")).ShouldBe("ZWEI; own");

        await life.CompleteAsync(New);
        await life.BaseAsync("insert into items (id, name, full_name) values (5, 'five', 'x')");
        (await life.BaseAsync("select first, _tandem_1_old_fax, _tandem_1_old_code, stars from items where id = 5")).ShouldBe("F|none|FIVE|3");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("insert into items (id, name) values (6, 'six')"));
        await life.RollbackAsync(New);
        (await life.BaseAsync("select first, fax, code from items where id = 5")).ShouldBe("F|none|FIVE");
        (await life.BaseAsync("insert into items (id, name, code) values (7, 's', 'c') returning first, fax")).ShouldBe("∅|none");
        await life.SunsetAsync(New);
        (await life.BaseAsync("select * from items where id = 7")).ShouldBe("7|s|∅|∅|none|c");
        life.Backups.ShouldNotBeEmpty();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Roles_keep_their_rights_through_a_version(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table people (id int primary key, name text not null, secret text, note text);
            drop role if exists tandem_reader; create role tandem_reader; grant usage on schema public to tandem_reader;
            grant select (id, name), update (name) on people to tandem_reader;
            drop role if exists tandem_writer; create role tandem_writer; grant select, insert, update on people to tandem_writer;
            """);
        await life.BaseAsync("insert into people values (1, 'Ann Lee', 's', 'n')");
        const string New = "0001_split";
        await life.StartAsync(New, SyncTests.Split("people", "name"));
        (await life.AppAsync(New, "set role tandem_reader; select id, first, last from people")).ShouldBe("1|Ann|Lee");
        await life.AppAsync(New, "set role tandem_reader; update people set first = 'Anna' where id = 1");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.AppAsync(New, "set role tandem_reader; select secret from people"));
        await life.AppAsync(New, "set role tandem_writer; insert into people (id, first) values (2, 'Bob')");
        (await life.BaseAsync("set role tandem_writer; update people set name = 'Bo' where id = 2; select name from people order by id")).ShouldBe("Anna Lee; Bo");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.AppAsync(New, "set role tandem_writer; delete from people"));
        await life.CompleteAsync(New);
        (await life.BaseAsync("set role tandem_reader; select first, last from people order by id")).ShouldBe("Anna|Lee; Bo|∅");
    }
}
