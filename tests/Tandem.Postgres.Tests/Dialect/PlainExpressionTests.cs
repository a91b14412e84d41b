using Shouldly;
using Tandem.Operations;
using Tandem.Postgres.Dialect;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Lenses of arithmetic and casts of the server's own: their functions need no settings, and what cannot fail is not tried.</summary>
public sealed class PlainExpressionTests
{
    private const string New = "0001_new";

    // Everything that the function names or could name, made anew in a schema before the server's own and among temporary objects.
    private const string Shadows =
        """
        create schema if not exists evil;
        create or replace function evil.no(text, text) returns boolean language sql as 'select false';
        create or replace function evil.no(integer, integer) returns boolean language sql as 'select false';
        create or replace function evil.no(bigint, bigint) returns boolean language sql as 'select false';
        create or replace function evil.no(record, record) returns boolean language plpgsql as 'begin return false; end';
        create or replace function evil."left"(text, integer) returns text language sql as $$ select '40' $$;
        create or replace function evil.concat_ws(text, variadic text[]) returns text language sql as $$ select 'evil' $$;
        create or replace function evil.concat(variadic text[]) returns text language sql as $$ select 'evil' $$;
        create operator evil.= (leftarg = text, rightarg = text, function = evil.no);
        create operator evil.= (leftarg = integer, rightarg = integer, function = evil.no);
        create operator evil.= (leftarg = bigint, rightarg = bigint, function = evil.no);
        create operator evil.> (leftarg = integer, rightarg = integer, function = evil.no);
        create operator evil.*= (leftarg = record, rightarg = record, function = evil.no);
        create operator evil.*<> (leftarg = record, rightarg = record, function = evil.no);
        create domain evil.int8 as pg_catalog.text;
        """;

    private const string Odd =
        """
        create type pg_temp.record as (x pg_catalog.int4); create type pg_temp.text as (x pg_catalog.int4); create type pg_temp.bool as (x pg_catalog.int4);
        create type pg_temp.int4 as (x pg_catalog.text); create type pg_temp.int8 as (x pg_catalog.text); create type pg_temp."bigint" as (x pg_catalog.text);
        set search_path = evil, pg_temp, pg_catalog, public;
        """;

    private static string At(string ids) => $"operator(pg_catalog.=) any ('{{{ids}}}'::pg_catalog._int4)";

    private static string? TypeOf(string column) => column switch
    {
        "small" => "smallint", "n" => "integer", "big" => "bigint", "exact" => "numeric(9,2)", "name" => "varchar(20)", "Odd" => "text", "user" => "integer", "ä" => "integer", "day" => "date", _ => null,
    };

    [Theory]
    [InlineData("n", "bigint", true)]
    [InlineData("n::bigint", "bigint", true)]
    [InlineData("n::int8", "bigint", true)]
    [InlineData("small::int", "numeric", true)]
    [InlineData("cast((N) as bigint) -- wider", "bigint", true)]
    [InlineData("n::smallint", "bigint", false)]
    [InlineData("n", "smallint", false)]
    [InlineData("n * 100::bigint", "bigint", true)]
    [InlineData("n * 100", "bigint", false)]
    [InlineData("n::bigint * 4294967296 + n", "bigint", false)]
    [InlineData("n::bigint * 1000000000 + n", "bigint", true)]
    [InlineData("big - 1", "bigint", false)]
    [InlineData("(big / 100)::int", "integer", false)]
    [InlineData("big / 4294967296", "bigint", true)]
    [InlineData("small / 7", "smallint", true)]
    [InlineData("n / small", "bigint", false)]
    [InlineData("n / (small - small)", "bigint", false)]
    [InlineData("exact", "numeric", true)]
    [InlineData("n", "numeric(9,2)", false)]
    [InlineData("exact * exact", "numeric", false)]
    [InlineData("exact::int", "integer", false)]
    [InlineData("name", "text", true)]
    [InlineData("name::text", "text", true)]
    [InlineData("name::varchar(30)", "character varying(30)", true)]
    [InlineData("name::varchar(10)", "varchar(10)", true)]
    [InlineData("name", "varchar(10)", false)]
    [InlineData("\"Odd\"::character varying", "text", true)]
    [InlineData("\"ä\"", "bigint", true)]
    public void Numbers_and_casts_within_a_family_are_plain(string sql, string stored, bool total)
    {
        PlainExpression.Of(sql, TypeOf, stored).ShouldNotBeNull().IsTotal.ShouldBe(total);
    }

    [Theory]
    [InlineData("n::text", "text")]
    [InlineData("n", "text")]
    [InlineData("name::int", "integer")]
    [InlineData("exact * n", "numeric")]
    [InlineData("n * 1.5", "numeric")]
    [InlineData("-n", "integer")]
    [InlineData("n + -1", "integer")]
    [InlineData("n % 2", "integer")]
    [InlineData("n +", "integer")]
    [InlineData("n n", "integer")]
    [InlineData("name || name", "text")]
    [InlineData("day", "date")]
    [InlineData("day + n", "date")]
    [InlineData("abs(n)", "bigint")]
    [InlineData("n::bigint[]", "bigint")]
    [InlineData("(n::bigint", "bigint")]
    [InlineData("cast(n as bigint", "bigint")]
    [InlineData("n::public.bigint", "bigint")]
    [InlineData("n::numeric(9,2)", "numeric")]
    [InlineData("n::float8", "numeric")]
    [InlineData("n", "double precision")]
    [InlineData("n", "public.bigint")]
    [InlineData("user", "bigint")]
    [InlineData("Ä + n", "bigint")]
    [InlineData("ä", "bigint")]
    [InlineData("n::bıgint", "bigint")]
    [InlineData("other", "bigint")]
    [InlineData("(select n)", "bigint")]
    [InlineData("", "bigint")]
    public void Whatever_else_there_is_is_not(string sql, string stored) => PlainExpression.Of(sql, TypeOf, stored).ShouldBeNull();

    [Fact]
    public void All_that_it_names_has_its_schema()
    {
        PlainExpression.Of("(big - 1 * small) / 100::int", TypeOf, "integer")!.Sql
            .ShouldBe("((\"big\" OPERATOR(pg_catalog.-) (1 OPERATOR(pg_catalog.*) \"small\")) OPERATOR(pg_catalog./) (100)::pg_catalog.int4)");
        PlainExpression.Of("cast(name as varchar(30))::text", TypeOf, "text")!.Sql.ShouldBe("((\"name\")::pg_catalog.varchar(30))::pg_catalog.text");
        PlainExpression.Of("\"user\"", TypeOf, "bigint")!.Sql.ShouldBe("\"user\"");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_wider_type_is_kept_in_step_whatever_stands_on_the_path(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table items (id int primary key, amount int not null default 7, note text)");
        await life.StartAsync(New, new ChangeType { Table = "items", Column = "amount", Type = new("bigint"), Up = new("amount * 100::bigint"), Down = new("(amount / 100)::int"), Default = new("700"), Nullable = false });
        (await life.BaseAsync("select bool_and(proconfig is null) from pg_proc where proname like 'sync %'")).ShouldBe("t");
        await life.BaseAsync(Shadows);

        await life.BaseAsync($"{Odd} insert into public.items (id, amount) values (1, 1), (2, 2), (3, 3); insert into public.items (id) values (4)");
        await life.BaseAsync($"{Odd} insert into public_0001_new.items (id, amount) values (5, 550); insert into public_0001_new.items (id) values (6)");
        await life.BaseAsync($"{Odd} update public.items set amount = 11 where id {At("1, 2")}; update public_0001_new.items set amount = 1250 where id {At("2, 5")}");
        await life.BaseAsync($"{Odd} update public.items set note = 'n'");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync($"{Odd} update public_0001_new.items set amount = 300000000000 where id {At("1")}"));

        (await life.BaseAsync("select id, amount from items order by id")).ShouldBe("1|11; 2|12; 3|3; 4|7; 5|12; 6|7");
        (await life.AppAsync(New, "select id, amount from items order by id")).ShouldBe("1|1100; 2|1250; 3|300; 4|700; 5|1250; 6|700");
        await life.CompleteAsync(New, keep: true);
        await life.BaseAsync($"{Odd} update public.items set amount = 2150 where id {At("1, 2")}; update public_base.items set amount = 22 where id {At("2, 3")}");
        (await life.BaseAsync("select id, amount, _tandem_1_old_amount from items where id < 4 order by id")).ShouldBe("1|2150|21; 2|2200|22; 3|2200|22");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_narrower_type_puts_what_it_cannot_hold_into_quarantine_whatever_stands_on_the_path(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table items (id int primary key, amount bigint)");
        await life.StartAsync(New, new ChangeType { Table = "items", Column = "amount", Type = new("int"), Up = new("amount::int"), Down = new("amount::bigint"), Nullable = false });
        (await life.BaseAsync("select bool_and(proconfig is null) from pg_proc where proname like 'sync %'")).ShouldBe("t");
        await life.BaseAsync(Shadows);

        await life.BaseAsync($"{Odd} insert into public.items values (1, 1), (2, 3000000000), (3, null)");
        await life.BaseAsync($"{Odd} update public.items set amount = 3000000000 where id {At("1")}; update public.items set amount = 2 where id {At("2")}");

        (await life.BaseAsync("select id, amount, _tandem_1_new_amount, _tandem_1_error from items order by id"))
            .ShouldBe("1|3000000000|∅|22003 amount; 2|2|2|∅; 3|∅|∅|23502 amount");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_wider_key_whose_numbers_are_drawn_hangs_on_no_setting(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table items (id serial primary key, note text); insert into items (note) values ('a')");
        await life.StartAsync(New, new ChangeType { Table = "items", Column = "id", Type = new("bigint"), Up = new("id::bigint"), Down = new("id::int") });
        (await life.BaseAsync("select bool_and(proconfig is null) from pg_proc where proname like 'sync %'")).ShouldBe("t");

        await life.BaseAsync($"{Odd} insert into public.items (note) values ('b')");
        await life.BaseAsync($"{Odd} insert into public_0001_new.items (note) values ('c')");
        await life.BaseAsync($"{Odd} insert into public_0001_new.items (id, note) values (50, 'd'); update public_0001_new.items set id = 60 where id {At("50")}");

        (await life.BaseAsync("select id, note from items order by id")).ShouldBe("1|a; 2|b; 3|c; 60|d");
        (await life.AppAsync(New, "select id, note from items order by id")).ShouldBe("1|a; 2|b; 3|c; 60|d");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Names_are_what_the_server_takes_them_for(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table items (id int primary key, \"ä\" int, \"Ä\" int, n int); insert into items values (1, 1, 100, 7)");
        await life.StartAsync(New, new ChangeType { Table = "items", Column = "n", Type = new("bigint"), Up = new("Ä + n"), Down = new("(n - Ä)::int") });

        await life.BaseAsync("insert into items values (2, 1, 100, 7)");
        await life.AppAsync(New, "insert into items values (3, 1, 100, 500)");

        (await life.AppAsync(New, "select id, n from items order by id")).ShouldBe("1|107; 2|107; 3|500");
        (await life.BaseAsync("select id, n from items order by id")).ShouldBe("1|7; 2|7; 3|400");
    }
}
