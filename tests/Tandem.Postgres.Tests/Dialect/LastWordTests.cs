using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>
/// Users' BEFORE triggers have the last word over the base, whichever version writes: what they put in place of a value, be it what
/// was there before, the default or NULL, stays, and every version follows it.
/// </summary>
public sealed class LastWordTests
{
    private const string New = "0001_new";
    private const string Next = "0002_next";

    private static ChangeType Typed(string table, string column, string type, string up, string down) =>
        new() { Table = table, Column = column, Type = new(type), Up = new(up), Down = new(down) };

    private static Task<Life> StaffAsync(int major) => Life.CreateAsync(
        major,
        """
        create table staff (id int primary key, mail varchar(80) unique, salary int not null default 100, status text default 'pending', note text);
        create function guard() returns trigger language plpgsql as $$ begin
          new.mail := lower(new.mail);
          if tg_op = 'UPDATE' then new.salary := old.salary; else new.salary := 100; new.status := 'pending'; end if;
          if new.note = 'hide' then new.status := null; end if;
          return new;
        end $$;
        create trigger guard before insert or update on staff for each row execute function guard();
        insert into staff values (1, 'ann@x');
        """);

    private static Operation[] Wider() =>
    [
        Typed("staff", "mail", "text", "mail", "mail"),
        Typed("staff", "salary", "bigint", "salary::bigint", "salary::int"),
        Typed("staff", "status", "varchar(20)", "upper(status)", "lower(status)") with { Default = new("'PENDING'") },
    ];

    [PostgresTheory]
    [EndMajors]
    public async Task What_a_trigger_puts_in_place_of_a_new_applications_value_stays(int major)
    {
        await using var life = await StaffAsync(major);
        await life.StartAsync(New, Wider());

        await life.AppAsync(New, "update staff set mail = 'ANN@X', salary = 888 where id = 1");
        await life.AppAsync(New, "insert into staff values (2, 'BOB@X', 888, 'APPROVED', null), (3, 'CY@X', 888, 'APPROVED', 'hide')");
        await life.AppAsync(New, "insert into staff values (2, 'BO@X', 777, 'DONE') on conflict (id) do update set mail = upper(excluded.mail), salary = 776, status = 'SENT'");

        (await life.BaseAsync("select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|pending; 2|bo@x|100|sent; 3|cy@x|100|∅");
        (await life.AppAsync(New, "select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|PENDING; 2|bo@x|100|SENT; 3|cy@x|100|∅");
        await life.AppAsync(New, "update staff set status = 'GONE', note = 'hide' where id = 2");
        (await life.AppAsync(New, "select status from staff where id = 2")).ShouldBe("∅");
        var taken = await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "insert into staff (id, mail) values (4, 'ANN@X')"));
        taken.SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_a_trigger_puts_in_place_of_an_old_applications_value_stays_when_the_new_version_is_the_base(int major)
    {
        await using var life = await StaffAsync(major);
        await life.StartAsync(New, Wider());
        await life.CompleteAsync(New, keep: true);

        await life.AppAsync("base", "update staff set mail = 'ANN@X', salary = 888 where id = 1");
        await life.AppAsync("base", "insert into staff values (2, 'BOB@X', 888, 'approved', null), (3, 'CY@X', 888, 'approved', 'hide')");
        await life.AppAsync("base", "update staff set mail = 'BO@X', status = 'sent' where id = 2");

        (await life.AppAsync("base", "select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|pending; 2|bo@x|100|sent; 3|cy@x|100|∅");
        (await life.AppAsync(New, "select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|PENDING; 2|bo@x|100|SENT; 3|cy@x|100|∅");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task It_stays_in_a_column_that_the_new_version_has_no_more(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table staff (id int primary key, name text, label text);
            create function guard() returns trigger language plpgsql as $$ begin if tg_op = 'UPDATE' then new.label := old.label; else new.label := null; end if; return new; end $$;
            create trigger guard before insert or update on staff for each row execute function guard();
            insert into staff values (1, 'a', null);
            alter table staff disable trigger guard;
            insert into staff values (2, 'b', 'B');
            alter table staff enable trigger guard;
            """);
        await life.StartAsync(New, new DropColumn { Table = "staff", Column = "label", Down = new("upper(name)") });

        await life.AppAsync(New, "update staff set name = 'x'");
        await life.AppAsync(New, "insert into staff values (3, 'c')");

        (await life.BaseAsync("select * from staff order by id")).ShouldBe("1|x|∅; 2|x|B; 3|c|∅");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task It_reaches_every_version_of_a_chain(int major)
    {
        await using var life = await StaffAsync(major);
        await life.StartAsync(New, Wider());
        await life.CompleteAsync(New, keep: true);
        await life.StartAsync(
            Next,
            Typed("staff", "salary", "numeric", "salary * 10", "(salary / 10)::bigint") with { Default = new("1000") },
            Typed("staff", "status", "text", "status || '!'", "rtrim(status, '!')") with { Default = new("'PENDING!'") });

        foreach (var (version, status) in new[] { ("base", "sent"), (New, "SENT"), (Next, "SENT!") })
        {
            await life.AppAsync(version, $"update staff set mail = 'ANN@X', salary = 8880, status = '{status}', note = null where id = 1");
            (await life.AppAsync("base", "select mail, salary, status from staff")).ShouldBe("ann@x|100|sent");
            (await life.AppAsync(New, "select mail, salary, status from staff")).ShouldBe("ann@x|100|SENT");
            (await life.AppAsync(Next, "select mail, salary, status from staff")).ShouldBe("ann@x|1000|SENT!");
            await life.AppAsync(version, $"update staff set status = '{status}', note = 'hide'");
            (await life.AppAsync("base", "select status from staff") + await life.AppAsync(New, "select status from staff") + await life.AppAsync(Next, "select status from staff"))
                .ShouldBe("∅∅∅");
        }

        await life.RollbackAsync(Next);
        await life.AppAsync("base", "update staff set salary = 8880, status = 'late', note = null; insert into staff values (2, 'BOB@X', 8880, 'late', null)");
        (await life.AppAsync(New, "select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|LATE; 2|bob@x|100|pending");
        (await life.AppAsync("base", "select id, mail, salary, status from staff order by id")).ShouldBe("1|ann@x|100|late; 2|bob@x|100|pending");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task It_stays_where_an_update_moves_the_row_to_another_partition(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table staff (id int, k int, mail varchar(80), salary int default 100, primary key (id, k)) partition by list (k);
            create table staff1 partition of staff for values in (1);
            create table staff2 partition of staff for values in (2);
            create function guard() returns trigger language plpgsql as $$ begin
              new.mail := lower(new.mail);
              if tg_op = 'UPDATE' then new.salary := old.salary; end if;
              return new;
            end $$;
            create trigger guard before insert or update on staff for each row execute function guard();
            insert into staff values (1, 1, 'ann@x', 100), (2, 1, 'bob@x', 5);
            """);
        await life.StartAsync(New, Typed("staff", "mail", "text", "mail", "mail"), Typed("staff", "salary", "bigint", "salary", "salary::int"));

        await life.AppAsync(New, "update staff set k = 2, mail = 'ANN@X', salary = 888 where id = 1");
        await life.AppAsync(New, "update staff set salary = 888 where id = 2");
        await life.AppAsync(New, "insert into staff values (3, 2, 'CY@X', 888)");

        (await life.BaseAsync("select id, k, mail, salary from staff order by id")).ShouldBe("1|2|ann@x|100; 2|1|bob@x|5; 3|2|cy@x|888");
        (await life.AppAsync(New, "select id, k, mail, salary from staff order by id")).ShouldBe("1|2|ann@x|100; 2|1|bob@x|5; 3|2|cy@x|888");
    }
}
