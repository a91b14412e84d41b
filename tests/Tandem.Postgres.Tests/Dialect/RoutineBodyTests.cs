using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What functions and aggregates say is compiled by the server when they are planned, and not first when the version is served.</summary>
public sealed class RoutineBodyTests
{
    private const string New = "0001_new";

    private const string People =
        """
        create table people (id int primary key, name text not null, note text);
        create function old_sum(int, int) returns int language sql as 'select $1 + $2';
        create type pair as (a int, b int);
        create domain strict_pair as pair check ((value).a > 0);
        create function loose() returns int language plpgsql as 'begin return 1; end';
        create function fired() returns trigger language plpgsql as 'begin return new; end';
        insert into people values (1, 'a', 'b'), (2, 'c', null);
        """;

    private static IEnumerable<(Operations Operations, string Message)> Refused =>
    [
        (Block("int", "begin return (selct 1 frm x); end"), "The function f() does not compile: line 1: syntax error at or near \"1\""),
        (Block("int", "declare\n  n int;\nbegin\n  n := 1\n  return n;\nend"), "line 5: syntax error at or near \"n\""),
        (Block("int", "begin\n  nope := 1;\n  return 1;\nend"), "line 2: \"nope\" is not a known variable"),
        (Block("int", "begin if true then return 1; end"), "does not compile: a BEGIN, IF, LOOP or CASE in it does not end"),
        (Block("int", "begin return 1; end; end"), "does not compile: it has an END too many"),
        (Block("int", "begin begin return 1; end"), "a BEGIN, IF, LOOP or CASE in it does not end"),
        (Block("int", "begin\n return; end"), "does not compile: line 2: RETURN has no value"),
        (Block("int", "select 1"), "its body begins with neither DECLARE nor BEGIN"),
        (Block("int", "declare n integr; begin return n; end"), "type \"integr\" does not exist"),
        (Block("void", "begin\n\n  return 1; end"), "line 3: RETURN has a value there, and it returns none by itself"),
        (Block("setof int", "begin return 1; end"), "what gives rows says RETURN NEXT or RETURN QUERY"),
        (Block("int", "begin return next 1; end"), "does not compile: line 1:"),
        (Block("setof int", "begin return query selec 1; end"), "syntax error at or near \"selec\""),
        (Block("trigger", "begin new.name = = 'x'; return new; end"), "does not compile: line 1:"),
        (new ReplaceFunction { Name = "loose", Body = "begin return 1 end" }, "The function loose() does not compile: a BEGIN, IF, LOOP or CASE in it does not end, or the semicolon before its last END is missing"),
        (Query("int", "begin atomic select nope from people; end"), "The function f() does not compile: column \"nope\" does not exist"),
        (Query("int", "begin atomic selec 1; end"), "syntax error at or near \"selec\""),
        (Query("int", "return nope(1)"), "function nope(integer) does not exist"),
        (Query("int", "return 'x'::text"), "returns int, and its last statement gives text for it, which is not assigned to int without a cast"),
        (Query("int", "select name from people"), "its last statement gives text for it"),
        (Query("int", "select 1, 2"), "returns int, and its last statement gives 2 columns"),
        (Query("int", "insert into people values (3, 'x')"), "returns int, and its last statement gives nothing"),
        (Query("int", ""), "its last statement gives nothing"),
        (Query("table (a int, b date)", "select id, name from people"), "gives text for name, which is not assigned to date without a cast"),
        (Query("void", "update people sett name = 'x'"), "syntax error at or near \"name\""),
        (Query("int", "select 1") with { Settings = [new("work_mem", "'much'")] }, "sets work_mem to what the server does not take: invalid value for parameter \"work_mem\": \"much\""),
        (Query("int", "select 1") with { Settings = [new("default_text_search_config", "nowhere")] }, "sets default_text_search_config to what the server does not take"),
        (Query("int", "select 1") with { Settings = [new("statement_timeout", "1 2")] }, "sets statement_timeout to what the server does not take: syntax error"),
        (Aggregate("sfunc = nope, stype = integer"), "The aggregate total(integer) has no `sfunc`: function nope(integer, integer) does not exist"),
        (Aggregate("sfunc = int4pl, stype = integr"), "has the state integr, and there is no type of that name"),
        (Aggregate("sfunc = int4pl, stype = integer, initcond = 'x'"), "begins with initcond, which is no integer"),
        (Aggregate("sfunc = int4pl, stype = integer, finalfunc = nope"), "has no `finalfunc`: function nope(integer) does not exist"),
        (Aggregate("sfunc = int4pl, stype = smallint"), "has a `sfunc`, int4pl, that does not give smallint"),
        (Aggregate("stype = integer"), "says no `sfunc`"),
        (Indexed("old_sum(id, 1)", new ReplaceFunction { Name = "old_sum", Volatility = RoutineVolatility.Immutable }), "The index i of people calls old_sum(integer, integer), which is replaced only when the new version is served"),
        (Indexed("old_sum(name, 1)", Query("int", "select 1") with { Name = "old_sum", Parameters = [new() { Type = "text" }, new() { Type = "int" }] }), "function old_sum(text, integer) does not exist"),
        (new CreateView { Name = "v", Query = new("select count(*) as id from people"), Options = "check_option=local" }, "nothing can be written through it: it has the aggregate count"),
        (new CreateView { Name = "v", Query = new("select id, row_number() over (order by id) as n from people"), Options = "check_option=local" }, "it has a window function"),
        (new CreateView { Name = "v", Query = new("select id, generate_series(1, 2) as n from people"), Options = "check_option=local" }, "it has generate_series, which gives several rows for one"),
        (new CreateView { Name = "v", Query = new("select upper(name) as n from people"), Options = "check_option=local" }, "none of its columns is one of the table's"),
    ];

    private static Operations Indexed(string expression, Operation other) => new([other, new CreateIndex { Table = "people", Name = "i", Columns = [new() { Expression = new(expression) }] }]);

    private static CreateFunction Block(string returns, string body) => new() { Name = "f", Returns = returns, Language = "plpgsql", Body = body };

    private static CreateFunction Query(string returns, string body) => new() { Name = "f", Returns = returns, Body = body };

    private static CreateFunction Aggregate(string body) => new() { Name = "total", Kind = CodeKind.Aggregate, Parameters = [new() { Type = "integer" }], Body = body };

    [PostgresTheory]
    [EndMajors]
    public async Task What_the_server_would_not_take_is_refused_in_the_plan(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        var wrong = new List<string>();
        foreach (var (operations, message) in Refused)
        {
            var errors = (await life.ReviewAsync(Life.Migration(New, operations.All))).Findings.Where(f => f.Severity == Severity.Error).ToList();
            if (!errors.Exists(f => f.Message.Contains(message, StringComparison.Ordinal)))
            {
                wrong.Add($"{message} <> {string.Join(" ", errors)}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private sealed record Operations(Operation[] All)
    {
        public static implicit operator Operations(Operation one) => new([one]);
    }

    private static IEnumerable<Operation> Taken =>
    [
        new CreateEnum { Name = "mood", Values = ["glad", "sad"] },
        new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int") }, new() { Name = "felt", Type = new("mood") }], PrimaryKey = ["id"] },
        new RenameColumn { Table = "people", From = "note", To = "remark" },
        Block("int", "#variable_conflict use_column\n-- the first; of many\ndeclare n int := 3; begin n := n + 1; <<again>> while n < 9 loop n := n + 1; continue again when n = 5; end loop again; return case when n > 3 then n else 0 end; end; -- done; really") with { Name = "looped" },
        Block("int", "declare first alias for $1; begin if $1 is null then return -1; elsif named.b = 2 then return b; else begin return first; exception when others then return 0; end; end if; end")
            with { Name = "named", Parameters = [new() { Type = "int" }, new() { Name = "b", Type = "double precision" }] },
        Block("setof int", "declare r record; begin for r in select * from people loop return next r.id; end loop; return query (select 5) union all select 6; return query execute 'select $1' using 7; return; end") with { Name = "rows" },
        Block("table (a int, b text)", "begin for a, b in select id, remark from people loop return next; end loop; return query with x as (select 1 as one) select one, 'x' from x; end") with { Name = "tabled" },
        new CreateFunction { Name = "parts", Language = "plpgsql", Parameters = [new() { Name = "x", Type = "int" }, new() { Name = "y", Type = "int", Mode = ParameterMode.Out }, new() { Name = "z", Type = "text", Mode = ParameterMode.Inout }], Body = "begin y := x; z := z || 'z'; return; end" },
        new CreateFunction { Name = "done", Kind = CodeKind.Procedure, Language = "plpgsql", Parameters = [new() { Name = "n", Type = "int", Mode = ParameterMode.Inout }], Body = "begin n := n + 1; commit; return; end" },
        Block("trigger", "begin if tg_op = 'DELETE' then return old; end if; new.name := upper(new.name) || coalesce(tg_argv[0], ''); return new; end") with { Name = "loud" },
        Block("event_trigger", "begin raise notice '%', tg_tag; end") with { Name = "told" },
        Block("anyelement", "declare o e%type; begin o := e; return o; end") with { Name = "same", Parameters = [new() { Name = "e", Type = "anyelement" }] },
        Block("text", "begin p.name := 'x'; return p.name; end") with { Name = "of_row", Parameters = [new() { Name = "p", Type = "people" }] },
        Block("mood", "declare r pets%rowtype; begin p.felt := 'sad'; select * into r from pets; return p.felt; end") with { Name = "of_new_row", Parameters = [new() { Name = "p", Type = "pets" }] },
        Block("mood", "declare n int; begin select 'sad', 1 into m, n; return m; end") with { Name = "felt", Parameters = [new() { Name = "m", Type = "mood" }] },
        Block("void", "declare c cursor for select id from people; v int; begin open c; fetch c into v; close c; get diagnostics v = row_count; perform 1; execute 'select 1' into v; end") with { Name = "quiet" },
        Query("int", "begin atomic insert into people (id, name) values (9, 'z'); select case when true then 1 end; end") with { Name = "atomic" },
        Query("bigint", "return (select count(*) from people)") with { Name = "counted" },
        Query("bigint", "select $1") with { Name = "widened", Parameters = [new() { Type = "int" }] },
        Query("text", "select id from people order by id limit 1") with { Name = "as_text" },
        Query("int", "select ($1).b") with { Name = "second_of", Parameters = [new() { Type = "pair", Default = "row(1, 2)" }] },
        Query("int", "select $1[1] + list[array_lower($1, 1)]") with { Name = "first_of", Parameters = [new() { Name = "list", Type = "int[]" }] },
        Query("anyelement", "select $1[array_lower($1, 1)]") with { Name = "any_of", Parameters = [new() { Type = "anyarray" }] },
        Query("anyelement", "select lower($1) + 1") with { Name = "begin_of", Parameters = [new() { Type = "anyrange" }] },
        Query("strict_pair", "select row(1, $1)") with { Name = "paired", Parameters = [new() { Type = "int" }] },
        new ReplaceFunction { Name = "fired", Body = "begin return null; end" },
        new CreateIndex { Table = "people", Name = "words", Method = "GIN", Columns = [new() { Expression = new("to_tsvector('simple', name)") }] },
        new CreateIndex { Table = "people", Name = "spans", Method = "gist", Columns = [new() { Expression = new("int4range(id, id + 1)") }] },
        Query("people", "select * from people order by id limit 1") with { Name = "whole" },
        Query("int", "with gone as (delete from people where id = 77 returning id) select count(*)::int from gone") with { Name = "deleted" },
        Query("int", "insert into people (id, name) values (id, 'y') returning id") with { Name = "put", Parameters = [new() { Name = "id", Type = "int" }] },
        Query("int", "select 1") with { Name = "set", Settings = [new("work_mem", "'4MB'"), new("search_path", "public, pg_temp"), new("my.own", "'x'"), new("role", "none")] },
        Aggregate("sfunc = int4pl, stype = integer, initcond = 0, combinefunc = int4pl, msfunc = int4pl, minvfunc = int4mi, mstype = integer"),
        Aggregate("sfunc = array_append, stype = anycompatiblearray") with { Name = "gathered", Parameters = [new() { Type = "anycompatible" }] },
        new CreateFunction { Name = "step", Parameters = [new() { Type = "text" }, new() { Type = "text" }], Returns = "text", Body = "select $1 || $2" },
        Aggregate("sfunc = step, stype = text, initcond = ''") with { Name = "joined", Parameters = [new() { Type = "text" }] },
        new CreateView { Name = "through", Options = "check_option = local", Query = new("select upper(name) as loud, name, (select max(id) from people) as most, coalesce(id, 0) as n from people") },
    ];

    /// <summary>Every form that the server takes goes through, whatever the migration makes beside it.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task What_the_server_takes_is_not_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, People);
        var plan = await life.ReviewAsync(Life.Migration(New, [.. Taken]));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select looped(), named(3, 2), (select string_agg(r::text, ',') from rows() r), (select count(*) from tabled()), (parts(1, 'z')).z, same(5), total(id), counted(), set() from people")).ShouldBe("9|2|1,2,5,6,7|3|zz|5|3|2|1");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select as_text(), atomic(), widened(4), felt('glad'), of_new_row(row(1, 'glad')::pets)")).ShouldBe("1|1|4|sad|sad");
    }

    /// <summary>An index that a migration keeps hidden behind its rollback holds up no rollback of the function that it calls, and is in order when both come back.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_function_can_be_rolled_back_behind_an_index_that_calls_it(int major)
    {
        const string next = "0002_index";
        await using var life = await Life.CreateAsync(major, People);
        var plan = await life.StartAsync(New, new CreateFunction { Name = "loud", Parameters = [new() { Type = "text" }], Returns = "text", Volatility = RoutineVolatility.Immutable, Body = "select upper($1)" });
        await life.CompleteAsync(New);
        var indexed = await life.StartAsync(next, new CreateIndex { Table = "people", Name = "by_loud", Columns = [new() { Expression = new("loud(name)") }] });
        await life.CompleteAsync(next);
        await life.RollbackAsync(next);
        await life.RollbackAsync(New);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.RestartAsync(indexed);
        await life.CompleteAsync(next);
        (await life.BaseAsync("set enable_seqscan = off; select id from people where loud(name) = 'A'")).ShouldBe("1");
        (await life.BaseAsync("select pg_get_indexdef('by_loud'::regclass)")).ShouldContain("(loud(name))");
        await life.RollbackAsync(next);
        await life.RollbackAsync(New);

        // What is dropped, the index keeps: it goes first.
        var refused = (await Should.ThrowAsync<TandemException>(() => life.SunsetAsync(New))).Problems[0];
        refused.Code.ShouldBe(ProblemCodes.EarlierMigrationKept);
        refused.EffectiveRemedy.ShouldBe("Sunset 0002_index first.");
        await life.SunsetAsync(next);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select count(*) from pg_class where relname like '%by_loud'")).ShouldBe("0");
    }
}
