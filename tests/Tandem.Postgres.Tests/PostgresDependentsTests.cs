using Shouldly;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresDependentsTests
{
    private const string Start =
        """
        create table t (id int primary key, a text, b text, c text, at date, up text generated always as (upper(c)) stored);
        create table log (id int, doc jsonb);
        create schema other;
        """;

    public static TheoryData<string, DependentKind, string, string?> Cases => new()
    {
        { "create view v as select a from t where b = 'x'", DependentKind.View, "v", "a" },
        { "create view v as select a from t where b = 'x'", DependentKind.View, "v", "b" },
        { "create materialized view v as select count(*) from t", DependentKind.View, "v", null },
        { "create view other.v as select a from t", DependentKind.View, "other.v", "a" },
        { "create view v as select to_jsonb(t) as doc, t.*::text as x from t", DependentKind.SelectStar, "v", null },
        { "create function f(t) returns int language sql as $$ select 1 $$", DependentKind.FunctionRowType, "f", null },
        { "create function f() returns setof t language sql as $$ select * from t $$", DependentKind.FunctionRowType, "f", null },
        { "create function f(out x t[]) language sql as $$ select null::t[] $$", DependentKind.FunctionRowType, "f", null },
        { "create function other.f() returns bigint language sql as $$ select count(*) from t where A > '' $$", DependentKind.FunctionText, "other.f", "a" },
        { "create function f() returns void language plpgsql as $$ begin execute 'select b from ' || 'public.t'; end $$", DependentKind.FunctionText, "f", "b" },
        { "create function f() returns void language plpgsql as $$ declare r record; begin select x.* into r from t x; end $$", DependentKind.SelectStar, "f", null },
        { "create function f() returns void language sql as $$ insert into public.t select 1 $$", DependentKind.SelectStar, "f", null },
        { "create function f() returns void language sql as $$ insert into t as x values (1) $$", DependentKind.SelectStar, "f", null },
        { "create function f() returns bigint language sql return (select count(*) from t where b = 'x')", DependentKind.FunctionText, "f", "b" },
        { "create policy p on t using (a = 'x')", DependentKind.Policy, "p on t", null },
        { "create policy p on t using (a = 'x')", DependentKind.Policy, "p on t", "a" },
        { "create policy p on log using (exists (select from t where b = 'x'))", DependentKind.Policy, "p on log", "b" },
        { "create publication p for all tables", DependentKind.Publication, "p", null },
        { "create publication p for table t", DependentKind.Publication, "p", null },
        { "create table other.child (t_id int references t)", DependentKind.Other, "foreign key child_t_id_fkey of other.child", "id" },
        { "create table heir () inherits (t)", DependentKind.Other, "inheritance child heir", null },
        { "create statistics s on a, b from t", DependentKind.Other, "extended statistics s", "a" },
        { "create rule r as on update to t where new.a = 'x' do nothing", DependentKind.Other, "rule r on t", "a" },
        { "alter table t add constraint e exclude (b with =)", DependentKind.Other, "exclusion constraint e", "b" },
        { "create table holder (held t)", DependentKind.Other, "column holder.held of the row type", null },
        { Trigger("insert into log values (1, to_jsonb(new)); return new;"), DependentKind.TriggerWholeRow, "g", null },
        { Trigger("insert into log select 1, row_to_json(r) from (select old.*) r; return null;"), DependentKind.TriggerWholeRow, "g", null },
        { Trigger("if old is distinct from new then return new; end if; return old;"), DependentKind.TriggerWholeRow, "g", null },
        { Trigger("new.A := lower(new.\"b\"); return new;"), DependentKind.TriggerText, "g", "a" },
        { Trigger("new.A := lower(new.\"b\"); return new;"), DependentKind.TriggerText, "g", "b" },
        { Trigger("return new;", "update of b"), DependentKind.TriggerText, "g", "b" },
        { Trigger("return new;", "update", "when (old.c <> new.c)"), DependentKind.TriggerText, "g", "c" },
        { "create trigger g before update on t for each row execute function suppress_redundant_updates_trigger()", DependentKind.TriggerWholeRow, "g", null },
        { "create trigger g before update on t for each row execute function tsvector_update_trigger('c', 'pg_catalog.english', 'a', 'b')", DependentKind.TriggerText, "g", "b" },
        { Trigger("new.A := lower(new.\"b\"); return new;"), DependentKind.TriggerWrites, "g", "a" },
        { Trigger("if new.a = 'x' then new.b = 'y'; end if; return new;"), DependentKind.TriggerWrites, "g", "b" },
        { Trigger("select 'x', 'y' into new.a, new.b; return new;"), DependentKind.TriggerWrites, "g", "a" },
        { Trigger("select 'x', 'y' into strict new.a, new.b; return new;"), DependentKind.TriggerWrites, "g", "b" },
        { Trigger("new := old; return new;"), DependentKind.TriggerWrites, "g", null },
        { Trigger("return jsonb_populate_record(new, '{}');"), DependentKind.TriggerWrites, "g", null },
        { "create trigger g before update on t for each row execute function tsvector_update_trigger('c', 'pg_catalog.english', 'a', 'b')", DependentKind.TriggerWrites, "g", "c" },
        { "create domain d as text default 'x'; alter table t add dom d", DependentKind.TypeDefault, "d", "dom" },
        { "select 1", DependentKind.GeneratedColumn, "up", "c" },
    };

    public static TheoryData<string> Harmless =>
    [
        "create function f() returns bigint language sql as $$ select count(*) from log -- not t\n $$",
        "create view v as select 1 as t",
        "create publication p",
        Trigger("return coalesce(new, old);"),
        Trigger("return new;"),
        Trigger("perform 1 * 2; return null;"),
    ];

    public static TheoryData<string> Reading =>
    [
        Trigger("if new.a = 'x' and new.b is null then raise notice '%', new.c; end if; return new;"),
        Trigger("insert into log select new.id, case when new.a = '' then new.b else new.a end; return new;"),
        Trigger("execute 'select $1' into new.id using new.a; return coalesce(new, old);"),
        Trigger("for i in 1 .. length(new.a) loop perform new.b; end loop; return new;"),
        "create trigger g after update on t for each row execute function tsvector_update_trigger('c', 'pg_catalog.english', 'a', 'b')",
    ];

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task Who_depends_is_found(string sql, DependentKind kind, string name, string? column) =>
        (await DependentsAsync(sql)).ShouldContain(new Dependent(kind, name, "t", column));

    [PostgresTheory]
    [MemberData(nameof(Reading))]
    public async Task A_trigger_that_only_reads_a_column_does_not_write_it(string sql) =>
        (await DependentsAsync(sql)).Where(d => d.Kind == DependentKind.TriggerWrites && d.Column != "id").ShouldBeEmpty();

    [PostgresTheory]
    [MemberData(nameof(Harmless))]
    public async Task Who_does_not_depend_is_left_alone(string sql) =>
        (await DependentsAsync(sql)).Where(d => d.Table == "t").ShouldBe([new Dependent(DependentKind.GeneratedColumn, "up", "t", "c")]);

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task What_only_some_servers_have_is_found_on_each(int major)
    {
        await using var target = await Target.CreateAsync(Start + "create publication p for all tables;"
            + (major >= 15 ? "create publication q for table log (id); create publication s for tables in schema public;" : ""), major: major);

        var found = (await target.Database.InspectAsync(CancellationToken.None)).Dependents;

        found.ShouldContain(new Dependent(DependentKind.GeneratedColumn, "up", "t", "c"));
        found.Where(d => d.Table == "log").Select(d => (d.Kind, d.Name, d.Column)).ShouldBe(major >= 15
            ? [(DependentKind.Publication, "p", null), (DependentKind.Publication, "s", null), (DependentKind.Other, "publication q", "id")]
            : [(DependentKind.Publication, "p", null)]);
    }

    [PostgresFact]
    public async Task A_table_that_a_subscription_feeds_is_known()
    {
        await using var target = await Target.CreateAsync(Start + "create subscription s connection 'dbname=none' publication p with (connect = false)");
        await target.Server.ExecuteAsync("insert into pg_subscription_rel select oid, 't'::regclass, 'r', null from pg_subscription where subname = 's'");

        try
        {
            (await target.Database.InspectAsync(CancellationToken.None)).Dependents.ShouldContain(new Dependent(DependentKind.Subscription, "s", "t"));
        }
        finally
        {
            await target.Server.ExecuteAsync("alter subscription s set (slot_name = none)");
            await target.Server.ExecuteAsync("drop subscription s");
        }
    }

    private static string Trigger(string body, string when = "update", string condition = "") =>
        $"""
        create function g() returns trigger language plpgsql as $$ begin {body} end $$;
        create trigger g before {when} on t for each row {condition} execute function g();
        """;

    private static async Task<ValueList<Dependent>> DependentsAsync(string sql)
    {
        await using var target = await Target.CreateAsync(Start + sql);
        return (await target.Database.InspectAsync(CancellationToken.None)).Dependents;
    }
}
