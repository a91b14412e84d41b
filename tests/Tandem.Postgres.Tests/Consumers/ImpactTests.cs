using Npgsql;
using Shouldly;
using Tandem.Consumers;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Consumers;

/// <summary>Every kind of thing that can use a column, on all majors; and that looking changes nothing.</summary>
public sealed class ImpactTests
{
    private const string Schema = """
        create table people (id serial primary key, name text not null default 'x', born date, note text,
            upper_name text generated always as (upper(name)) stored, constraint named check (name <> ''), constraint once unique (name, born));
        create table orders (id int primary key, person int references people (id), ref text);
        create index by_lower on people (lower(name));
        create index by_born on people (born) where name is not null;
        create index by_note on people (note);
        create statistics together on name, born from people;
        create view named as select id, name from people;
        create view named_twice as select n.name from named n;
        create view whole as select people as whole_row from people;
        create view beside as select note from people;
        create materialized view stored as select upper_name from people;
        create function atomic_name(i int) returns text language sql return (select name from people where id = i);
        create function text_name(i int) returns text language sql as 'select name from people where id = i';
        create function text_note(i int) returns text language sql as 'select note from people where id = i';
        create function of_view() returns setof text language sql as 'select name from named';
        create function of_orders() returns bigint language sql as 'select count(*) from orders where ref in (select name from people)';
        create function written(i int) returns text language plpgsql as 'begin return (select name from people where id = i); end';
        create function built() returns void language plpgsql as $$ begin execute 'update people set name = 1'; end $$;
        create function rows_of() returns setof people language plpgsql as 'begin return; end';
        create function calls() returns text language sql return text_name(1);
        create function stamped() returns trigger language plpgsql as 'begin new.name := upper(new.name); return new; end';
        create trigger stamp before insert or update on people for each row execute function stamped();
        create trigger of_name after update of name on people for each row execute function stamped();
        create policy mine on people using (name = current_user);
        create rule quiet as on delete to orders where old.ref in (select name from people) do instead nothing;
        create publication everything for table people;
        """;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Each_kind_of_use_is_found_by_column(int major)
    {
        await using var target = await Target.CreateAsync(Schema, major: major);
        await target.Server.ExecuteAsync("do $$ begin if not exists (select from pg_roles where rolname = 'impact reader') then create role \"impact reader\"; end if; end $$");
        await target.Server.ExecuteAsync("grant select (name) on people to \"impact reader\"");

        (await LinesAsync(target, "people.name", Fate.Dropped)).Where(l => !l.EndsWith(" to tandem", StringComparison.Ordinal)).ShouldBe(
        [
            "Breaks function atomic_name(integer)",
            "Breaks function calls() by way of function text_name(integer)",
            "Breaks function of_orders()",
            "Breaks function of_view() by way of view named",
            "Breaks function text_name(integer)",
            "Breaks generated column people.upper_name",
            "Breaks materialized view stored by way of generated column people.upper_name",
            "Breaks policy mine on people",
            "Breaks rule quiet on orders",
            "Breaks trigger of_name on people",
            "Breaks view named",
            "Breaks view named_twice by way of view named",
            "Unknown function built()",
            "Unknown function written(integer)",
            "Unknown trigger stamp on people",
            "Degrades check named on people",
            "Degrades function rows_of()",
            "Safe grant SELECT (name) to impact reader",
            "Degrades index by_born",
            "Degrades index by_lower",
            "Degrades publication everything",
            "Degrades statistics together",
            "Degrades unique constraint once on people",
            "Degrades view whole",
            "Safe default people.name",
            "Safe function text_note(integer)",
            "Safe view beside",
        ], ignoreOrder: true);
        var renamed = await LinesAsync(target, "people.name", Fate.Renamed);
        renamed.ShouldContain("Safe view named");
        renamed.ShouldContain("Breaks function text_name(integer)");
        var retyped = await LinesAsync(target, "people.name", Fate.Retyped);
        retyped.ShouldContain("Breaks view named");
        retyped.ShouldContain("Unknown function text_name(integer)");
        (await LinesAsync(target, "people.id", Fate.Dropped)).ShouldContain("Breaks foreign key orders_person_fkey on orders");
    }

    [PostgresFact]
    public async Task A_view_is_looked_at_like_a_table()
    {
        await using var target = await Target.CreateAsync(Schema + """
            ;
            create function of_rows() returns setof named language plpgsql as 'begin return; end';
            create function put() returns trigger language plpgsql as 'begin return new; end';
            create trigger instead instead of insert on named for each row execute function put();
            create materialized view kept as select name from named_twice;
            create index kept_name on kept (name);
            """);
        (await LinesAsync(target, "named", Fate.Dropped)).Where(l => !l.EndsWith(" to tandem", StringComparison.Ordinal)).ShouldBe(
        [
            "Breaks function of_rows()",
            "Breaks function of_view()",
            "Breaks materialized view kept by way of view named_twice",
            "Breaks view named_twice",
            "Safe index kept_name by way of materialized view kept",
            "Safe trigger instead on named",
        ], ignoreOrder: true);
        (await LinesAsync(target, "named", Fate.Renamed)).ShouldBe(
        [
            "Breaks function of_view()",
            "Safe function of_rows()",
            "Safe index kept_name by way of materialized view kept",
            "Safe materialized view kept by way of view named_twice",
            "Safe view named_twice",
            "Safe trigger instead on named",
        ], ignoreOrder: true);
        (await LinesAsync(target, "kept", Fate.Dropped)).ShouldBe(["Safe index kept_name"]);
        (await Should.ThrowAsync<TandemException>(() => LinesAsync(target, "named", Fate.Retyped))).Message.ShouldContain("named is a view, which has no type.");
    }

    [PostgresFact]
    public async Task A_column_of_a_view_is_looked_at_like_that_of_a_table()
    {
        await using var target = await Target.CreateAsync(Schema + """
            ;
            create function numbers() returns setof int language sql as 'select id from named';
            create view ids as select id from named;
            create view rows_of as select n as whole_row from named n;
            create materialized view kept as select name from named_twice;
            create index kept_name on kept (name);
            create role impact_reader;
            grant select (name) on named to impact_reader;
            """);
        try
        {
            (await LinesAsync(target, "named.name", Fate.Dropped)).Where(l => !l.EndsWith(" to tandem", StringComparison.Ordinal)).ShouldBe(
            [
                "Breaks function of_view()",
                "Breaks materialized view kept by way of view named_twice",
                "Breaks view named_twice",
                "Degrades index kept_name by way of materialized view kept",
                "Safe function numbers()",
                "Safe grant SELECT (name) to impact_reader",
                "Safe view ids",
                "Degrades view rows_of",
            ], ignoreOrder: true);
            (await LinesAsync(target, "named.name", Fate.Renamed)).ShouldContain("Safe view named_twice");
            (await LinesAsync(target, "named.name", Fate.Renamed)).ShouldContain("Breaks function of_view()");
            (await LinesAsync(target, "named.name", Fate.Retyped)).ShouldContain("Breaks view named_twice");
            (await LinesAsync(target, "kept.name", Fate.Dropped)).ShouldContain("Degrades index kept_name");
            var missing = (await Should.ThrowAsync<TandemException>(() => LinesAsync(target, "named.nam", Fate.Dropped))).Problems[0];
            (missing.Code, missing.Message, missing.EffectiveRemedy).ShouldBe((ProblemCodes.NoSuchColumn, "named has no column nam.", "Did you mean name?"));
        }
        finally
        {
            await target.Server.ExecuteAsync("drop owned by impact_reader; drop role impact_reader");
        }
    }

    [PostgresFact]
    public async Task Statements_that_applications_send_are_analysed_and_never_carried_out()
    {
        await using var server = await PostgresServer.StartAsync(
            PostgresVersions.Newest, new PostgresServerOptions { Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" } });
        await using var own = await server.CreateDatabaseAsync();
        await using var database = PostgresDatabase.At($"{own.Url}?schema=public");
        await using var connection = await own.OpenAsync();
        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        await Run("create table people (id int primary key, name text, note text, seen bigint default 0)");
        await Run("create table other (id int primary key, name text, person int)");
        await Run("create sequence counted");
        await Run("create view named as select id, name from people");
        await Run("create extension pg_stat_statements");
        await Run("select pg_stat_statements_reset()");
        string[] sent =
        [
            "select name from people where id = 1",
            "select note from people p where p.id = 1",
            "select * from people",
            "select count(*) from people",
            "select o.name from other o join people p on p.id = o.person",
            "select id from other where name in (select name from people)",
            "update people set seen = nextval('counted')",
            "update people set name = 'x' where id = 1",
            "update people p set note = o.name from other o where o.person = p.id and p.name is null",
            "update other set name = 'y' where person in (select id from people)",
            "delete from people where name = 'none'",
            "delete from people where id = 7",
            "insert into people (id, note) values (1, 'n') returning id",
            "insert into people (id, name) values (2, 'n')",
            "insert into people values (3, 'n', 'm')",
            "insert into other (id, name) select id, name from people",
            "with found as (select id, name from people) select count(*) from found where name = 'x'",
            "select id from named",
            "select public.people.name from public.people",
            "select id, name from people group by id",
            "with named as (select 1 as id) select id from named",
            "merge into people p using other o on p.id = o.person when matched then update set note = o.name",
            "merge into people p using other o on p.id = o.person when matched and p.name is null then delete",
            "merge into people p using (select id, note from people where id > 5) s on p.id = s.id when matched and s.note is null then update set name = case when s.id > 1 then 'x' end, seen = 1",
            "merge into public.people using other o on people.id = o.id when not matched then insert (id, note) values (o.id, o.name) when matched then do nothing",
            "merge into people using other o on people.id = o.id when not matched and o.id > 3 then insert (id, name) values (o.id, default)",
            "merge into people using other o on people.id = o.id when not matched then insert values (o.id, o.name)",
            "merge into other o using people p on p.id = o.id when matched then update set name = p.note",
            "merge into other o using people p on p.id = o.id when matched then update set name = p.name",
        ];
        foreach (var sql in sent)
        {
            await Run(sql);
        }

        await Run(sent[0]);
        var impact = await new Workspace(database).ImpactAsync("people.name", Fate.Dropped, default);
        impact.Unseen.ShouldBeNull();
        var found = impact.Lines.Where(l => l.Use.Kind == "statement").ToDictionary(l => l.Use.Name, l => l);
        string Verdict(string text) => found.Values.Single(l => l.Use.Name == text).Verdict.ToString();
        found["select name from people where id = $1"].Use.Calls.ShouldBe(2);
        found.Keys.Select(k => $"{Verdict(k)} {k}").ShouldBe(
        [
            "Breaks select name from people where id = $1",
            "Safe select note from people p where p.id = $1",
            "Degrades select * from people",
            "Safe select count(*) from people",
            "Safe select o.name from other o join people p on p.id = o.person",
            "Breaks select id from other where name in (select name from people)",
            "Safe update people set seen = nextval($1)",
            "Breaks update people set name = $1 where id = $2",
            "Breaks update people p set note = o.name from other o where o.person = p.id and p.name is null",
            "Safe update other set name = $1 where person in (select id from people)",
            "Breaks delete from people where name = $1",
            "Safe delete from people where id = $1",
            "Safe insert into people (id, note) values ($1, $2) returning id",
            "Breaks insert into people (id, name) values ($1, $2)",
            "Unknown insert into people values ($1, $2, $3)",
            "Breaks insert into other (id, name) select id, name from people",
            "Breaks with found as (select id, name from people) select count(*) from found where name = $1",
            "Breaks select id from named",
            "Breaks select public.people.name from public.people",
            "Unknown select id, name from people group by id",
            "Safe merge into people p using other o on p.id = o.person when matched then update set note = o.name",
            "Breaks merge into people p using other o on p.id = o.person when matched and p.name is null then delete",
            "Breaks merge into people p using (select id, note from people where id > $1) s on p.id = s.id when matched and s.note is null then update set name = case when s.id > $2 then $3 end, seen = $4",
            "Safe merge into public.people using other o on people.id = o.id when not matched then insert (id, note) values (o.id, o.name) when matched then do nothing",
            "Breaks merge into people using other o on people.id = o.id when not matched and o.id > $1 then insert (id, name) values (o.id, default)",
            "Unknown merge into people using other o on people.id = o.id when not matched then insert values (o.id, o.name)",
            "Safe merge into other o using people p on p.id = o.id when matched then update set name = p.note",
            "Breaks merge into other o using people p on p.id = o.id when matched then update set name = p.name",
        ], ignoreOrder: true);

        await using var asked = new NpgsqlCommand("select last_value from counted", connection);
        (await asked.ExecuteScalarAsync()).ShouldBe(1L, "nothing was carried out again");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_Tandem_made_itself_is_no_use(int major)
    {
        await using var target = await Target.CreateAsync(
            "create table people (id int primary key, age text not null); create index by_age on people (age); create view ages as select age from people", major: major);
        await using var database = PostgresDatabase.At($"{target.Server.Url}?schema=public");
        var workspace = new Workspace(database);
        var before = (await workspace.ImpactAsync("people.age", Fate.Dropped, default)).Lines.Select(l => l.Use.Name).ToList();
        var plan = await workspace.PlanAsync(
            Migrations.MigrationParser.Parse("0001_age.yaml", "title: t\noperations:\n  - change_type: { table: people, column: age, type: integer, up: \"age::int\", down: \"age::text\" }\n").Require(), default);
        plan.Findings.Where(f => f.Severity == Problems.Severity.Error).ShouldBeEmpty();
        await workspace.Runner.StartAsync(plan, default);
        (await workspace.ImpactAsync("people.age", Fate.Dropped, default)).Lines.Select(l => l.Use.Name).ShouldBe(before);
        (await workspace.ImpactAsync(plan, default)).Lines.Select(l => (l.Use.Name, l.Verdict)).ShouldContain(("ages", ImpactVerdict.Breaks));
        (await database.LookAsync(default)).Risks.ShouldNotContain(r => r.Subject.Contains("tandem", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Partitions_count_as_their_table()
    {
        await using var target = await Target.CreateAsync("""
            create table readings (at date, value int, note text) partition by range (at);
            create table readings_2025 partition of readings for values from ('2025-01-01') to ('2026-01-01');
            create index of_the_year on readings_2025 (value);
            create view of_2025 as select value from readings_2025;
            create function of_year() returns bigint language sql as 'select sum(value) from readings_2025';
            create function of_notes() returns text language sql as 'select max(note) from readings_2025';
            """);
        (await LinesAsync(target, "readings.value", Fate.Dropped)).ShouldBe(
            ["Breaks view of_2025", "Unknown function of_year()", "Degrades index of_the_year"]);
    }

    [PostgresFact]
    public async Task Only_ASCII_letters_of_a_name_without_quotes_are_made_small()
    {
        await using var target = await Target.CreateAsync("""
            create table Ärger (id int, Öl int, ÖL_alt int);
            create function dear() returns bigint language plpgsql as 'begin return (select sum(Öl) from ÄRGER); end';
            create function old() returns bigint language plpgsql as 'begin return (select sum(ÖL_ALT) from Ärger); end';
            """);
        (await LinesAsync(target, "Ärger.Öl", Fate.Dropped)).ShouldBe(["Unknown function dear()", "Safe function old()"]);
        (await LinesAsync(target, "Ärger.Öl_alt", Fate.Dropped)).ShouldBe(["Unknown function old()", "Safe function dear()"]);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_statement_is_only_looked_at(int major)
    {
        await using var target = await Target.CreateAsync("create table t (id int); create sequence s", major: major);
        var reading = await PostgresReading.BeginAsync(target.Database, new PostgresSettings("public"), default);
        await using (reading)
        {
            (await reading.DescribeAsync("select nextval('s') as n, $1::int as m", default)).Columns!.Select(c => c.Name).ShouldBe(["n", "m"]);
            (await reading.DescribeAsync("delete from t returning id", default)).Columns!.Select(c => c.Name).ShouldBe(["id"]);
            (await reading.DescribeAsync("select 1; drop table t", default)).Failure!.SqlState.ShouldBe("42601");
            (await reading.DescribeAsync("select nix from t", default)).Failure!.SqlState.ShouldBe("42703");
            (await reading.QueryAsync("select count(*) as n from pg_locks where relation = 't'::regclass", default)).Number("n").ShouldBe(0);
            (await Should.ThrowAsync<Databases.DatabaseException>(() => reading.QueryAsync("insert into t values (1)", default))).Kind.ShouldBe(Databases.FailureKind.ReadOnly);
        }
    }

    [PostgresFact]
    public async Task Five_hundred_tables_take_seconds()
    {
        await using var target = await Target.CreateAsync("""
            do $$ begin for i in 1..500 loop
                execute format('create table t%s (id int primary key, name text, parent int)', i);
                execute format('create index t%s_name on t%s (name)', i, i);
                execute format('create view v%s as select a.name, b.id from t%s a join t%s b on b.id = a.parent', i, i, greatest(1, i - 1));
                execute format('create function f%s(n text) returns bigint language sql as ''select count(*) from t%s where name = n''', i, i);
            end loop; end $$
            """);
        var workspace = new Workspace(target.Database);
        _ = await workspace.ImpactAsync("t5.name", Fate.Dropped, default);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        (await workspace.ImpactAsync("t7.name", Fate.Dropped, default)).Lines.Select(l => $"{l.Verdict} {l.Use.Name}").ShouldBe(
            ["Breaks f7(text)", "Breaks v7", "Degrades t7_name", "Safe v8"]);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    private static async Task<List<string>> LinesAsync(Target target, string what, Fate fate) =>
        (await new Workspace(target.Database).ImpactAsync(what, fate, default)).Lines
            .Select(l => $"{l.Verdict} {l.Use.Kind} {l.Use.Name}{(l.Use.Via is null ? "" : $" by way of {l.Use.Via}")}").ToList();
}
