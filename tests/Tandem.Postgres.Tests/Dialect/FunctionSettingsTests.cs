using Shouldly;
using Tandem.Operations;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>An expression means the same whoever writes the row, whatever the session has set.</summary>
public sealed class FunctionSettingsTests
{
    private const string New = "0001_new";

    private const string Odd =
        """
        set extra_float_digits = 0; set bytea_output = 'escape'; set default_text_search_config = 'simple'; set quote_all_identifiers = on; set array_nulls = off;
        set transform_null_equals = on; set xmloption = document; set standard_conforming_strings = off;
        """;

    // The same for all who come to the database, the engine too, but what the text search is: that is the database's to say.
    private const string OddDatabase =
        """
        do $$ begin
          execute format('alter database %I set extra_float_digits = 0', current_database());
          execute format('alter database %I set bytea_output = escape', current_database());
          execute format('alter database %I set quote_all_identifiers = on', current_database());
          execute format('alter database %I set array_nulls = off', current_database());
          execute format('alter database %I set transform_null_equals = on', current_database());
        end $$;
        """;

    private static string? TypeOf(string column) => column switch
    {
        "n" => "integer", "big" => "bigint", "price" => "numeric(9,2)", "name" => "varchar(20)", "on" => "boolean", "v" => "double precision", "day" => "date", "tags" => "text[]",
        "to_char" or "money" => "text", _ => null,
    };

    private static ChangeType Retyped(string column, string type, string up, string down) =>
        new() { Table = "facts", Column = column, Type = new(type), Up = new(up), Down = new(down) };

    [PostgresTheory]
    [EndMajors]
    public async Task An_expression_means_the_same_whoever_goes_on_with_the_migration(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table calls (id int primary key, at timestamptz); insert into calls values (1, '2026-02-01 12:00+00')");
        await life.BaseAsync("do $$ begin execute format('alter database %I set timezone = ''UTC''', current_database()); end $$");
        await life.StartAsync(New, new ChangeType { Table = "calls", Column = "at", Type = new("timestamp"), Up = new("at::timestamp"), Down = new("at::timestamptz") });
        await life.BaseAsync("do $$ begin execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database()); end $$");
        await life.CompleteAsync(New);
        await life.BaseAsync("insert into calls values (2, '2026-02-01 13:00')");
        await life.RollbackAsync(New);
        (await life.BaseAsync("set timezone = 'UTC'; select at from calls order by id")).ShouldBe("2026-02-01 12:00:00+00; 2026-02-01 13:00:00+00");
    }

    [Theory]
    [InlineData("lower(trim(name)) || ' ' || n", "text")]
    [InlineData("coalesce(nullif(split_part(name, ' ', 2), ''), 'none')", "varchar(40)")]
    [InlineData("case when n is null then null when n > 3 and not \"on\" then 'a' else \"name\" end", "text")]
    [InlineData("regexp_replace(name, '[^0-9]', '', 'g')::bigint", "bigint")]
    [InlineData("cast(price * 100 as integer)", "integer")]
    [InlineData("(price - n % 2)::text", "character(9)")]
    [InlineData("n > 0", "boolean")]
    [InlineData("'pending'::character varying", "character varying(20)")]
    [InlineData("money || to_char", "text")]
    public void Texts_and_exact_numbers_in_known_words_are_ordinary(string sql, string stored) => FunctionSettings.IsOrdinary(sql, TypeOf, stored).ShouldBeTrue();

    [Theory]
    [InlineData("to_tsvector(name)", "tsvector")]
    [InlineData("quote_ident(name)", "text")]
    [InlineData("format('%I', name)", "text")]
    [InlineData("to_char(n, '9G999')", "text")]
    [InlineData("name::money", "text")]
    [InlineData("money '1'", "text")]
    [InlineData("cast(name as xml)", "text")]
    [InlineData("v::text", "text")]
    [InlineData("n::float8::text", "text")]
    [InlineData("(n ^ 2)::text", "text")]
    [InlineData("round(n)::text", "text")]
    [InlineData("name", "bytea")]
    [InlineData("name", "text[]")]
    [InlineData("tags", "text")]
    [InlineData("day", "text")]
    [InlineData("own(name)", "text")]
    [InlineData("public.lower(name)", "text")]
    [InlineData("\"lower\"(name)", "text")]
    [InlineData("(select name)", "text")]
    [InlineData("case when name = null then 'a' else 'b' end", "text")]
    [InlineData("now()", "text")]
    public void Whatever_else_there_is_is_not(string sql, string stored) => FunctionSettings.IsOrdinary(sql, TypeOf, stored).ShouldBeFalse();

    [Fact]
    public void Only_what_can_matter_is_set()
    {
        FunctionSettings.For("public", "lower(name)", ordinary: true).ShouldBe(FunctionSettings.PathAndTimes("public"));
        FunctionSettings.For("public", """replace(name, '\', '/')""", ordinary: true).ShouldBe(FunctionSettings.PathAndTimes("public") + " SET standard_conforming_strings = on");
        FunctionSettings.For("public", "U&'!0061' UESCAPE '!'", ordinary: true).ShouldEndWith(" SET standard_conforming_strings = on");
        var all = FunctionSettings.For("public", "to_char(n, '9G999')", ordinary: false);
        all.ShouldContain(" SET extra_float_digits = '1' ");
        all.ShouldEndWith(" SET default_text_search_config FROM CURRENT SET lc_monetary FROM CURRENT SET lc_numeric FROM CURRENT SET lc_time FROM CURRENT");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_write_means_what_the_backfill_means(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table facts (id int primary key, body text, path text, v float8, d bytea, i text, a text, n int);
            insert into facts select g, 'running dogs', E'a\\b', 0.1::float8 + 0.2, '\x0061', 'abc', '{NULL,a}', null from generate_series(1, 2) g;
            """ + OddDatabase);
        await life.StartAsync(
            New,
            new AddColumn { Table = "facts", Name = "words", Type = new("tsvector"), Up = new("to_tsvector(body)") },
            Retyped("path", "varchar(99)", """replace(path, '\', '/')""", """replace(path, '/', '\')"""),
            Retyped("v", "text", "v::text", "v::float8"),
            Retyped("d", "text", "d::text", "d::bytea"),
            new AddColumn { Table = "facts", Name = "named", Type = new("text"), Up = new("quote_ident(i)") },
            new AddColumn { Table = "facts", Name = "listed", Type = new("text[]"), Up = new("a::text[]") },
            new AddColumn { Table = "facts", Name = "missing", Type = new("boolean"), Up = new("coalesce((n = null)::boolean, false)") });

        await life.BaseAsync($"{Odd} insert into facts values (3, 'running dogs', E'a\\\\b', 0.1::float8 + 0.2, E'\\\\x0061', 'abc', '{{\"NULL\",a}}', null)");
        await life.BaseAsync($"{Odd} update facts set a = '{{NULL,a}}' where id = 3; update facts set body = 'running cats' where id = 2");

        const string all = "words::text, path, v, d, named, listed::text, missing";
        (await life.AppAsync(New, $"select distinct {all} from facts where id <> 2")).ShouldBe("""'dog':2 'run':1|a/b|0.30000000000000004|\x0061|abc|{NULL,a}|f""");
        (await life.AppAsync(New, $"select {all} from facts where id = 2")).ShouldBe("""'cat':2 'run':1|a/b|0.30000000000000004|\x0061|abc|{NULL,a}|f""");

        // After complete the old version's applications give the new columns their values.
        await life.CompleteAsync(New, keep: true);
        await life.AppAsync("base", $"{Odd} update facts set v = 1.0::float8 / 3, d = E'\\\\x0062' where id = 1");
        (await life.AppAsync(New, "select v, d from facts where id = 1")).ShouldBe("""0.3333333333333333|\x0062""");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_function_over_texts_is_not_slowed_down_by_settings_that_it_cannot_hang_on(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table facts (id serial primary key, name varchar(40) not null default 'none')");
        await life.StartAsync(New, Retyped("name", "text", "lower(name)", "name") with { Default = new("'none'"), Nullable = false });

        (await life.BaseAsync("select array_to_string(array(select split_part(c, '=', 1) from unnest(proconfig) c), ',') from pg_proc where proname like 'sync %'"))
            .ShouldBe("search_path,DateStyle,IntervalStyle,TimeZone");
    }
}
