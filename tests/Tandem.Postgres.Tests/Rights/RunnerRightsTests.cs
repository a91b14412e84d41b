using Shouldly;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Rights;

/// <summary>Which rights the role needs that carries migrations out, and what doctor says of those that it lacks.</summary>
public sealed class RunnerRightsTests
{
    private static readonly string[] Roles = ["owner", "deployer", "app", "stranger"];

    private const string Tables =
        """
        grant usage on schema public to public;
        do $$ begin execute format('grant create on database %I to <owner>, <deployer>', current_database()); end $$;
        grant usage, create on schema public to <owner>, <deployer>;
        grant <owner> to <deployer>;
        set role <owner>;
        create table customers (id serial primary key, name text not null, score text, note text);
        insert into customers (name, score) values ('Ada Lovelace', '1'), ('Alan Turing', '2');
        create table orders (id integer primary key, customer_id integer references customers, total integer);
        insert into orders values (1, 1, 10);
        create view scores as select id, score from customers;
        create function note() returns trigger language plpgsql as 'begin return new; end';
        grant select, insert, update, delete on customers, orders to <app>;
        grant select on scores to <app>;
        grant usage on sequence customers_id_seq to <app>
        """;

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
          - drop_column: { table: customers, column: note, down: "null" }
          - create_table: { name: visits, columns: [ { name: id, type: integer }, { name: customer_id, type: integer } ], primary_key: [ id ], foreign_keys: [ { columns: [ customer_id ], references: { table: customers, columns: [ id ] } } ] }
          - add_unique: { table: orders, columns: [ total ] }
          - create_enum: { name: mood, values: [ ok ] }
          - create_trigger: { table: orders, name: noted, timing: before, events: insert, execute: note() }
          - grant: { on: visits, privileges: [ select ], to: [ <app> ] }
          - revoke: { on: orders, privileges: [ delete ], from: [ <app> ] }
        """;

    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            foreach (var role in new[] { "owner", "deployer" })
            {
                foreach (var major in PostgresVersions.EndFor(role))
                {
                    cases.Add(major, role);
                }
            }

            return cases;
        }
    }

    /// <summary>Neither needs to be a superuser: the owner of the tables, and a member of the owner.</summary>
    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task The_whole_life_needs_the_rights_of_the_owner_and_no_more(int major, string role)
    {
        await using var walk = await RightsWalk.CreateAsync(major, Roles, Tables);
        await using var database = walk.As(role);
        (await database.CheckAsync(default)).Select(c => c.Problem).OfType<Problem>().Where(p => p.Severity > Severity.Note && p.Code != ProblemCodes.EnvironmentNotReady).ShouldBeEmpty();
        var runner = RightsWalk.RunnerOf(database);

        var plan = await walk.StartAsync(Change, by: database);
        await AppWorksAsync(walk, live: true);
        await runner.RollbackAsync(RightsWalk.Id, default);
        await AppWorksAsync(walk, live: false);
        await runner.StartAsync(plan, default);
        await AppWorksAsync(walk, live: true);
        await runner.CompleteAsync(RightsWalk.Id, false, false, default);
        (await walk.TryAsync("app", null, "insert into customers (first, last, score) values ('Emmy', 'Noether', 3)")).ShouldBe(" 1");
        (await walk.TryAsync("app", null, "select score from scores order by id")).ShouldBe("1;2 -1");
        (await walk.TryAsync("app", null, "select * from visits")).ShouldBe(" -1");
        (await walk.TryAsync("app", null, "delete from orders")).ShouldBe("denied");
        await runner.RollbackAsync(RightsWalk.Id, default);
        await AppWorksAsync(walk, live: false);
        await runner.StartAsync(plan, default);
        await runner.CompleteAsync(RightsWalk.Id, false, false, default);
        (await runner.SunsetAsync(RightsWalk.Id, true, default)).State.ShouldBe(RunState.Done);
        (await walk.TryAsync("app", null, "select first, score from customers order by id")).ShouldBe("Ada|1;Alan|2 -1");
        (await walk.AskAsync("select string_agg(relowner::regrole::text, ',' order by relname) from pg_class where relname in ('customers', 'orders', 'scores') and relnamespace = 'public'::regnamespace"))
            .ShouldBe($"{walk.Name("owner")},{walk.Name("owner")},{walk.Name("owner")}");
    }

    [PostgresFact]
    public async Task Doctor_names_what_is_missing()
    {
        await using var walk = await RightsWalk.CreateAsync(PostgresVersions.Newest, Roles, Tables);
        await walk.DoAsync("revoke all on schema public from public, <stranger>");
        await using var stranger = walk.As("stranger");
        var messages = (await stranger.CheckAsync(default)).Select(c => c.Problem?.Message).OfType<string>().ToList();
        var name = walk.Name("stranger");
        messages.ShouldContain($"{name} lacks CREATE on the database, for the schemas of versions and of Tandem's journal; and USAGE on the schema, to find what is in it; and CREATE on the schema, for new tables and indexes.");
        messages.ShouldContain($"{name} neither owns customers, customers_id_seq, orders, scores nor is a member of {walk.Name("owner")}; only owners may change a table or view.");

        // What one role installed another cannot use.
        await walk.StartAsync("  - create_enum: { name: mood, values: [ ok ] }\n");
        (await stranger.CheckAsync(default)).Single(c => c.Name == "journal").Problem!.Message
            .ShouldBe($"The schema tandem with the journal belongs to tandem, whose rights {name} does not have.");

        await walk.DoAsync("alter table orders enable row level security, force row level security");
        await using var owner = walk.As("owner");
        var bound = (await owner.CheckAsync(default)).Single(c => c.Name == "row security").Problem!;
        bound.Message.ShouldContain("Row security is forced on the owner of orders");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Doctor_names_views_of_versions_that_give_other_rights_than_their_tables(int major)
    {
        await using var walk = await RightsWalk.CreateAsync(major, Roles, Tables + "; reset role; grant select (id) on orders to <stranger>");
        await walk.StartAsync("  - rename_column: { table: orders, from: total, to: sum }\n");
        await using var database = walk.As("owner");
        async Task<Problem?> RightsAsync() => (await database.CheckAsync(default)).Single(c => c.Name == "rights of versions").Problem;
        (await RightsAsync()).ShouldBeNull();
        await walk.DoAsync("grant select (total) on orders to <stranger>");
        (await RightsAsync())!.Message.ShouldContain("public_0001_change.orders");
        await walk.DoAsync("select tandem.renew_rights('public')");
        (await RightsAsync()).ShouldBeNull();
        await walk.DoAsync("revoke insert on orders from <app>");
        (await RightsAsync())!.Remedy.ShouldBe("Call `select tandem.renew_rights('public')` as the role that runs Tandem.");
        await walk.RollbackAsync();
        (await RightsAsync()).ShouldBeNull();
    }

    private static async Task AppWorksAsync(RightsWalk walk, bool live)
    {
        (await walk.TryAsync("app", null, "insert into customers (name, score) values ('Emmy Noether', '3')")).ShouldBe(" 1");
        (await walk.TryAsync("app", null, "select score from scores order by id")).ShouldBe("1;2 -1");
        (await walk.TryAsync("app", null, "delete from orders where id = 9")).ShouldBe(" 0");
        if (live)
        {
            (await walk.TryAsync("app", RightsWalk.Id, "insert into customers (first, last, score) values ('Emmy', 'Noether', 3)")).ShouldBe(" 1");
            (await walk.TryAsync("app", RightsWalk.Id, "select score from scores order by id")).ShouldBe("1;2 -1");
            (await walk.TryAsync("app", RightsWalk.Id, "select * from visits")).ShouldBe(" -1");
        }
    }
}
