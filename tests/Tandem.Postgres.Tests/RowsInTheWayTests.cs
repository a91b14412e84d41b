using Shouldly;
using Tandem.Migrations;
using Tandem.Postgres.Tests.Rights;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>What a plan sees of rows that stand against new rules, where PostgreSQL has more to it.</summary>
public sealed class RowsInTheWayTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Values_are_told_apart_as_the_rule_will_do_it(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync(
            """
            create collation public.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create table public."T" (id uuid primary key, "A b" text, n int, at date not null) ;
            insert into public."T" values ('00000000-0000-0000-0000-000000000001', 'x', null, '2026-01-01'), ('00000000-0000-0000-0000-000000000002', 'X', null, '2026-01-01');
            create table public.p (id int, at date not null, n int, primary key (id, at)) partition by range (at);
            create table public.p1 partition of public.p for values from ('2026-01-01') to ('2026-02-01');
            create table public.p2 partition of public.p for values from ('2026-02-01') to ('2026-03-01');
            insert into public.p values (1, '2026-01-05', 1), (2, '2026-02-05', 1), (3, '2026-02-05', 1);
            """);
        (await SaidAsync(database, "- create_index: { table: T, name: t_ci, unique: true, columns: [ { name: A b, collation: ci } ] }"))
            .ShouldBe("TDM2224 Warning 2 of 2 rows of T share 1 values with others, which t_ci forbids, for example those with id 00000000-0000-0000-0000-000000000001, 00000000-0000-0000-0000-000000000002. Complete stops as long as they are there.");
        (await SaidAsync(database, "- create_index: { table: T, name: t_c, unique: true, columns: [ { name: A b, operator_class: text_pattern_ops } ] }")).ShouldBe("");
        (await SaidAsync(database, "- add_unique: { table: T, columns: [ n ], name: t_n }")).ShouldBe("");
        (await SaidAsync(database, "- add_unique: { table: p, columns: [ at, n ], name: p_n }"))
            .ShouldBe("TDM2224 Warning 2 of 3 rows of p share 1 values with others, which p_n forbids. Complete stops as long as they are there.");
        if (major >= 15)
        {
            (await SaidAsync(database, "- add_unique: { table: T, columns: [ n ], name: t_n, nulls_not_distinct: true }")).ShouldStartWith("TDM2224 Warning 2 of 2 rows of T share 1 values");
        }
    }

    /// <summary>What a migration makes itself cannot be computed yet, and nothing is said of it.</summary>
    [PostgresFact]
    public async Task What_is_not_there_yet_says_nothing()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync("create table public.t (id int primary key, a text); insert into public.t values (1, 'x'), (2, 'x')");
        (await SaidAsync(database, """
            - create_function: { name: same, parameters: [ { name: a, type: text } ], returns: text, language: sql, volatility: immutable, body: "select a" }
              - create_index: { table: t, name: t_same, unique: true, columns: [ { expression: same(a) } ] }
            """)).ShouldBe("");
    }

    [PostgresFact]
    public async Task Of_a_large_table_a_sample_is_looked_at()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync(
            """
            create table public.t (id int primary key, n int) with (autovacuum_enabled = false);
            insert into public.t select i, nullif(i % 10, 0) from generate_series(1, 50000) i;
            analyze public.t;
            update pg_class set reltuples = 5000000 where oid = 'public.t'::regclass;
            """);
        var said = await SaidAsync(database, "- set_not_null: { table: t, column: n }");
        said.ShouldMatch("^TDM2209 Warning t.n becomes required, and \\d{2,3} of \\d{3,4} sampled rows have NULL there, for example those with id \\d+0, \\d+0, \\d+0\\. ");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_the_role_may_not_see_are_no_finding(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(
            major, ["owner", "other"],
            """
            do $$ begin execute format('grant create on database %I to <owner>, <other>', current_database()); end $$;
            grant usage, create on schema public to <owner>, <other>;
            set role <other>;
            create table secret (id int primary key);
            create table ruled (id int primary key);
            insert into ruled values (1);
            alter table ruled enable row level security;
            grant select on ruled to <owner>;
            set role <owner>;
            create table t (id int primary key, secret int, ruled int);
            insert into t values (1, 1, 1);
            """);
        await using var owner = walk.As("owner");
        var plan = await walk.PlanAsync(
            """
              - add_foreign_key: { table: t, columns: [ secret ], references: { table: secret, columns: [ id ] }, name: t_secret }
              - add_foreign_key: { table: t, columns: [ ruled ], references: { table: ruled, columns: [ id ] }, name: t_ruled }
            """, by: owner);
        plan.Findings.Where(f => f.Code == ProblemCodes.OrphansInTheWay).ShouldBeEmpty();
        plan.Findings.Where(f => f.Code == ProblemCodes.RowsNotLookedAt).Select(f => f.Message).ShouldBe(
            [
                "Whether rows of t stand against t_ruled was not seen: query would be affected by row-level security policy for table \"ruled\"; SQLSTATE 42501.",
                "Whether rows of t stand against t_secret was not seen: permission denied for table secret; SQLSTATE 42501.",
            ]);
    }

    private static async Task<string> SaidAsync(TestDatabase database, string operations)
    {
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var plan = await new Workspace(target).PlanAsync(MigrationParser.Parse("0001_rules.yaml", $"title: Rules\noperations:\n  {operations}\n").Require(), default);
        return string.Join('\n', plan.Findings.Where(f => f.Code.Id.StartsWith("TDM22", StringComparison.Ordinal)).Select(f => $"{f.Code.Id} {f.Severity} {f.Message}"));
    }
}
