using Shouldly;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Rights;

/// <summary>A version's views give exactly the rights that the base tables gave to the same roles, no more.</summary>
public sealed class VersionRightsTests
{
    private static readonly string[] Roles = ["owner", "reader", "writer", "inserter", "single", "member", "late", "outsider", "group"];

    private const string Tables =
        """
        grant usage on schema public to public;
        grant <group> to <member>;
        create table customers (id serial primary key, name text not null, secret text, score text, note text);
        insert into customers (name, secret, score) values ('Ada Lovelace', 's1', '1'), ('Alan Turing', 's2', '2');
        create table notices (id integer primary key, subject text);
        insert into notices values (1, 'for all');
        alter table customers owner to <owner>;
        grant select on customers to <reader>, <group>;
        grant select, insert, update, delete on customers to <writer>;
        grant usage on sequence customers_id_seq to <writer>;
        grant insert on customers to <inserter>;
        grant select on notices to public;
        """;

    private const string Columns = "grant select (id, name, score), update (name) on customers to <single>;";

    private const string Change =
        """
          - split_column:
              table: customers
              column: name
              into:
                - { name: first, type: text, nullable: false, up: "split_part(name, ' ', 1)" }
                - { name: last, type: text, up: "split_part(name, ' ', 2)" }
              down: "first || coalesce(' ' || last, '')"
          - change_type: { table: customers, column: score, type: integer }
          - rename_column: { table: customers, from: secret, to: hint }
          - rename_column: { table: notices, from: subject, to: topic }
        """;

    private static readonly Deed[] Deeds =
    [
        Deed.Same("select id from customers"), Deed.Same("select count(*) from customers"),
        new("select name from customers", "select first, last from customers"),
        new("select secret from customers", "select hint from customers"),
        Deed.Same("select score from customers"), Deed.Same("select note from customers"),
        new("select id, name, secret, score, note from customers", "select * from customers"),
        new("insert into customers (name) values ('Emmy Noether')", "insert into customers (first, last) values ('Emmy', 'Noether')"),
        new("insert into customers (id, name) values (77, 'Emmy Noether')", "insert into customers (id, first, last) values (77, 'Emmy', 'Noether')"),
        new("update customers set name = 'X Y' where id = 1", "update customers set first = 'X', last = 'Y' where id = 1"),
        new("update customers set secret = 'X' where id = 1", "update customers set hint = 'X' where id = 1"),
        Deed.Same("delete from customers where id = 1"), Deed.Same("delete from customers"),
        Deed.Same("select id from customers for update"),
        new("select subject from notices", "select topic from notices"), new("update notices set subject = 'x'", "update notices set topic = 'x'"),
    ];

    public static TheoryData<int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, bool>();
            foreach (var columns in new[] { true, false })
            {
                foreach (var major in PostgresVersions.EndFor($"{columns}"))
                {
                    cases.Add(major, columns);
                }
            }

            return cases;
        }
    }

    public static TheoryData<int> From15 => [.. PostgresVersions.Tested.Where(m => m >= 15)];

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task Every_role_may_do_through_the_new_version_what_it_may_do_to_the_table(int major, bool columns)
    {
        await using var walk = await RightsWalk.CreateAsync(major, Roles, Tables + (columns ? Columns : ""));
        var before = await walk.MayAsync(null, d => d.Old, Deeds);
        before.ShouldContain("reader: select secret from customers: allowed");
        before.ShouldContain("outsider: select id from customers: denied");
        before.ShouldContain("member: select id from customers: allowed");
        before.ShouldContain("inserter: insert into customers (name) values ('Emmy Noether'): denied");
        before.ShouldContain($"single: select name from customers: {(columns ? "allowed" : "denied")}");

        await walk.StartAsync(Change);
        (await walk.MayAsync(null, d => d.Old, Deeds)).ShouldBe(before);
        (await walk.MayAsync(RightsWalk.Id, d => d.New, Deeds)).ShouldBe(before);

        await walk.CompleteAsync();
        (await walk.MayAsync(RightsWalk.Id, d => d.New, Deeds)).ShouldBe(before);
        (await walk.MayAsync(null, d => d.New, [.. Deeds.Where(d => !d.New.Contains('*', StringComparison.Ordinal))]))
            .ShouldBe(before.Where(b => !b.Contains("select id, name, secret", StringComparison.Ordinal) && !b.Contains("count(*)", StringComparison.Ordinal)));

        await walk.RollbackAsync();
        (await walk.MayAsync(null, d => d.Old, Deeds)).ShouldBe(before);
        await walk.StartAsync(Change);
        (await walk.MayAsync(RightsWalk.Id, d => d.New, Deeds)).ShouldBe(before);
    }

    /// <summary>Views that ask the table follow it at once; where there is a copy of the rights, the engine's function renews it.</summary>
    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task Rights_that_change_by_hand_while_two_versions_are_served_change_in_both(int major, bool columns)
    {
        await using var walk = await RightsWalk.CreateAsync(major, Roles, Tables + (columns ? Columns : ""));
        await walk.StartAsync(Change);
        await walk.DoAsync("grant select on customers to <late>; revoke select on customers from <reader>; revoke insert, update on customers from <writer>; revoke select on notices from public");
        await walk.DoAsync(columns ? "revoke select (name), update (name) on customers from <single>; revoke <group> from <member>" : "revoke <group> from <member>");
        var now = await walk.MayAsync(null, d => d.Old, Deeds);
        now.ShouldContain("late: select secret from customers: allowed");
        now.ShouldContain("reader: select id from customers: denied");
        if (major < 15 || columns)
        {
            await walk.DoAsync("select tandem.renew_rights('public')");
        }

        var live = await walk.MayAsync(RightsWalk.Id, d => d.New, Deeds);

        // What the name's successors give is copied at the next step of the engine's.
        live.Where(a => !a.StartsWith("single", StringComparison.Ordinal)).ShouldBe(now.Where(a => !a.StartsWith("single", StringComparison.Ordinal)));
        await walk.CompleteAsync();
        var completed = await walk.MayAsync(RightsWalk.Id, d => d.New, Deeds);
        completed.Where(a => !a.StartsWith("single", StringComparison.Ordinal)).ShouldBe(now.Where(a => !a.StartsWith("single", StringComparison.Ordinal)));
        completed.ShouldContain($"single: select score from customers: {(columns ? "allowed" : "denied")}");
        completed.ShouldContain("single: select name from customers: denied");
        completed.ShouldContain("single: update customers set name = 'X Y' where id = 1: denied");
        await walk.RollbackAsync();
        (await walk.MayAsync(null, d => d.Old, Deeds)).Where(a => !a.Contains("for update", StringComparison.Ordinal))
            .ShouldBe(now.Where(a => !a.Contains("for update", StringComparison.Ordinal)));
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_column_made_of_several_is_open_to_those_alone_who_could_read_all_of_them(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["half", "both", "group"],
            """
            grant usage on schema public to public;
            create table people (id integer primary key, first text, last text, pin text, age text);
            insert into people values (1, 'Ada', 'Lovelace', '1234', '36');
            grant <group> to <both>;
            grant select (id, first, age) on people to <half>;
            grant select (id, first), update (first, last) on people to <both>;
            grant select (last) on people to <group>
            """);
        await walk.StartAsync(
            """
              - merge_columns:
                  table: people
                  from: [ { name: first, down: "split_part(name, ' ', 1)" }, { name: last, down: "split_part(name, ' ', 2)" } ]
                  into: { name: name, type: text }
                  up: "first || ' ' || last"
              - change_type: { table: people, column: age, type: varchar(20), up: "age || pin", down: "left(age, 2)" }
            """);
        foreach (var version in new[] { RightsWalk.Id, null })
        {
            (await walk.TryAsync("half", version, version is null ? "select _tandem_1_new_name from people" : "select name from people")).ShouldBe("denied");
            (await walk.TryAsync("both", version, version is null ? "select _tandem_1_new_name from people" : "select name from people")).ShouldStartWith("Ada Lovelace");
            (await walk.TryAsync("half", version, version is null ? "select _tandem_1_new_age from people" : "select age from people")).ShouldBe("denied");
            (await walk.TryAsync("half", version, "select id from people")).ShouldStartWith("1");
            (await walk.TryAsync("half", version, "select * from people")).ShouldBe("denied");
        }

        (await walk.TryAsync("half", null, "select first, age from people")).ShouldStartWith("Ada|36");
        (await walk.TryAsync("both", RightsWalk.Id, "update people set name = 'A B'")).ShouldBe(" 1");
        await walk.CompleteAsync();
        foreach (var column in new[] { "name", "age", "pin", "_tandem_1_old_last" })
        {
            (await walk.TryAsync("half", null, $"select {column} from people")).ShouldBe("denied", column);
        }

        (await walk.TryAsync("both", null, "select name from people")).ShouldStartWith("Ada Lovelace");
        await walk.RollbackAsync();
        (await walk.TryAsync("half", null, "select first, age from people")).ShouldStartWith("Ada|36");
        (await walk.TryAsync("half", null, "select last from people")).ShouldBe("denied");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Default_privileges_and_usage_of_the_schema_open_no_view(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["lucky", "locked", "reader"],
            """
            create table customers (id integer primary key, name text, city text);
            insert into customers values (1, 'Ada', 'London');
            grant select on customers to <locked>, <reader>;
            grant select (id) on customers to <reader>;
            revoke usage on schema public from public;
            grant usage on schema public to <lucky>, <reader>;
            alter default privileges grant all on tables to <lucky>;
            alter default privileges grant usage on schemas to <locked>
            """);
        await walk.StartAsync(
            """
              - rename_column: { table: customers, from: name, to: full_name }
              - extract_table: { table: customers, into: addresses, columns: [ city ] }
            """);
        foreach (var sql in new[] { "select id from customers", "select full_name from customers", "select city from addresses", "delete from addresses" })
        {
            (await walk.TryAsync("lucky", RightsWalk.Id, sql)).ShouldBe("denied", sql);
            (await walk.TryAsync("locked", RightsWalk.Id, sql)).ShouldBe("denied", sql);
        }

        (await walk.TryAsync("reader", RightsWalk.Id, "select full_name from customers")).ShouldStartWith("Ada");
        await walk.CompleteAsync();
        (await walk.TryAsync("lucky", null, "select id from customers")).ShouldBe("denied");
        (await walk.TryAsync("lucky", RightsWalk.Id, "select city from addresses")).ShouldBe("denied");
        (await walk.TryAsync("reader", null, "select full_name from customers")).ShouldStartWith("Ada");
    }

    [PostgresTheory]
    [MemberData(nameof(From15))]
    public async Task Row_security_holds_for_the_caller_through_every_version(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["one", "two", "boss"],
            """
            grant usage on schema public to public;
            create table customers (id integer primary key, name text, tenant text);
            insert into customers values (1, 'Ada', 'one'), (2, 'Alan', 'two');
            grant select, insert, update, delete on customers to <one>, <two>, <boss>;
            alter table customers enable row level security;
            create policy own on customers using (tenant = split_part(current_user, '_', 1));
            create policy boss on customers to <boss> using (true)
            """);
        await walk.StartAsync(
            """
              - rename_column: { table: customers, from: tenant, to: client }
              - change_type: { table: customers, column: name, type: varchar(40), up: name, down: name }
            """);
        foreach (var version in new[] { RightsWalk.Id, "complete", "rollback" })
        {
            if (version == "complete")
            {
                await walk.CompleteAsync();
            }
            else if (version == "rollback")
            {
                await walk.RollbackAsync();
            }

            var (served, tenant) = version switch { "complete" => (null, "client"), "rollback" => (null, "tenant"), _ => (version, "client") };
            (await walk.TryAsync("one", served, "select id, name from customers order by id")).ShouldBe("1|Ada -1");
            (await walk.TryAsync("two", served, "update customers set name = name")).ShouldBe(" 1");
            (await walk.TryAsync("two", served, $"insert into customers (id, name, {tenant}) values (9, 'X', 'one')")).ShouldBe("denied");
            (await walk.TryAsync("two", served, $"insert into customers (id, name, {tenant}) values (9, 'X', 'two')")).ShouldBe(" 1");
            (await walk.TryAsync("boss", served, "select count(*) from customers")).ShouldBe("2 -1");
        }
    }

    /// <summary>Policies that come while a version is served whose view asks as its owner: the view asks as the caller from then on.</summary>
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Row_security_that_is_forced_holds_for_the_owner_in_every_version(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["one", "two"],
            """
            grant usage on schema public to public;
            create table customers (id integer primary key, name text, tenant text);
            insert into customers values (1, 'Ada', 'one'), (2, 'Alan', 'two');
            create policy own on customers using (tenant = split_part(current_user, '_', 1));
            alter table customers owner to <one>;
            alter table customers enable row level security, force row level security;
            grant select, insert, update, delete on customers to <two>
            """);
        const string change =
            """
              - rename_column: { table: customers, from: name, to: title }
              - add_column: { table: customers, name: length, type: integer, nullable: false, up: length(name) }
            """;
        if (major < 15)
        {
            (await walk.PlanAsync(change)).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.RowSecurityNeedsInvoker);
            return;
        }

        await walk.StartAsync(change);
        foreach (var version in new[] { RightsWalk.Id, "complete" })
        {
            if (version == "complete")
            {
                await walk.CompleteAsync();
            }

            var served = version == "complete" ? null : version;
            foreach (var (role, row) in new[] { ("one", "1|Ada|3 -1"), ("two", "2|Alan|4 -1") })
            {
                (await walk.TryAsync(role, served, "select id, title, length from customers")).ShouldBe(row);
                (await walk.TryAsync(role, served, "update customers set title = title")).ShouldBe(" 1");
                (await walk.TryAsync(role, served, "insert into customers (id, title, length, tenant) values (9, 'X', 1, 'three')")).ShouldBe("denied");
            }
        }

        await walk.RollbackAsync();
        (await walk.TryAsync("one", null, "select id, name from customers")).ShouldBe("1|Ada -1");
        (await walk.AskAsync("select string_agg(name, ',' order by id) from customers")).ShouldBe("Ada,Alan");
    }

    [PostgresTheory]
    [MemberData(nameof(From15))]
    public async Task Row_security_that_comes_with_a_migration_holds_in_every_served_version(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["one", "single"],
            """
            grant usage on schema public to public;
            create table customers (id integer primary key, name text, tenant text);
            insert into customers values (1, 'Ada', 'one'), (2, 'Alan', 'two');
            grant select on customers to <one>;
            grant select (id) on customers to <single>
            """);
        await walk.StartAsync("  - rename_column: { table: customers, from: name, to: full_name }\n");
        await walk.CompleteAsync();
        (await walk.TryAsync("single", RightsWalk.Id, "select count(*) from customers")).ShouldBe("2 -1");
        var plan = await walk.StartAsync(
            """
              - set_row_security: { table: customers, enabled: true }
              - create_policy: { table: customers, name: own, using: "tenant = split_part(current_user, '_', 1)" }
            """, "0002_rows");
        plan.Findings.Select(f => f.Code).ShouldContain(ProblemCodes.AccessNarrows);
        (await walk.TryAsync("one", RightsWalk.Id, "select count(*) from customers")).ShouldBe("2 -1");
        await walk.Runner.CompleteAsync("0002_rows", keepOld: true, false, default);
        (await walk.TryAsync("one", null, "select count(*) from customers")).ShouldBe("1 -1");
        (await walk.TryAsync("one", RightsWalk.Id, "select count(*) from customers")).ShouldBe("1 -1");
        (await walk.TryAsync("single", RightsWalk.Id, "select id from customers")).ShouldBeOneOf("denied", " -1");
        await walk.RollbackAsync("0002_rows");
        (await walk.TryAsync("one", RightsWalk.Id, "select count(*) from customers")).ShouldBe("2 -1");
    }

    [PostgresFact(14)]
    public async Task Before_15_row_security_and_versions_views_exclude_each_other()
    {
        await using var walk = await RightsWalk.CreateAsync(14, ["one"],
            """
            grant usage on schema public to public;
            create table customers (id integer primary key, name text);
            create table orders (id integer primary key, total integer);
            alter table orders enable row level security;
            grant select on customers, orders to <one>
            """);
        (await walk.PlanAsync("  - rename_column: { table: orders, from: total, to: sum }\n")).Findings.Select(f => f.Code).ShouldContain(ProblemCodes.RowSecurityNeedsInvoker);
        (await walk.PlanAsync("  - rename_column: { table: customers, from: name, to: full_name }\n  - set_row_security: { table: customers, enabled: true }\n"))
            .Findings.Select(f => f.Code).ShouldContain(ProblemCodes.RowSecurityNeedsInvoker);

        await walk.StartAsync("  - rename_column: { table: customers, from: name, to: full_name }\n");
        await walk.CompleteAsync();
        await walk.StartAsync("  - set_row_security: { table: customers, enabled: true }\n", "0002_rows");
        var refused = await Should.ThrowAsync<TandemException>(() => walk.CompleteAsync("0002_rows"));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowSecurityNeedsInvoker);
        (await walk.AskAsync("select relrowsecurity::text from pg_class where relname = 'customers'")).ShouldBe("false");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Views_of_the_users_keep_their_owner_and_their_rights(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, ["owner", "reader", "outsider", "late"],
            """
            grant usage on schema public to public;
            create table customers (id integer primary key, name text, score text);
            insert into customers values (1, 'Ada', '7');
            create view scores as select id, score from customers;
            grant select on customers to <owner>;
            alter view scores owner to <owner>;
            grant select on scores to <reader>
            """);
        var deeds = new[] { Deed.Same("select score from scores"), Deed.Same("select score from customers"), Deed.Same("delete from scores") };
        var before = await walk.MayAsync(null, d => d.Old, deeds);
        await walk.StartAsync("  - change_type: { table: customers, column: score, type: integer }\n");
        (await walk.MayAsync(RightsWalk.Id, d => d.New, deeds)).ShouldBe(before);
        await walk.DoAsync("revoke select on scores from <reader>; grant select on scores to <late>");
        await walk.DoAsync("select tandem.renew_rights('public')");
        var now = await walk.MayAsync(null, d => d.Old, deeds);
        now.ShouldContain("late: select score from scores: allowed");
        now.ShouldContain("reader: select score from scores: denied");
        (await walk.MayAsync(RightsWalk.Id, d => d.New, deeds)).ShouldBe(now);
        await walk.CompleteAsync();
        (await walk.MayAsync(null, d => d.New, deeds)).ShouldBe(now);
        (await walk.MayAsync(RightsWalk.Id, d => d.New, deeds)).ShouldBe(now);
        await walk.RollbackAsync();
        (await walk.MayAsync(null, d => d.Old, deeds)).ShouldBe(now);
    }
}
