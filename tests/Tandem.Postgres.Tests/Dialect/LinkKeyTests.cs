using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Keys of rows that two versions keep in different tables: they move, look different, or are older than the sync.</summary>
public sealed class LinkKeyTests
{
    private const string New = "0001_new";

    private const string Profiles =
        """
        create table customers (id int primary key);
        create table profiles (id int primary key references customers on delete cascade on update cascade, bio text);
        insert into customers values (3), (2), (1);
        insert into profiles values (1, 'a'), (2, 'b');
        """;

    private const string Customers =
        """
        create table customers (id int primary key, street text);
        insert into customers values (3, null), (2, 'b'), (1, 'a');
        """;

    private static readonly SplitTable Split = new()
    {
        Table = "customers",
        Into = [new RowTarget { Name = "short", Where = new SqlText("length(street) < 3") }, new RowTarget { Name = "long", Where = new SqlText("(length(street) < 3) is not true") }],
    };

    private static readonly ExtractTable Extract = new() { Table = "customers", Columns = ["street"], Into = "addresses", Key = ["customer_id"] };

    private static readonly InlineTable Inline = new() { Table = "profiles", Into = "customers" };

    public static TheoryData<int> Newest => [PostgresVersions.Newest];

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_take_their_keys_from_one_another_keep_values_that_are_unique(int major)
    {
        const string Rows = "(id int primary key, name text unique, size int); insert into {0} values (3, 'c', 1), (2, 'b', 1), (1, 'a', 1)";
        await using var split = await Life.CreateAsync(major, $"create table customers {Rows.Replace("{0}", "customers", StringComparison.Ordinal)}");
        await split.StartAsync(New, new SplitTable { Table = "customers", Into = [new RowTarget { Name = "small", Where = new SqlText("size < 5") }, new RowTarget { Name = "big", Where = new SqlText("size >= 5") }] });
        await split.BaseAsync("update customers set id = id + 1");
        await split.AppAsync(New, "update small set id = id + 1, size = 2");
        await split.BaseAsync("update customers set id = id + 1, size = id");
        (await split.BaseAsync("select * from customers order by id")).ShouldBe("4|a|3; 5|b|4; 6|c|5");
        (await split.AppAsync(New, "select * from (select * from small union all select * from big) s order by id")).ShouldBe("4|a|3; 5|b|4; 6|c|5");
        (await split.AppAsync(New, "select count(*) from big")).ShouldBe("1");

        await using var merge = await Life.CreateAsync(major, $"create table customers {Rows.Replace("{0}", "customers", StringComparison.Ordinal)}; create table suppliers {Rows.Replace("{0}", "suppliers", StringComparison.Ordinal)}");
        await merge.StartAsync(New, new MergeTables
        {
            From = [new RowSource { Name = "customers", Value = new SqlText("'c'") }, new RowSource { Name = "suppliers", Value = new SqlText("'s'") }],
            Into = "parties",
            Discriminator = new Discriminator { Column = "kind", Type = new SqlText("text"), InKey = true },
        });
        await merge.BaseAsync("update customers set id = id + 1");
        await merge.AppAsync(New, "update parties set id = id + 1, size = id where kind = 's'");
        (await merge.AppAsync(New, "select kind, id, name, size from parties order by 1, 2")).ShouldBe("c|2|a|1; c|3|b|1; c|4|c|1; s|2|a|1; s|3|b|2; s|4|c|3");
        (await merge.BaseAsync("select c.id, c.name, s.size from customers c join suppliers s using (id) order by 1")).ShouldBe("2|a|1; 3|b|2; 4|c|3");
    }

    [PostgresTheory]
    [MemberData(nameof(Newest))]
    public async Task No_operator_of_somebody_is_called_with_the_rights_of_the_sync(int major)
    {
        const string Trap = "create function trap(varchar, varchar) returns boolean language plpgsql as $$ begin raise 'called by %', current_user; end $$; create operator = (leftarg = varchar, rightarg = varchar, function = trap)";
        await using var extract = await Life.CreateAsync(major, "create table customers (id varchar(9) primary key, street text); insert into customers values ('a', 's'), ('b', null)");
        await extract.StartAsync(New, Extract);
        await extract.BaseAsync(Trap);
        await extract.BaseAsync("update customers set street = 't'; insert into customers values ('c', 'u'); update customers set id = id || 'x'");
        await extract.AppAsync(New, "update addresses set street = street || '!'");
        (await extract.BaseAsync("select * from customers order by street")).ShouldBe("ax|t!; bx|t!; cx|u!");
        await extract.AppAsync(New, "delete from addresses");
        (await extract.BaseAsync("select count(street) from customers")).ShouldBe("0");

        await using var parted = await Life.CreateAsync(major, "create table trips (id varchar(9) primary key, what text); insert into trips values ('a', 's'), ('p', null)");
        await parted.StartAsync(New, new PartitionTable
        {
            Table = "trips", By = PartitionStrategy.Range, Columns = ["id"],
            Partitions = [new NewPartition { Name = "low", To = "k" }, new NewPartition { Name = "high", From = "k" }],
        });
        await parted.BaseAsync(Trap);
        await parted.BaseAsync("update trips set what = 't', id = id || 'x'");
        (await parted.BaseAsync("select * from _tandem_1_new_trips order by 1")).ShouldBe("ax|t; px|t");
    }

    [PostgresTheory]
    [MemberData(nameof(Newest))]
    public async Task A_truncate_reaches_rows_that_its_transaction_cannot_see_or_is_refused(int major)
    {
        await using var split = await Life.CreateAsync(major, Customers);
        await split.StartAsync(New, Split);
        await TruncateAsync(split, "insert into customers values (4, 'late')", "truncate customers");
        (await split.AppAsync(New, "select (select count(*) from short) + (select count(*) from long)")).ShouldBe("0");

        await using var extract = await Life.CreateAsync(major, Customers);
        await extract.StartAsync(New, Extract);
        await TruncateAsync(extract, "insert into customers values (4, 'late')", "truncate customers cascade");
        (await extract.AppAsync(New, "select count(*) from addresses")).ShouldBe("0");

        await using var inline = await Life.CreateAsync(major, Profiles);
        await inline.StartAsync(New, Inline);
        (await Should.ThrowAsync<PostgresException>(() => TruncateAsync(inline, "insert into profiles values (3, 'late')", "truncate profiles"))).SqlState.ShouldBe("0A000");
        (await inline.AppAsync(New, "select count(*) from customers where bio is not null")).ShouldBe("3");
        await inline.BaseAsync("truncate profiles");
        (await inline.AppAsync(New, "select count(*) from customers where bio is not null")).ShouldBe("0");
    }

    private static async Task TruncateAsync(Life life, string meanwhile, string truncate)
    {
        await using var old = await life.Server.OpenAsync();
        await life.RunAsync(old, null, "begin isolation level repeatable read; select count(*) from pg_class");
        await life.BaseAsync(meanwhile);
        await life.RunAsync(old, null, $"{truncate}; commit");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_key_and_facts_that_change_at_once_are_both_kept_while_the_part_is_hidden(int major)
    {
        await using var life = await Life.CreateAsync(major, Profiles);
        await life.StartAsync(New, Inline);
        await life.CompleteAsync(New);
        await life.BaseAsync("update customers set id = 100, bio = 'x' where id = 1");
        (await life.BaseAsync("select * from customers order by id")).ShouldBe("2|b; 3|∅; 100|x");
        await life.BaseAsync("update customers set id = 4, bio = null where id = 100");
        (await life.BaseAsync("select * from customers order by id")).ShouldBe("2|b; 3|∅; 4|∅");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select * from profiles where bio is not null order by id")).ShouldBe("2|b");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Keys_that_make_way_for_one_another_keep_new_facts_while_the_part_is_hidden(int major)
    {
        await using var life = await Life.CreateAsync(major, Profiles);
        await life.StartAsync(New, Inline);
        await life.CompleteAsync(New);
        await life.BaseAsync("delete from customers; insert into customers values (3, null), (2, 'b'), (1, 'a'); update customers set id = id + 1, bio = 'n' || id");
        (await life.BaseAsync("select * from customers order by id")).ShouldBe("2|n1; 3|n2; 4|n3");
        await life.BaseAsync("delete from customers; insert into customers values (3, null), (2, 'b'), (1, 'a'); update customers set id = id + 1");
        (await life.BaseAsync("select * from customers order by id")).ShouldBe("2|a; 3|b; 4|∅");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select * from profiles order by id")).ShouldBe("2|a; 3|b");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_key_and_facts_that_change_at_once_are_both_kept_after_a_rollback(int major)
    {
        await using var life = await Life.CreateAsync(major, Customers);
        await life.StartAsync(New, Extract);
        await life.BaseAsync("update customers set id = 50, street = 'live' where id = 1");
        await life.RollbackAsync(New);
        await life.BaseAsync("update customers set id = 100, street = 'x' where id = 50");
        (await life.BaseAsync("select * from customers order by id")).ShouldBe("2|b; 3|∅; 100|x");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_transaction_that_is_older_than_the_new_table_leaves_no_row_behind(int major)
    {
        foreach (var operation in new Operation[] { Split, Extract })
        {
            await using var life = await Life.CreateAsync(major, Customers);
            await using var old = await life.Server.OpenAsync();
            await life.RunAsync(old, null, "begin isolation level repeatable read; select count(*) from pg_class");
            await life.StartAsync(New, operation);
            await Serialized(() => life.RunAsync(old, null, "delete from customers where id = 1; commit"));
            (await life.BaseAsync("select count(*) from customers where id = 1")).ShouldBe(
                await life.AppAsync(New, operation is SplitTable ? "select count(*) from short where id = 1" : "select count(*) from addresses where customer_id = 1"));
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_transaction_that_is_older_than_the_merged_table_leaves_no_row_behind(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table drafts (id int primary key, body text); create table posts (id int primary key, body text); insert into drafts values (1, 'd1')");
        await using var old = await life.Server.OpenAsync();
        await life.RunAsync(old, null, "begin isolation level repeatable read; select count(*) from pg_class");
        await life.StartAsync(New, new MergeTables
        {
            From = [new RowSource { Name = "drafts", Value = new SqlText("'draft'") }, new RowSource { Name = "posts", Value = new SqlText("'post'") }],
            Into = "texts",
            Discriminator = new Discriminator { Column = "kind", Type = new SqlText("text") },
        });
        await Serialized(() => life.RunAsync(old, null, "delete from drafts where id = 1; commit"));
        (await life.BaseAsync("select count(*) from drafts")).ShouldBe(await life.AppAsync(New, "select count(*) from texts"));
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_key_that_looks_different_and_is_the_same_looks_different_in_both_versions(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table customers (id numeric primary key, street text); insert into customers values (1.0, 'a'), (2.0, 'b')");
        await life.StartAsync(New, Split);
        await life.BaseAsync("update customers set id = 1.00 where id = 1");
        await life.AppAsync(New, "update short set id = 2.000 where id = 2");
        (await life.AppAsync(New, "select id from short order by id")).ShouldBe("1.00; 2.000");
        (await life.BaseAsync("select id from customers order by id")).ShouldBe("1.00; 2.000");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select id from short order by id")).ShouldBe("1.00; 2.000");
    }

    [PostgresTheory]
    [MemberData(nameof(Newest))]
    public async Task Conditions_over_computed_columns_hold_in_triggers_too(int major)
    {
        var kind = major < 18 ? "stored" : "virtual";
        await using var life = await Life.CreateAsync(major, $"create table customers (id int primary key, street text, size int generated always as (length(street)) {kind}); insert into customers values (1, 'a'), (2, 'street')");
        await life.StartAsync(New, new SplitTable
        {
            Table = "customers",
            Into = [new RowTarget { Name = "short", Where = new SqlText("size < 3") }, new RowTarget { Name = "long", Where = new SqlText("(size < 3) is not true") }],
        });
        await life.BaseAsync("update customers set street = 'b' where id = 2; update customers set street = 'long' where id = 1; insert into customers values (3, 'c'), (4, 'd'); delete from customers where id = 3");
        await life.AppAsync(New, "update short set street = 'x' where id = 4");
        (await life.AppAsync(New, "select id, street from short order by id")).ShouldBe("2|b; 4|x");
        (await life.AppAsync(New, "select id, street from long order by id")).ShouldBe("1|long");
        (await life.BaseAsync("select id, street from customers order by id")).ShouldBe("1|long; 2|b; 4|x");
    }

    private static async Task Serialized(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            return;
        }
    }
}
