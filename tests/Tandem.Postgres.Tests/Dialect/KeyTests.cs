using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Keys that run out, and what hangs on them.</summary>
public sealed class KeyTests
{
    private const string New = "0001_big";

    private const string Shop =
        """
        create table customers (id serial primary key, name text not null);
        create table orders (id integer generated always as identity primary key, customer_id integer references customers (id) on delete cascade on update cascade, total integer);
        insert into customers (name) values ('Ada'), ('Grace');
        insert into orders (customer_id, total) values (1, 10), (2, 20);
        comment on sequence orders_id_seq is 'numbers of orders';
        """;

    private static readonly ChangePrimaryKey Big = new() { Table = "customers", Type = new("bigint") };

    private static readonly ChangePrimaryKey BigOrders = new() { Table = "orders", Type = new("bigint") };

    [PostgresTheory]
    [EndMajors]
    public async Task An_integer_key_that_runs_out_becomes_a_bigint(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var plan = await life.StartAsync(New, Big, BigOrders);
        plan.NotKept.ShouldContain(n => n.Contains("rows with such a key cannot go back", StringComparison.Ordinal));
        plan.Summary.ShouldContain("With customers.id, orders.customer_id becomes bigint.");

        // While the old version is served, nobody can write what it could not read.
        (await Failure(() => life.AppAsync(New, "insert into customers (id, name) values (3000000000, 'x')"))).ShouldBe("22003");
        (await Failure(() => life.AppAsync(New, "update orders set customer_id = 3000000000"))).ShouldBe("22003");

        await life.BaseAsync("select setval('customers_id_seq', 2147483647), setval('orders_id_seq', 2147483647)");
        (await Failure(() => life.AppAsync(New, "insert into customers (name) values ('x')"))).ShouldBe("2200H");

        await life.CompleteAsync(New);
        (await life.BaseAsync("insert into customers (name) values ('Alan') returning id")).ShouldBe("2147483648");
        (await life.BaseAsync("insert into orders (customer_id, total) values (2147483648, 30) returning id")).ShouldBe("2147483648");
        (await life.BaseAsync("update customers set id = 3000000000 where id = 2147483648")).ShouldBe("");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_outgrew_the_old_key_stand_in_the_way_of_a_rollback_until_they_are_gone(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var before = await Sequences(life);
        await life.StartAsync(New, Big, BigOrders);
        await life.CompleteAsync(New);
        await life.BaseAsync("select setval('customers_id_seq', 3000000000)");
        await life.BaseAsync("insert into customers (name) values ('Alan'); insert into orders (customer_id, total) values (3000000001, 30), (1, 40)");
        (await life.BaseAsync("select _tandem_1_old_customer_id, _tandem_1_error from orders where total = 30")).ShouldBe("∅|22003 customer_id");

        var refused = await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New));
        refused.Problems.Single().Code.ShouldBe(ProblemCodes.RowsOutgrown);
        refused.Message.ShouldContain("1 rows");

        // The new version goes on as if nothing had been asked.
        (await life.BaseAsync("insert into customers (name) values ('Edsger') returning id")).ShouldBe("3000000002");
        await life.BaseAsync("update orders set customer_id = 1 where total = 30; delete from customers where id > 2");
        (await life.BaseAsync("select _tandem_1_old_customer_id, _tandem_1_error from orders where total = 30")).ShouldBe("1|∅");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, customer_id, total from orders order by id")).ShouldBe("1|1|10; 2|2|20; 3|1|30; 4|1|40");
        (await life.BaseAsync("insert into customers (name) values ('Niklaus') returning id")).ShouldBe("3");
        (await life.BaseAsync("insert into orders (total) values (50) returning id")).ShouldBe("5");
        (await Sequences(life)).ShouldBe(before);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_kept_old_version_is_never_shown_a_key_it_cannot_read(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.StartAsync(New, Big);
        await life.CompleteAsync(New, keep: true);

        (await Failure(() => life.BaseAsync("insert into customers (id, name) values (3000000000, 'x')"))).ShouldBe("22003");
        (await life.AppAsync("base", "insert into customers (name) values ('Old') returning id")).ShouldBe("3");
        (await life.AppAsync("base", "insert into customers (id, name) values (70, 'Old') returning id")).ShouldBe("70");
        (await life.BaseAsync("select id from customers order by id")).ShouldBe("1; 2; 3; 70");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_oldest_of_three_versions_gives_and_draws_keys(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.StartAsync(New, Big);
        await life.CompleteAsync(New, keep: true);
        await life.StartAsync("0002_split", SyncTests.Split("customers", "name"));
        (await life.AppAsync("base", "insert into customers (id, name) values (600, 'Ann Lee') returning id")).ShouldBe("600");
        await life.CompleteAsync("0002_split", keep: true);

        (await life.AppAsync("base", "insert into customers (id, name) values (700, 'Bo Lee') returning id")).ShouldBe("700");
        (await life.AppAsync("base", "insert into customers (name) values ('Cy Lee') returning id < 100")).ShouldBe("t");
        (await life.AppAsync(New, "insert into customers (id, name) values (800, 'Di Lee') returning id")).ShouldBe("800");
        (await life.BaseAsync("select id, first, last from customers where id >= 600 order by id")).ShouldBe("600|Ann|Lee; 700|Bo|Lee; 800|Di|Lee");
        (await life.AppAsync("base", "select id, name from customers where id >= 600 order by id")).ShouldBe("600|Ann Lee; 700|Bo Lee; 800|Di Lee");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_backup_tells_the_old_key_and_the_one_that_stays_apart(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.StartAsync(New, Big);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);

        var text = string.Concat(life.Backups.Where(b => b.Key.Contains("customers", StringComparison.Ordinal)).Select(b => System.Text.Encoding.UTF8.GetString(b.Value.ToArray())));
        text.ShouldContain("\"id (stays)\"");
        text.ShouldContain("\"id\"");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task New_applications_give_keys_draw_them_and_upsert_by_them(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.StartAsync(New, Big, BigOrders);

        (await life.AppAsync(New, "insert into customers (id, name) values (500, 'Given') returning id")).ShouldBe("500");
        (await life.AppAsync(New, "insert into customers (name) values ('Drawn') returning id > 2")).ShouldBe("t");
        const string Upsert = "insert into customers (id, name) values (500, 'Again') on conflict (id) do update set name = excluded.name returning id, name";
        (await life.AppAsync(New, Upsert)).ShouldBe("500|Again");
        (await Failure(() => life.AppAsync(New, "insert into customers (id, name) values (500, 'Twice')"))).ShouldBe("23505");
        (await life.BaseAsync("select count(*) from customers where id = 500 and name = 'Again'")).ShouldBe("1");
        (await Failure(() => life.AppAsync(New, "insert into orders (customer_id) values (77)"))).ShouldBe("23503");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Sequences_keep_their_rights_and_settings_on_both_ways(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var role = $"clerk_{Guid.NewGuid():N}";
        await life.BaseAsync($"create role {role}; grant select, usage on sequence orders_id_seq to {role}; alter sequence customers_id_seq as bigint maxvalue 5000 cache 3");
        try
        {
            var before = await Sequences(life);
            await life.StartAsync(New, Big, BigOrders);
            await life.CompleteAsync(New);
            (await life.BaseAsync($"select has_sequence_privilege('{role}', 'orders_id_seq', 'usage'), obj_description('orders_id_seq'::regclass), pg_get_serial_sequence('orders', 'id'), pg_get_serial_sequence('customers', 'id')"))
                .ShouldBe("t|numbers of orders|public.orders_id_seq|public.customers_id_seq");
            await life.RollbackAsync(New);
            (await Sequences(life)).ShouldBe(before);
            (await life.BaseAsync($"select has_sequence_privilege('{role}', 'orders_id_seq', 'usage')")).ShouldBe("t");
        }
        finally
        {
            await life.BaseAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_way_back_leads_to_the_same_catalogue(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.StartAsync(New, Big, BigOrders);
        await life.RollbackAsync(New);
        var undone = await life.CatalogueAsync();
        await life.RestartAsync(await life.PlanAsync(Life.Migration(New, Big, BigOrders)));
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.CatalogueAsync()).ShouldBe(undone);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_hangs_on_a_key_from_outside_is_found_when_planning(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        await life.BaseAsync("create schema elsewhere; create table elsewhere.notes (customer_id integer references public.customers (id)); create publication feed for table orders");
        (await Codes(life, Big)).ShouldContain(ProblemCodes.PinnedColumn.Id);
        (await Codes(life, new DropForeignKey { Table = "orders", Name = "orders_customer_id_fkey" }, new DropPrimaryKey { Table = "customers" })).ShouldContain(ProblemCodes.PinnedColumn.Id);
        (await Codes(life, new DropPrimaryKey { Table = "orders" })).ShouldContain(ProblemCodes.PublishedWithoutKey.Id);
        (await Codes(life, new ChangePrimaryKey { Table = "customers", Type = new("uuid") })).ShouldContain(ProblemCodes.PinnedColumn.Id);
        (await Codes(life, new DropForeignKey { Table = "orders", Name = "orders_customer_id_fkey" }, new ChangePrimaryKey { Table = "customers", Type = new("uuid") })).ShouldContain(ProblemCodes.PinnedColumn.Id);
        (await Codes(life, new ChangeType { Table = "orders", Column = "customer_id", Type = new("bigint") })).ShouldBe([ProblemCodes.RowShapeChanges.Id]);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_created_and_a_dropped_table_refer_to_the_changed_key(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var notes = new CreateTable
        {
            Name = "notes",
            Columns = [new NewColumn { Name = "customer_id", Type = new("bigint"), Nullable = false }],
            ForeignKeys = [new NewForeignKey { Columns = ["customer_id"], References = new ForeignKeyTarget { Table = "customers", Columns = ["id"] } }],
        };
        await life.StartAsync(New, new DropTable { Table = "orders" }, notes, Big);
        await life.AppAsync(New, "insert into notes values (1)");
        await life.CompleteAsync(New);
        await life.BaseAsync("insert into notes values (2)");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select conname from pg_constraint where contype = 'f' and convalidated")).ShouldBe("orders_customer_id_fkey");
        await life.RestartAsync(await life.PlanAsync(Life.Migration(New, new DropTable { Table = "orders" }, notes, Big)));
        await life.CompleteAsync(New);
        (await life.BaseAsync("select customer_id from notes order by 1")).ShouldBe("1; 2");
        await life.SunsetAsync(New);
    }

    private static Task<string> Sequences(Life life) => life.BaseAsync(
        "select schemaname, sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size, obj_description((schemaname || '.' || sequencename)::regclass) from pg_sequences where schemaname = 'public' order by 2");

    private static async Task<List<string>> Codes(Life life, params Operation[] operations) =>
        [.. (await life.PlanAsync(Life.Migration(New, operations))).Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Code.Id)];

    private static async Task<string?> Failure(Func<Task> write) => (await Should.ThrowAsync<PostgresException>(write)).SqlState;
}
