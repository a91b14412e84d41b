using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Tests.Life;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Objects;

/// <summary>What hangs on functions, whose they are, and what the plan says about them.</summary>
public sealed class FunctionTests
{
    private const string Id = "0001_change";

    private const string Access = """
        select n.nspname || '.' || p.proname, pg_get_userbyid(p.proowner), (select string_agg(a.grantee::regrole::text || a.is_grantable, ',' order by a.grantee) from aclexplode(p.proacl) a), p.prosecdef, array_to_string(p.proconfig, ';')
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname in ('best', 'names') and n.nspname like 'public%' order by 1
        """;

    [PostgresTheory]
    [EndMajors]
    public async Task Owner_rights_and_comment_are_the_same_in_every_version(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await ReadyAsync(
            target,
            "create table customers (id integer primary key, name text, score integer)",
            "insert into customers values (1, 'Ada', 3)",
            "grant select on customers to pg_monitor",
            "create function best(above integer) returns integer language sql security definer set search_path = public, pg_temp as 'select max(score) from customers where score >= above'",
            "create function names() returns setof text language sql as 'select name from customers'",
            "comment on function names() is 'all of them'",
            "alter function best(integer) owner to pg_monitor",
            "revoke all on function best(integer) from public",
            "set role pg_monitor; grant execute on function best(integer) to pg_signal_backend with grant option; reset role");
        var before = await target.RowsAsync(Access);
        before[0].ShouldStartWith("public.best|pg_monitor|pg_monitorfalse,pg_signal_backendtrue|True|");
        var plan = await PlanAsync(
            target,
            """
              - rename_column: { table: customers, from: name, to: full_name }
              - replace_function: { name: best, returns: bigint, body: select count(*) from customers }
              - replace_function: { name: names, body: select full_name from customers order by 1 }
            """);
        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.CodeNamesChangedColumns);
        var runner = Runner(target);
        await runner.StartAsync(plan, default);
        var live = await target.RowsAsync(Access);
        live.Count.ShouldBe(6);
        live.ShouldContain("public_0001_change.best|pg_monitor|pg_monitorfalse,pg_signal_backendtrue|True|search_path=public_0001_change, public, pg_temp");
        live.ShouldContain("public_base.best|pg_monitor|pg_monitorfalse,pg_signal_backendtrue|True|search_path=public_base, public, pg_temp");

        // An application of the new version finds its own by its search path, one of the old version and all others the old.
        await using (var application = await target.OpenAsync())
        {
            await application.ExecuteAsync("set search_path = public_0001_change, public");
            (await application.RowsAsync("select best(1), names()")).ShouldBe(["1|Ada"]);
            await application.ExecuteAsync("set search_path = public_base, public");
            (await application.RowsAsync("select best(1), names()")).ShouldBe(["3|Ada"]);
        }

        await runner.CompleteAsync(Id, keepOld: true, force: false, default);
        (await target.RowsAsync("select best(1), names()")).ShouldBe(["1|Ada"]);
        (await target.RowsAsync("select public_base.best(1)")).ShouldBe(["3"]);
        (await target.RowsAsync(Access)).ShouldContain(before[0]);
        (await target.RowsAsync("select obj_description('names()'::regprocedure)")).ShouldBe(["all of them"]);
        await runner.RollbackAsync(Id, default);
        (await target.RowsAsync(Access)).Where(r => !r.StartsWith("public_", StringComparison.Ordinal)).ShouldBe(before);
        (await target.RowsAsync("select best(1), names(), obj_description('names()'::regprocedure)")).ShouldBe(["3|Ada|all of them"]);
        await runner.SunsetAsync(Id, true, default);
        (await target.RowsAsync("select count(*) from pg_proc where proname like '\\_tandem%'")).ShouldBe(["0"]);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task What_would_break_is_refused_with_its_name(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await ReadyAsync(
            target,
            "create table customers (id integer primary key, name text, score integer)",
            "create function loud(text) returns text language sql immutable as 'select upper($1)'",
            "create index customers_loud on customers (loud(name))",
            "create view louder as select loud(name) as l from customers",
            "create function in_columns(wanted integer) returns integer language sql begin atomic select score from customers where id = wanted; end",
            "create function of_view() returns text language sql return (select l from louder limit 1)",
            "create function all_of() returns setof customers language sql as 'select * from customers'");
        (await FindingsAsync(target, "  - replace_function: { name: loud, body: \"select lower($1)\" }")).ShouldContain("TDM2045: The index customers_loud holds results of the function loud(text), or was proved by it.");
        var drop = await FindingsAsync(target, "  - drop_function: { name: loud }");
        drop.ShouldContain("TDM2032: The index customers_loud uses the function loud(text), which goes.");
        drop.ShouldContain("TDM2032: The view louder uses the function loud(text), which goes.");
        (await FindingsAsync(target, "  - change_type: { table: customers, column: score, type: bigint }")).ShouldContain("TDM2106: function in_columns(integer) pins customers.score.");
        (await FindingsAsync(target, "  - drop_column: { table: customers, column: score, down: \"0\" }\n  - drop_function: { name: in_columns }")).ShouldNotContain(f => f.StartsWith("TDM2106", StringComparison.Ordinal));
        (await FindingsAsync(target, "  - replace_view: { name: louder, query: select name as l from customers }")).ShouldContain("TDM2032: The function of_view() uses the view louder, which is replaced.");
        (await FindingsAsync(target, "  - drop_table: { table: customers }")).ShouldContain("TDM2106: The function all_of takes or returns rows of customers.");
        var qualified = await FindingsAsync(
            target,
            "  - rename_column: { table: customers, from: name, to: full_name }\n  - create_function: { name: f, returns: text, body: select full_name from public.customers }");
        qualified.ShouldContain("TDM2046: The function f() names customers with its schema: until complete, applications of the new version meet the old shape there.");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_function_goes_and_comes_back_with_the_policy_and_the_domain_that_call_it(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await ReadyAsync(
            target,
            "create function ok(integer) returns boolean language sql immutable as 'select $1 > 0'",
            "create function fine(integer) returns boolean language sql immutable as 'select $1 > 0'",
            "create domain score as integer constraint score_ok check (ok(value))",
            "create table customers (id integer primary key, score score, points integer constraint points_fine check (fine(points)))",
            "create table notes (id integer primary key)",
            "alter table notes enable row level security",
            "create policy mine on notes using (ok(id))",
            "insert into customers values (1, 2, 3)");
        const string Definitions = "select (select pg_get_constraintdef(oid) from pg_constraint where conname = 'score_ok'), (select qual from pg_policies), to_regprocedure('ok(integer)') is null";
        var before = await target.RowsAsync(Definitions);
        (await FindingsAsync(target, "  - drop_check: { table: customers, name: points_fine }\n  - drop_function: { name: fine }")).ShouldContain(
            "TDM2037: The check points_fine of customers calls fine(integer), without which a rollback could not serve it again.");
        var plan = await PlanAsync(
            target,
            """
              - drop_policy: { table: notes, name: mine }
              - drop_column: { table: customers, column: score }
              - drop_domain: { name: score }
              - drop_function: { name: ok }
            """);
        var runner = Runner(target);
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(Id, false, false, default);
        (await target.RowsAsync("select to_regprocedure('ok(integer)') is null")).ShouldBe(["True"]);
        await runner.RollbackAsync(Id, default);
        (await target.RowsAsync(Definitions)).ShouldBe(before);
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(Id, false, false, default);
        await runner.SunsetAsync(Id, true, default);
        (await target.RowsAsync("select proname from pg_proc where proname like '%ok' and prolang = (select oid from pg_language where lanname = 'sql')")).ShouldBeEmpty();
        (await target.RowsAsync("select to_regtype('score') is null")).ShouldBe(["True"]);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_comes_to_hang_on_a_function_later_holds_its_switch_up(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await ReadyAsync(target, "create table customers (id integer primary key, name text)", "create function loud(text) returns text language sql immutable as 'select upper($1)'");
        var runner = Runner(target);
        await runner.StartAsync(await PlanAsync(target, "  - drop_function: { name: loud }"), default);
        await target.ExecuteAsync("create view louder as select loud(name) as l from customers");
        var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(Id, false, false, default));
        refused.Message.ShouldContain("1 objects (views, triggers, defaults, functions) would go on using what is put aside: loud.");
        await target.ExecuteAsync("drop view louder");
        await runner.ResumeAsync(null, default);
        (await target.RowsAsync("select to_regprocedure('loud(text)') is null")).ShouldBe(["True"]);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_text_that_does_not_compile_is_told_by_the_plan_and_never_served(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await ReadyAsync(target, "create table customers (id integer primary key, name text)", "insert into customers values (1, 'Ada')");

        // What a person has set for the database counts for what they write, not for what the engine asks.
        await target.ExecuteAsync("do $$ begin execute format('alter database %I set check_function_bodies = off', current_database()); end $$");
        var sandbox = PostgresSandbox.For((PostgresDatabase)target.Database, null);
        foreach (var (operations, told, code) in new[]
        {
            ("  - create_function: { name: names, returns: setof text, body: select nmae from customers }", "nmae", ProblemCodes.RoutineDoesNotCompile),
            ("  - rename_column: { table: customers, from: name, to: full_name }\n  - create_function: { name: names, returns: setof text, body: select name from customers }", "name", ProblemCodes.RoutineDoesNotCompile),
            ("  - create_function: { name: stamp, returns: trigger, language: plpgsql, body: \"begin new.name := upper(new.name) return new; end\" }\n  - create_trigger: { table: customers, name: stamp, timing: before, events: insert, execute: stamp() }", "syntax", ProblemCodes.RehearsalFails),
        })
        {
            var file = MigrationParser.Parse($"{Id}.yaml", $"title: Change\nhooks: [ {{ name: never, before: start, run: [ \"false\" ] }} ]\nchecks: {{ before: [ {{ name: rows, sql: select count(*) from customers, expect: 1 }} ] }}\noperations:\n{operations}\n").Require();
            var found = (await new Workspace(target.Database, null, sandbox).PlanAsync(file, default)).Findings.Single(f => f.Severity == Severity.Error);
            found.Code.ShouldBe(code);
            found.Message.ShouldContain(told);
            if (code != ProblemCodes.RehearsalFails)
            {
                (await PlanAsync(target, operations)).Findings.ShouldContain(found);
                continue;
            }

            // Without a sandbox the start finds out, before anybody meets it.
            var runner = Runner(target);
            (await Should.ThrowAsync<TandemException>(async () => await runner.StartAsync(await PlanAsync(target, operations), default))).Message.ShouldContain(told);
            await runner.CancelAsync(default);
            await runner.SunsetAsync(Id, true, default);
            await target.ExecuteAsync("insert into customers (id, name) select max(id) + 1, 'Grace' from customers");
        }

        (await new Workspace(target.Database, null, sandbox).PlanAsync(
            MigrationParser.Parse(
                $"{Id}.yaml",
                "title: Change\noperations:\n  - rename_column: { table: customers, from: name, to: full_name }\n  - create_function: { name: names, returns: setof text, body: select full_name from customers }\n").Require(),
            default)).HasErrors.ShouldBeFalse();
        (await target.RowsAsync("select count(*) from pg_database where datname like 'tandem\\_sandbox%' and pg_catalog.shobj_description(oid, 'pg_database') = 'tandem sandbox of ' || current_database() || '/public'")).ShouldBe(["0"]);
    }

    private static async Task ReadyAsync(PostgresTarget target, params string[] setup)
    {
        foreach (var sql in setup)
        {
            // The driver would cut a body that is no literal at its semicolons.
            await target.ExecuteAsync(sql.Contains("begin atomic", StringComparison.Ordinal) ? $"do $do$ begin execute $sql${sql}$sql$; end $do$" : sql);
        }
    }

    private static Task<Plan> PlanAsync(PostgresTarget target, string operations) =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", $"title: Change\noperations:\n{operations}\n").Require(), default);

    private static async Task<List<string>> FindingsAsync(PostgresTarget target, string operations) =>
        [.. (await PlanAsync(target, operations)).Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id}: {f.Message}")];

    private static Runner Runner(PostgresTarget target) => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1), OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });
}
