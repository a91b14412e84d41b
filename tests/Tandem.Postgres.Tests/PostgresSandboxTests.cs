using Shouldly;
using Tandem.Databases;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Tests.Life;
using Tandem.Problems;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresSandboxTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task It_finds_out_what_sql_does(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new SandboxCase(target, PostgresSandbox.For((PostgresDatabase)target.Database, null)).RunAsync();
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Locks_and_rewrites_are_measured(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var @case = await CaseAsync(target);
        var plan = await @case.PlanAsync(
            """
              - sql: { up: alter table people alter column id type bigint, down: alter table people alter column id type integer }
              - sql: { up: create index people_city on people (city), down: drop index people_city }
            """.Replace("create index", "drop view named; create index", StringComparison.Ordinal), more: "");
        plan.Scripts[0].Effect!.Failure.ShouldNotBeNull();

        plan = await @case.PlanAsync(
            """
              - sql:
                  up: alter table visits alter column person type bigint
                  down: alter table visits alter column person type integer
              - sql: { up: create index people_city on people (city), down: drop index people_city }
            """, more: "");
        var (first, second) = (plan.Scripts[0].Effect!, plan.Scripts[1].Effect!);
        first.Rewritten.ShouldContain("visits");
        first.Locks[0].ShouldSatisfyAllConditions(l => l.Level.ShouldBe("ACCESS EXCLUSIVE"), l => l.Blocks.ShouldBe("readers and writers"));
        second.Locks.Single(l => l.Object == "people").Level.ShouldBe("SHARE");
        second.Rewritten.ShouldBeEmpty();
        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptRewrites && f.Severity == Severity.Error);
        plan.Findings.Count(f => f.Code == ProblemCodes.ScriptBlocks).ShouldBe(2);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_server_says_what_it_does_not_take_in_a_transaction(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await target.ExecuteAsync("create type mood as enum ('sad')");
        await target.ExecuteAsync("create table moods (m mood)");
        var @case = await CaseAsync(target);
        foreach (var (sql, alone) in new[]
        {
            ("create index concurrently people_city on people (city)", true),
            ("vacuum people", true),
            ("alter type mood add value 'glad'; insert into moods values ('glad')", true),
            ("alter type mood add value 'glad'", false),
            ("comment on table people is 'vacuum; concurrently'", false),
        })
        {
            var plan = await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n");
            plan.Scripts[0].Effect!.Failure.ShouldBeNull(sql);
            plan.Scripts[0].Effect!.UpInTransaction.ShouldBe(!alone, sql);
            plan.Steps(Steps.Phase.Start)[0].Mode.ShouldBe(alone ? Steps.StepMode.Once : Steps.StepMode.Transaction, sql);
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Functions_triggers_and_extensions_are_there_and_what_is_not_is_told(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var @case = await CaseAsync(target);
        await target.ExecuteAsync(
            "create function shout(text) returns text language sql immutable as 'select upper($1)'; "
            + "create table loud (t text default shout('x')); "
            + "create function note() returns trigger language plpgsql as $$ begin new.t := shout(new.t); return new; end $$; "
            + "create trigger note before insert on loud for each row execute function note(); "
            + "create schema other; create table other.far (id integer)");
        var plan = await @case.PlanAsync("  - sql: { up: \"insert into loud select shout('y'); drop trigger note on loud\" }\n");
        plan.Scripts[0].Effect!.Failure.ShouldBeNull();
        plan.Scripts[0].Effect!.Dropped.ShouldBe(["trigger: note on loud"]);

        // A script may name other schemas, whose objects refer to each other's.
        await target.ExecuteAsync(
            "create extension citext schema other; create schema bare; create table other.near (id integer primary key, l other.citext, t text default public.shout('x')); "
            + "create view seen as select id from other.near; "
            + "create function other.read() returns bigint language sql as 'select count(*) from near' set search_path = other");
        var far = await @case.PlanAsync(
            "  - sql: { up: \"insert into other.far values (1); select * from seen; create table bare.b (id integer references other.near)\", down: \"drop table bare.b; select other.read()\" }\n");
        far.Scripts[0].Effect!.ShouldSatisfyAllConditions(
            e => e.Failure.ShouldBeNull(), e => e.DownFailure.ShouldBeNull(), e => e.NotRestored.ShouldNotBeNull().ShouldBeEmpty(), e => e.Created.ShouldContain("table: bare.b"));

        // Of many schemas not all are copied: what fails for want of one proves nothing, so a person may accept it.
        await target.ExecuteAsync("do $$ begin for i in 10..25 loop execute format('create schema tenant%s; create table tenant%s.t (id integer)', i, i); end loop; end $$");
        var lost = await @case.PlanAsync("  - sql: { up: insert into tenant25.t values (1) }\n");
        lost.Findings.ShouldContain(f => f.Code == ProblemCodes.EffectUnknown && f.Message.Contains("schema: tenant25", StringComparison.Ordinal));
        lost.Findings.ShouldNotContain(f => f.Code == ProblemCodes.ScriptFails);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_would_outlast_the_copy_is_undone_and_told(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var @case = await CaseAsync(target);
        var here = (await target.RowsAsync("select current_database()::text"))[0];
        var name = $"outlasts_{Guid.NewGuid():N}"[..20];
        foreach (var (sql, what) in new[]
        {
            ($"create role {name}", "roles"),
            ($"do $do$ begin begin create role {name}; exception when duplicate_object then null; end; end $do$", "roles"),
            ("grant pg_signal_backend to pg_monitor", "roles"),
            ($"alter database {here} set work_mem = '1MB'", "settings of roles or databases"),
            ($"grant create on database {here} to pg_monitor", "databases"),
            ($"do $do$ begin begin grant create on database {here} to pg_monitor; exception when undefined_object then null; end; end $do$", "databases"),
            ("comment on role tandem is 'not here'", "comments on roles or databases"),
            ($"create index concurrently people_city on people (city); create role {name}", "roles"),
            ("alter system set work_mem = '1MB'", "settings"),
            ($"create database {name}", "databases"),
        })
        {
            var plan = await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n");
            plan.Scripts[0].Effect!.ShouldSatisfyAllConditions(
                e => e.OutlastsCopy.ShouldBeTrue(sql), e => e.Failure.ShouldBe($"it changes {what} of the whole server, which would stay when the copy is dropped", sql));
            plan.Findings.ShouldContain(f => f.Code == ProblemCodes.EffectUnknown && f.NeedsConsent, sql);
        }

        (await target.RowsAsync(
            $"select rolname::text from pg_roles where rolname = '{name}' union all select datname::text from pg_database where datname = '{name}' or (datname = '{here}' and datacl is not null) "
            + $"union all select setconfig::text from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = '{here}'")).ShouldBeEmpty();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_goes_with_the_copy_is_tried(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var @case = await CaseAsync(target);
        foreach (var sql in new[]
        {
            "do $do$ begin execute format('alter database %I set work_mem = 1000', current_database()); execute format('comment on database %I is %L', current_database(), current_user); end $do$",
            "create table owned (id integer); grant select on owned to pg_monitor; alter default privileges grant select on tables to pg_monitor; comment on table owned is 'x'",
            "create index concurrently people_city on people (city); create table owned (id integer); drop table owned",
        })
        {
            (await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n")).Scripts[0].Effect!.Failure.ShouldBeNull(sql);
        }
    }

    [PostgresFact]
    public async Task No_session_in_a_copy_commits_what_would_outlast_it()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        var sandbox = PostgresSandbox.For((PostgresDatabase)target.Database, null);
        var name = $"outlasts_{Guid.NewGuid():N}"[..20];
        await sandbox.RehearseAsync(
            async (copy, _) =>
            {
                await using var session = await copy.OpenSessionAsync(default);
                var refused = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync([new SqlStatement($"create role {name}")], ApplyOptions.Default, default));
                refused.Message.ShouldContain("roles of the whole server");
                await Should.ThrowAsync<DatabaseException>(() => session.ExecuteAloneAsync(new SqlStatement($"create database {name}"), ApplyOptions.Default, default));
                return [];
            },
            default);
        (await target.RowsAsync($"select 'there' from pg_roles where rolname = '{name}' union all select 'there' from pg_database where datname = '{name}'")).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_sandbox_that_was_left_is_listed_until_it_is_dropped()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        var left = PostgresSandbox.Prefix + Guid.NewGuid().ToString("N")[..12];
        var name = (await target.RowsAsync("select current_database()::text"))[0];
        await target.ExecuteAsync($"create database {left}");
        try
        {
            await target.ExecuteAsync($"comment on database {left} is 'tandem sandbox of {name}/public'");
            var own = (await target.Database.FindOwnObjectsAsync(default)).ShouldHaveSingleItem();
            own.Kind.ShouldBe("sandbox");
            own.Alone.ShouldBeTrue();
        }
        finally
        {
            await target.ExecuteAsync($"drop database {left}");
        }
    }

    private static async Task<SandboxCase> CaseAsync(PostgresTarget target)
    {
        var @case = new SandboxCase(target, PostgresSandbox.For((PostgresDatabase)target.Database, null));
        await @case.SetUpAsync();
        return @case;
    }
}
