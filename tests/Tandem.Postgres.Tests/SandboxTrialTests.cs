using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Tests.Life;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>A change carried out in a copy with rows that were made up.</summary>
public sealed class SandboxTrialTests
{
    private const int Rows = 30_000;

    [PostgresTheory]
    [EndMajors]
    public async Task Plans_that_get_worse_are_found_and_speeds_are_measured(int major)
    {
        await using var target = await CustomersAsync(major);
        var plan = Parse(
            """
              - rename_column: { table: customers, from: name, to: called }
              - drop_index: { table: customers, name: customers_city }
              - add_column: { table: customers, name: shout, type: text, up: "upper(mail)" }
            """);
        var evidence = await TryAsync(
            target,
            plan,
            "select id from customers where city = $1 and state = $2",
            "select count(*) from customers where id = $1",
            "select name from customers where id = $1",
            "select c.id from customers c join orders o on o.customer = c.id where o.id = $1",
            "delete from customers where nothing = $1");
        var trial = evidence.Trial;
        trial.Unknown.ShouldBeNull();
        trial.Tables.Single(t => t.Table == "customers").ShouldSatisfyAllConditions(
            t => t.Rows.ShouldBe(Rows), t => t.Made.ShouldBe(20_000), t => t.Why.ShouldBe("Made up by the target's statistics."));
        trial.Tables.Single(t => t.Table == "orders").Made.ShouldBe(5_000);

        var found = trial.Queries;
        found.Select(q => q.Verdict).ShouldBe([QueryVerdict.Worse, QueryVerdict.Same, QueryVerdict.Fails, QueryVerdict.Same, QueryVerdict.Unknown]);
        found[0].Before.Accesses.ShouldContain(new TableAccess("customers", "customers_city"));
        found[0].Live!.Accesses.ShouldContain(new TableAccess("customers", "customers_city"), "until sunset the index is there");
        found[0].Regressions.Select(r => r.Code).ShouldBe([ProblemCodes.QueryDearer, ProblemCodes.QueryReadsWhole, ProblemCodes.QueryLosesIndex]);
        found[0].Regressions.ShouldAllBe(r => r.Text.EndsWith("when all is done.", StringComparison.Ordinal));
        found[1].After!.Accesses.ShouldBe([new TableAccess("customers", "customers_pkey")]);
        found[2].Why.ShouldStartWith("The new version does not take it: column \"name\" does not exist");
        found[4].Why.ShouldStartWith("The database does not plan it on the version that is there: column \"nothing\" does not exist");

        // The backfill of the new column ran nowhere but there.
        var fill = Forecast.Of(await new Workspace(target.Database).PlanAsync(plan, default), evidence).Find(Steps.Phase.Start, "backfill customers").ShouldNotBeNull();
        fill.Time.Time.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        fill.Time.Why.ShouldMatch("^30,000 rows, at [0-9,]+ rows a second as tried in the sandbox on 20,000 rows that were made up; nothing of this kind has run here\\.$");
        (await target.RowsAsync("select count(*) from pg_database where datname like 'tandem_sandbox%' and pg_catalog.shobj_description(oid, 'pg_database') = 'tandem sandbox of ' || current_database() || '/public'")).ShouldBe(["0"]);
        (await target.RowsAsync("select count(*) from customers")).ShouldBe([$"{Rows}"]);
    }

    [PostgresFact]
    public async Task A_statement_without_values_is_planned_by_the_target_s_statistics()
    {
        await using var target = await CustomersAsync(PostgresVersions.Newest);
        var evidence = await TryAsync(target, Parse("  - add_column: { table: customers, name: note, type: text }\n"), "select id from customers where rare = 1", "select id from customers where rare = 2");
        var own = await target.RowsAsync("explain select id from customers where rare = 1");
        own[0].ShouldStartWith("Seq Scan");
        evidence.Trial.Queries[0].Before.Accesses.ShouldBe([new TableAccess("customers", null)], "nearly all rows have this value");
        evidence.Trial.Queries[1].Before.Accesses.ShouldBe([new TableAccess("customers", "customers_rare")], "the copy has the target's most frequent values");
    }

    [PostgresFact]
    public async Task What_cannot_be_made_up_or_carried_out_is_told_with_its_reason()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Oldest);
        await target.ExecuteAsync("create table odd (id integer primary key, shape polygon not null)");
        await target.ExecuteAsync("insert into odd select i, '((0,0),(1,1))' from generate_series(1, 2000) i");
        await target.ExecuteAsync("create table small (id integer primary key, n integer check (n < 3), t text check (t in ('a', 'b')))");
        await target.ExecuteAsync("insert into small select i, i % 3, case i % 2 when 0 then 'a' else 'b' end from generate_series(1, 2000) i");
        await target.ExecuteAsync("analyze");
        var trial = (await TryAsync(target, Parse("  - add_column: { table: odd, name: note, type: text }\n  - add_column: { table: small, name: note, type: text }\n"))).Trial;
        trial.Tables.Single(t => t.Table == "odd").ShouldBe(new FilledTable("odd", 2000, 0, "No values of the type polygon can be made up, and shape needs one."));
        trial.Tables.Single(t => t.Table == "small").Made.ShouldBe(2000);
        trial.Queries.ShouldBeEmpty();
        trial.Unseen.ShouldNotBeNull().ShouldContain("pg_stat_statements is not there");
    }

    [PostgresFact]
    public async Task Code_of_somebody_who_may_not_act_as_us_is_never_run()
    {
        await using var target = await CustomersAsync(PostgresVersions.Oldest);
        var stranger = $"stranger_{Guid.NewGuid():N}";
        await target.ExecuteAsync($"create role {stranger}; grant create on schema public to {stranger}; set role {stranger}");
        await target.ExecuteAsync($"create function deep() returns void language plpgsql as $$ begin execute 'alter role {stranger} superuser'; end $$");
        await target.ExecuteAsync($"create function luring() returns integer language plpgsql stable as $$ begin if current_user <> '{stranger}' then perform deep(); end if; return 1; end $$");
        await target.ExecuteAsync("reset role");

        var trial = (await TryAsync(target, Parse("  - add_column: { table: customers, name: note, type: text }\n"), "select id from customers where rare = luring()")).Trial;

        trial.Unknown.ShouldBe($"The function deep() belongs to {stranger}, who may not act as tandem: rows and plans in a sandbox would run its code with the rights of tandem.");
        trial.Queries.ShouldBeEmpty();
        (await target.RowsAsync($"select rolsuper from pg_roles where rolname = '{stranger}'")).ShouldBe(["False"]);

        await target.ExecuteAsync($"grant tandem to {stranger}");
        (await TryAsync(target, Parse("  - add_column: { table: customers, name: note, type: text }\n"))).Trial.Unknown.ShouldBeNull("who may act as us gains nothing");
    }

    [PostgresFact]
    public async Task What_the_server_does_not_plan_or_analyse_is_told_and_the_plan_stands()
    {
        await using var target = await CustomersAsync(PostgresVersions.Newest);
        await target.ExecuteAsync("create view log as select id, name from customers; create rule quiet as on insert to log do instead nothing");
        var migration = Parse("  - add_column: { table: customers, name: note, type: text }\n");

        var silent = (await TryAsync(target, migration, "insert into log values ($1, $2)")).Trial;
        silent.Queries.Single().ShouldSatisfyAllConditions(q => q.Verdict.ShouldBe(QueryVerdict.Unknown), q => q.Why.ShouldEndWith("A rule leaves nothing of it to plan."));

        // What ANALYZE computes may fail.
        await target.ExecuteAsync("create table odd (id integer primary key, n integer); insert into odd select i, 1 from generate_series(1, 2000) i; create statistics odd_n on (1 / (n - n)), id from odd");
        (await TryAsync(target, Parse("  - add_column: { table: odd, name: note, type: text }\n"))).Trial.Unknown.ShouldNotBeNull().ShouldContain("division by zero");
    }

    [PostgresFact]
    public async Task What_has_no_formula_is_estimated_by_the_trial_and_rows_by_counting()
    {
        await using var target = await CustomersAsync(PostgresVersions.Newest);
        var migration = Parse(
            """
              - update_rows: { table: orders, set: [ { column: customer, value: customer } ], where: "id <= 3000" }
              - extract_table: { table: customers, columns: [ city ], into: places, key: [ customer ] }
            """);
        var evidence = await TryAsync(target, migration);
        var plan = await new Workspace(target.Database).PlanAsync(migration, default);
        var forecast = Forecast.Of(plan, evidence);
        var update = forecast.Find(Steps.Phase.Start, plan.Steps(Steps.Phase.Start).Single(s => s.Kind == Steps.StepKind.ChangeRows).Id).ShouldNotBeNull();
        update.Disk.Why.ShouldStartWith("3,000 rows are meant: ");
        var link = plan.Steps(Steps.Phase.Start).Single(s => s.Kind == Steps.StepKind.Backfill && s.Id.Contains("places", StringComparison.Ordinal)).Id;
        forecast.Find(Steps.Phase.Start, link).ShouldNotBeNull().Disk.ShouldSatisfyAllConditions(
            d => d.Bytes.ShouldNotBeNull().ShouldBeGreaterThan(Rows * 20), d => d.Why.ShouldEndWith(" bytes, and here are 1.5 times as many rows as were made up."));

        var before = await SizeAsync();
        await new Workspace(target.Database).Runner.StartAsync(plan with { Findings = [] }, default);
        var grown = await SizeAsync() - before;
        ((double)grown / forecast.Disk).ShouldBeInRange(0.4, 2.5, $"{grown} bytes, {forecast.Disk} were expected");

        async Task<long> SizeAsync() => long.Parse((await target.RowsAsync(
            "select sum(pg_total_relation_size(c.oid))::bigint from pg_class c where c.relkind = 'r' and c.oid >= 16384 and (c.relnamespace::regnamespace::text <> 'tandem' or c.relname = 'images')"))[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<PostgresTarget> CustomersAsync(int major)
    {
        var target = await PostgresTarget.CreateAsync(major);
        await target.ExecuteAsync("create type state as enum ('new', 'old')");
        await target.ExecuteAsync(
            "create table customers (id integer primary key generated always as identity, name varchar(40) not null, mail text unique, city text, state state not null, "
            + "rare integer, paid numeric(6, 2), at timestamptz, tags text[], data jsonb, code uuid, twice integer generated always as (rare * 2) stored, check (paid >= 0))");
        await target.ExecuteAsync("create index customers_city on customers (city)");
        await target.ExecuteAsync("create index customers_rare on customers (rare)");
        await target.ExecuteAsync("create table orders (id bigint primary key, customer integer not null references customers)");
        await target.ExecuteAsync(
            "insert into customers (name, mail, city, state, rare, paid, at, tags, data, code) select 'Name ' || i, 'm' || i || '@x.org', 'City ' || i % 2000, 'new', "
            + "case when i % 1000 = 0 then 2 else 1 end, i % 100, now(), array['a'], '{}', gen_random_uuid() from generate_series(1, " + Rows + ") i");
        await target.ExecuteAsync("insert into orders select i, i from generate_series(1, 5000) i");
        await target.ExecuteAsync("vacuum analyze");
        return target;
    }

    private static Migration Parse(string operations) => MigrationParser.Parse("0001_try.yaml", $"title: t\naccept: [ {{ code: TDM2085, reason: test }} ]\noperations:\n{operations}").Require();

    private static async Task<Evidence> TryAsync(PostgresTarget target, Migration migration, params string[] statements)
    {
        var workspace = new Workspace(target.Database, null, PostgresSandbox.For((PostgresDatabase)target.Database, null));
        var plan = await workspace.PlanAsync(migration, default);
        plan.HasErrors.ShouldBeFalse(string.Join("\n", plan.Findings));
        var request = new TrialRequest(migration, statements.Select(s => new WatchedStatement(s, "app.sql")).ToValueList());
        return (await workspace.EvidenceAsync(plan, new LintPolicy(), request, default)).ShouldNotBeNull();
    }
}
