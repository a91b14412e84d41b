using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Policy;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Policy;

/// <summary>What lint says about SQL of the migration's own, without a database.</summary>
public sealed class ScriptLintTests
{
    [Theory]
    [InlineData("alter table t add column c int")]
    [InlineData("alter table only s.t add c varchar(3) default 'x' not null")]
    [InlineData("alter table t add c timestamp with time zone default now() not null")]
    [InlineData("alter table t add c numeric(10, 2)[] default null")]
    [InlineData("alter table t add c uuid default gen_random_uuid()", "TDM3102")]
    [InlineData("alter table t add c text default my_function()", "TDM3102")]
    [InlineData("alter table t add c text default public.now()", "TDM3102")]
    [InlineData("alter table t add c timestamptz default timezone('utc'::text, now())")]
    [InlineData("alter table t add c \"varchar\"(10)")]
    [InlineData("alter table t add c \"integer\"", "TDM3102")]
    [InlineData("alter table t add c text default pg_catalog.now()")]
    [InlineData("alter table t add c bigserial", "TDM3023", "TDM3102")]
    [InlineData("alter table t add c int generated always as identity (start with 5)", "TDM3102")]
    [InlineData("alter table t add c int generated always as (a + b) stored", "TDM3102")]
    [InlineData("alter table t add c int generated always as (a + b) virtual")]
    [InlineData("alter table t add c email_address", "TDM3102")]
    [InlineData("alter table t add c int not null", "TDM3103")]
    [InlineData("alter table t add c int constraint p check (c > 0)", "TDM3108")]
    [InlineData("alter table t add c int unique", "TDM3109")]
    [InlineData("alter table t add c int primary key", "TDM3103", "TDM3110")]
    [InlineData("alter table t add c int references u (id) on delete set null (c)")]
    [InlineData("alter table t add c int default 1 references u", "TDM3107")]
    [InlineData("alter table t alter c set not null", "TDM3104")]
    [InlineData("ALTER TABLE t ALTER COLUMN c DROP NOT NULL", "TDM3105")]
    [InlineData("alter table t alter c type text collate \"C\" using c::text", "TDM3106")]
    [InlineData("alter table t alter c set data type json", "TDM3021", "TDM3106")]
    [InlineData("alter table t add foreign key (a, b) references u (a, b) match full on update no action", "TDM3107")]
    [InlineData("alter table t add constraint f foreign key (a) references u not valid")]
    [InlineData("alter table t add check (a > 0)", "TDM3108")]
    [InlineData("alter table t add constraint c check (a > 0) no inherit not valid")]
    [InlineData("alter table t validate constraint c")]
    [InlineData("alter table t add unique nulls not distinct (a)", "TDM3109")]
    [InlineData("alter table t add constraint u unique using index i")]
    [InlineData("alter table t add primary key (a)", "TDM3110")]
    [InlineData("alter table t add constraint p primary key using index i")]
    [InlineData("alter table t add exclude using gist (a with =, b with &&)", "TDM3111")]
    [InlineData("alter table t add not null a not valid")]
    [InlineData("create index on t (a)", "TDM3112")]
    [InlineData("create unique index if not exists i on s.t using btree (lower(a), b) where c > 0", "TDM3112")]
    [InlineData("create index i on only t (a)")]
    [InlineData("create index i on t (a, b, c, d)", "TDM3016", "TDM3112")]
    [InlineData("drop index i", "TDM3113")]
    [InlineData("reindex table t", "TDM3114")]
    [InlineData("create index concurrently i on t (a)", "TDM3115", "TDM3132")]
    [InlineData("drop index concurrently if exists i", "TDM3115")]
    [InlineData("reindex (verbose, concurrently) index i", "TDM3115")]
    [InlineData("alter table t detach partition p", "TDM3116")]
    [InlineData("alter table t detach partition p concurrently", "TDM3115", "TDM3132")]
    [InlineData("vacuum (full, verbose) t", "TDM3115", "TDM3117")]
    [InlineData("vacuum t", "TDM3115")]
    [InlineData("cluster t using i", "TDM3117")]
    [InlineData("alter table t set unlogged", "TDM3117")]
    [InlineData("alter table t set (fillfactor = 70)")]
    [InlineData("alter table t alter c set statistics 500, alter c set storage plain")]
    [InlineData("alter table t drop c", "TDM3118")]
    [InlineData("alter table t drop column if exists c cascade", "TDM3118", "TDM3135")]
    [InlineData("alter table t drop constraint c")]
    [InlineData("alter table t rename c to d", "TDM3119")]
    [InlineData("alter table t rename column c to d", "TDM3119")]
    [InlineData("alter table t rename constraint c to d")]
    [InlineData("alter table t rename to u", "TDM3120")]
    [InlineData("alter table t set schema u", "TDM3120")]
    [InlineData("alter schema s rename to u", "TDM3120")]
    [InlineData("alter index i rename to j")]
    [InlineData("drop table if exists t, u", "TDM3121")]
    [InlineData("drop schema s cascade", "TDM3121", "TDM3135")]
    [InlineData("drop database d", "TDM3115", "TDM3121", "TDM3132")]
    [InlineData("drop owned by r", "TDM3121")]
    [InlineData("drop function f(int, text)")]
    [InlineData("truncate only t, u restart identity cascade", "TDM3122")]
    [InlineData("alter type e rename value 'a' to 'b'", "TDM3123")]
    [InlineData("alter type e add value if not exists 'a'", "TDM3124")]
    [InlineData("alter type e add value 'a' before 'b'")]
    [InlineData("alter type e add attribute a int", "TDM3101")]
    [InlineData("create domain d as int check (value > 0)", "TDM3125")]
    [InlineData("create domain d as int")]
    [InlineData("alter domain d add constraint c check (value > 0)", "TDM3125")]
    [InlineData("alter domain d add constraint c check (value > 0) not valid")]
    [InlineData("alter domain d set not null", "TDM3125")]
    [InlineData("set local lock_timeout = '1s'", "TDM3126")]
    [InlineData("select set_config('statement_timeout', '0', true)", "TDM3126")]
    [InlineData("set time zone 'UTC'")]
    [InlineData("alter table t disable trigger user", "TDM3127")]
    [InlineData("set session_replication_role = replica", "TDM3127")]
    [InlineData("alter table t add check (a > 0) not valid; alter table t validate constraint c", "TDM3128")]
    [InlineData("alter table t add c int; update t set c = 1", "TDM3128", "TDM3129")]
    [InlineData("update t set a = 1", "TDM3129")]
    [InlineData("update only t as x set (a, b) = (1, 2) where c is null", "TDM3129")]
    [InlineData("update t set a = 1, b = 2, a = 3 where false", "TDM3012", "TDM3129")]
    [InlineData("update t set (a, b) = (1, 2), b = 3 where false", "TDM3012", "TDM3129")]
    [InlineData("delete from t using u where t.a = u.a", "TDM3129")]
    [InlineData("insert into t (a, b) values (1, 2), (3, 4) on conflict do nothing")]
    [InlineData("insert into t (a, a) values (1, 2)", "TDM3012")]
    [InlineData("insert into t select a from u", "TDM3129")]
    [InlineData("insert into t default values")]
    [InlineData("merge into t using u on t.a = u.a when matched then delete", "TDM3129")]
    [InlineData("with x as (delete from t returning *) insert into u select * from x", "TDM3129", "TDM3129")]
    [InlineData("with recursive x (a) as not materialized (select 1) select a from x")]
    [InlineData("lock table t in access exclusive mode", "TDM3130")]
    [InlineData("lock t in row share mode")]
    [InlineData("refresh materialized view v", "TDM3131")]
    [InlineData("refresh materialized view concurrently v")]
    [InlineData("alter table t attach partition p for values in (1)", "TDM3134")]
    [InlineData("drop view v cascade", "TDM3135")]
    [InlineData("begin; alter table t add c int; commit", "TDM2095", "TDM2095")]
    [InlineData("do $$ begin drop table t; end $$", "TDM3101")]
    [InlineData("call p()", "TDM3101")]
    [InlineData("select f(1)", "TDM3101")]
    [InlineData("select count(*), lower(a), pg_catalog.now() from t where a in (1, 2)")]
    [InlineData("select * from (values (1)) as x (a)")]
    [InlineData("select a into new_table from t")]
    [InlineData("create table x as select f(a) from t", "TDM3101")]
    [InlineData("explain analyze delete from t", "TDM3129")]
    [InlineData("flush tables", "TDM3101")]
    [InlineData("alter table t frobnicate", "TDM3101")]
    [InlineData("alter table t add c int, frobnicate", "TDM3101")]
    [InlineData("create table t (a int check)", "TDM3101")]
    [InlineData("set standard_conforming_strings = off", "TDM3101")]
    [InlineData("create schema s create table t (a int)", "TDM3101")]
    [InlineData("create event trigger e on ddl_command_start execute function f()", "TDM3101")]
    [InlineData("create view v as select 1; create function f() returns int language sql as 'select 1'; comment on view v is 'x'; grant select on v to r")]
    [InlineData("create function f() returns int begin atomic select case when true then 1 end; select 2; end; drop table t", "TDM3121")]
    [InlineData("create table n (id int primary key, c char(3), d json, e timestamp)", "TDM3020", "TDM3021", "TDM3022", "TDM3024")]
    [InlineData("create trigger r after insert on t for each row execute function f()")]
    [InlineData("create temp table x (a int); create index i on x (a); insert into x select a from t; drop table x")]
    [InlineData("create table x (a int); alter table x alter a set not null; create index i on x (a); truncate x; update x set a = 1")]
    [InlineData("create table if not exists x (a int); create index i on x (a)", "TDM3112")]
    [InlineData("drop table x; create table x (a int)", "TDM3121")]
    [InlineData("create table x (a int); set search_path = other; drop table x", "TDM3121")]
    [InlineData("create table a.x (a int); drop table b.x", "TDM3121")]
    [InlineData("alter table t add a12345678901234567890123456789012345678901234567890123456789012345 int", "TDM3005")]
    public void On_postgres(string up, params string[] expected) => Codes(up, "select 1").ShouldBe(expected);

    [Theory]
    [InlineData("create table x (a int); create view v as select 1; create schema s; create sequence q", "drop view v; drop schema s; drop sequence q; drop table x")]
    [InlineData("alter table t add c int", "alter table t drop c")]
    [InlineData("alter table t add if not exists c int", "alter table t drop c", "TDM3118")]
    [InlineData("alter table t rename to u", "alter table u rename to t", "TDM3120")]
    [InlineData("alter table t rename a to b", "alter table t rename b to a", "TDM3119")]
    [InlineData("create view v as select 1", "drop table t", "TDM3121")]
    [InlineData("create or replace view v as select 1", "drop view v cascade", "TDM3135")]
    public void The_way_back_may_drop_what_the_way_forward_made(string up, string down, params string[] expected) => Codes(up, down).ShouldBe(expected);

    [Fact]
    public void SQL_without_a_way_back_is_found_and_can_be_accepted()
    {
        Codes("comment on table t is 'x'", null).ShouldBe(["TDM2085"]);
        var accepted = Migration("comment on table t is 'x'", null) with { Accept = [new Consent { Code = "TDM2085", Reason = "a comment may stay" }] };
        Lint.Check(accepted, null, Postgres).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create index i on t (a)")]
    [InlineData("alter table t add c int default (random())")]
    [InlineData("alter table t rename a to b", "TDM3119")]
    [InlineData("drop table t", "TDM3121")]
    [InlineData("delete from t", "TDM3129")]
    [InlineData("create trigger r after insert on t begin delete from t; update t set a = 1; end; drop table u", "TDM3121")]
    [InlineData("select my_function(1)")]
    [InlineData("commit", "TDM2095")]
    [InlineData("insert or replace into t (a, a) values (1, 2)", "TDM3012")]
    [InlineData("frobnicate t", "TDM3101")]
    public void On_sqlite(string up, params string[] expected) =>
        Lint.Check(Migration(up, "select 1"), null, new LintContext { Engines = ["sqlite"] }).Select(p => p.Code.Id).ShouldBe(expected);

    [Fact]
    public void A_finding_says_which_statement_of_which_text()
    {
        Message("create index i on t (a)").ShouldBe("`up` builds the index i on t while writers wait.");
        Message("select 1; create index \"I x\" on \"S\".t (a);").ShouldBe("Statement 2 of `up` builds the index I x on S.t while writers wait.");
        Message("alter table t add constraint c check (a > 0) not valid; alter table t validate constraint c")
            .ShouldBe("Statement 1 of `up` locks t, and statement 2 works on t before it lets go.");
        Message("select f(1)").ShouldBe("`up` calls f(), and what that does is not known here.");
    }

    [Fact]
    public void Rules_that_are_off_are_made_where_the_policy_gives_them_a_weight()
    {
        string[] Asked(string up, string code) =>
        [
            .. Lint.Check(Migration(up, "select 1"), null, Postgres with { Policy = LintPolicy.Parse("p.yaml", $"rules: {{ {code}: note }}") })
                .Select(p => p.Code.Id),
        ];
        Asked("alter table t add c int", "TDM3133").ShouldBe(["TDM3133"]);
        Asked("alter table s.t add c int; create temp table x (a int)", "TDM3133").ShouldBeEmpty();
        Asked("alter table t add c varchar(3)", "TDM3025").ShouldBe(["TDM3025"]);
        Asked("create table t (a int primary key, b int)", "TDM3026").ShouldBe(["TDM3024", "TDM3026"]);
    }

    // Nothing that stands in a string, a quoted name or a comment is a statement, and what does not end is not taken for safe.
    [Theory]
    [InlineData("comment on table t is 'drop table u; -- '")]
    [InlineData("comment on table t is E'it\\'s; drop table u; '")]
    [InlineData("comment on table t is $a$ ; drop table u; $b$ ; $a$")]
    [InlineData("comment on table t is U&'\\0061; drop table u'")]
    [InlineData("/* ; drop table u; */ comment on table t is 'x' -- ; drop table u")]
    [InlineData("comment on table \"a; drop table u\" is 'x'")]
    [InlineData("/* a /* b */ ; drop table u; */ comment on table t is 'x'", "TDM3101")]
    [InlineData("comment on table t is 'x; drop table u", "TDM3101")]
    [InlineData("comment on table t is $a$ x; drop table u $b$", "TDM3101")]
    [InlineData("comment on table \"t is 'x'; drop table u", "TDM3101")]
    [InlineData("select 1 /* ; drop table u", "TDM3101")]
    [InlineData("drop table U&\"!0075\" uescape '!'", "TDM3101")]
    [InlineData("drop table U&\"\\0075\"", "TDM3121")]
    [InlineData("DrOp/**/TaBlE\n\t\"t\"", "TDM3121")]
    [InlineData("drop table t)", "TDM3121")]
    [InlineData("create table t (a int; drop table u", "TDM3101")]
    [InlineData(";;;", null)]
    [InlineData("", null)]
    [InlineData("(", "TDM3101")]
    [InlineData("\\d t", "TDM3101")]
    [InlineData("алтер table t", "TDM3101")]
    public void Odd_SQL(string up, params string?[]? expected) => Codes(up, "select 1").ShouldBe((expected ?? []).OfType<string>());

    [Fact]
    public void Nothing_that_a_text_holds_makes_lint_throw()
    {
        string[] pieces =
        [
            "alter table ", "create ", "drop ", "add ", "column ", "t ", "\"x\" ", "(", ")", ",", ";", ".", "constraint ", "check ", "default ", "not ", "null ", "primary key ",
            "references ", "generated always as ", "identity ", "type ", "using ", "index ", "on ", "with ", "as ", "select ", "into ", "update ", "set ", "where ", "delete from ",
            "insert into ", "values ", "$$", "'", "E'\\'", "U&'", "/*", "*/", "--", "\n", "[", "]", "::", "1 ", "begin ", "atomic ", "case ", "end ", "concurrently ", "if exists ",
            "partition ", "of ", "grant ", "to ", "truncate ", "copy ", "lock ", "vacuum ", "domain ", "rename ", "foreign ", "like ", "exclude ", "=",
        ];
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            Lint.Check(Migration(text, text));
        }
    }

    [Theory]
    [InlineData("", "(", "")]
    [InlineData("", "with a as (", "")]
    [InlineData("with ", "a as (select 1), ", "")]
    [InlineData("create table t (", "a int default f(", "")]
    [InlineData("", "alter table t add a int, ", "")]
    [InlineData("", "select f(1);", "")]
    [InlineData("update t set ", "a = 1, ", "")]
    [InlineData("", "create table t (a int); ", "")]
    [InlineData("alter table t ", "add check (a > 0) not valid, ", "add b int")]
    public void A_long_text_takes_no_longer_than_its_size_asks_for(string begin, string repeated, string end)
    {
        var text = begin + string.Concat(Enumerable.Repeat(repeated, 400_000 / repeated.Length)) + end;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Lint.Check(Migration(text, null));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static readonly LintContext Postgres = new() { Engines = ["postgres"], Today = new DateOnly(2027, 1, 1) };

    private static string Message(string up) => Lint.Check(Migration(up, "select 1"), null, Postgres).ShouldHaveSingleItem().Message;

    private static IEnumerable<string> Codes(string up, string? down) => Lint.Check(Migration(up, down), null, Postgres).Select(p => p.Code.Id);

    private static Migration Migration(string up, string? down) => new()
    {
        Id = "0001_a",
        Title = "T",
        Why = "w",
        Owner = "o",
        Operations = [new Sql { Up = new SqlText(up), Down = down is null ? null : new SqlText(down) }],
    };
}
