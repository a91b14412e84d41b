using Microsoft.Data.Sqlite;
using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Columns that stand in one table in the old version, and in the table that its rows refer to in the new.</summary>
public sealed class MovedFactsTests
{
    private const string Id = "0001_change";

    private const string Pairs = "select count(*) from profiles p join customers__0001_change c on c.id = p.customer_id where p.email is not c.email";

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task A_row_that_goes_takes_no_value_along_and_one_that_comes_without_gets_it(string keys)
    {
        await using var target = await StartedAsync(keys);
        await target.ExecuteAsync("delete from profiles__0001_change where customer_id = 1");
        await target.ExecuteAsync("delete from profiles where customer_id = 2");
        await ShouldBeAsync(target, "select id, email from customers__0001_change where id in (1, 2, 11) order by id", "1|e1", "2|e2", "11|NULL");
        await target.ExecuteAsync("insert into profiles__0001_change (id, customer_id, bio) values (201, 1, 'again')");
        await target.ExecuteAsync("insert into profiles__0001_change (id, customer_id, bio) values (0, 1, 'x') on conflict (customer_id) do update set bio = 'yes'");
        await target.ExecuteAsync("insert into profiles values (202, 2, 'new2', 'again')");
        await ShouldBeAsync(target, "select id, customer_id, email, bio from profiles where customer_id < 3 order by 1", "201|1|e1|yes", "202|2|new2|again");
        await ShouldBeAsync(target, "select email from customers__0001_change where id = 2", "new2");
        foreach (var refused in new[]
        {
            "insert into profiles__0001_change (id, customer_id) values (211, 11)", "insert or ignore into profiles__0001_change (id, customer_id) values (211, 11)",
            "update customers__0001_change set email = null where id = 3", "update or ignore customers__0001_change set email = null where id = 3",
        })
        {
            await Should.ThrowAsync<SqliteException>(() => target.ExecuteAsync(refused));
        }

        await ShouldBeAsync(target, "select count(*) from profiles__0001_change where customer_id = 11", "0");
        await ShouldBeAsync(target, Pairs, "0");
    }

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task A_row_refers_to_another_one_only_where_no_value_is_lost(string keys)
    {
        await using var target = await StartedAsync(keys);
        await target.ExecuteAsync("update customers__0001_change set email = 'own' where id = 12");
        foreach (var table in new[] { "profiles", "profiles__0001_change" })
        {
            await Should.ThrowAsync<SqliteException>(() => target.ExecuteAsync($"update {table} set customer_id = 12 where customer_id = 1"));
            await Should.ThrowAsync<SqliteException>(() => target.ExecuteAsync($"update or ignore {table} set customer_id = 12 where customer_id = 1"));
        }

        await Should.ThrowAsync<SqliteException>(() => target.ExecuteAsync("insert or replace into profiles__0001_change (id, customer_id) values (101, 12)"));
        await target.ExecuteAsync("update profiles set customer_id = 13 where customer_id = 1");
        await target.ExecuteAsync("update profiles set customer_id = 12, email = 'both' where customer_id = 2");
        await target.ExecuteAsync("insert or replace into profiles values (103, 14, 'e14', null)");
        await ShouldBeAsync(target, "select id, email from customers__0001_change where id in (1, 2, 3, 12, 13, 14) order by id", "1|e1", "2|e2", "3|e3", "12|both", "13|e1", "14|e14");
        await ShouldBeAsync(target, Pairs, "0");
    }

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task A_key_that_changes_with_the_value_keeps_both(string keys)
    {
        await using var target = await StartedAsync(keys);
        await target.ExecuteAsync("update customers__0001_change set id = 50, email = 'moved' where id = 1");
        if (keys == "off")
        {
            await ShouldBeAsync(target, "select customer_id, email from profiles where id = 101", "1|e1");
            await target.ExecuteAsync("update profiles set customer_id = 50, email = 'moved' where id = 101");
        }

        await ShouldBeAsync(target, "select customer_id, email from profiles where id = 101", "50|moved");
        await ShouldBeAsync(target, Pairs, "0");
        await RunnerOf(target).CompleteAsync(Id, false, force: true, default);
        await target.ExecuteAsync("insert into profiles (id, customer_id) values (300, 20)");
        (await Should.ThrowAsync<TandemException>(() => RunnerOf(target).RollbackAsync(Id, default))).Message.ShouldContain("1 rows");
        await target.ExecuteAsync("update customers set email = 'at20' where id = 20");
        await RunnerOf(target).RollbackAsync(Id, default);
        await ShouldBeAsync(target, "select customer_id, email from profiles where id in (101, 300) order by id", "50|moved", "20|at20");
    }

    [Fact]
    public async Task Rows_that_refer_to_nothing_keep_their_values_and_hold_the_move_up()
    {
        await using var target = await OpenAsync("off");
        await target.ExecuteAsync("insert into profiles values (199, 99, 'of nobody', null)");
        await Should.ThrowAsync<TandemException>(() => StartAsync(target));
        await ShouldBeAsync(target, "select email from profiles where id = 199", "of nobody");
        await target.ExecuteAsync("insert into customers values (99, 'somebody')");
        await StartAsync(target);
        await ShouldBeAsync(target, "select email from customers__0001_change where id = 99", "of nobody");
    }

    [Fact]
    public async Task A_row_that_is_replaced_keeps_the_value()
    {
        await using var target = await StartedAsync("off");
        await target.ExecuteAsync("insert or replace into customers values (1, 'anew')");
        await target.ExecuteAsync("insert or replace into customers__0001_change (id, name) values (2, 'anew')");
        await target.ExecuteAsync("insert or replace into customers__0001_change (id, name, email) values (3, 'anew', 'given')");
        await ShouldBeAsync(target, "select customer_id, email from profiles where customer_id < 4 order by 1", "1|e1", "2|e2", "3|given");
        await ShouldBeAsync(target, Pairs, "0");
    }

    private static Runner RunnerOf(SqliteTarget target) =>
        new(target.Database, new RunnerOptions { OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    private static async Task<SqliteTarget> OpenAsync(string keys)
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync($"pragma foreign_keys = {keys}");
        await target.ExecuteAsync("create table customers (id integer primary key, name text)");
        await target.ExecuteAsync("create table profiles (id integer primary key, customer_id integer not null unique references customers on update cascade on delete cascade, email text not null, bio text)");
        await target.ExecuteAsync("with recursive g (n) as (select 1 union all select n + 1 from g where n < 20) insert into customers select n, 'c' || n from g");
        await target.ExecuteAsync("insert into profiles select 100 + id, id, 'e' || id, null from customers where id <= 10");
        return target;
    }

    private static async Task<SqliteTarget> StartedAsync(string keys)
    {
        var target = await OpenAsync(keys);
        await StartAsync(target);
        return target;
    }

    private static async Task StartAsync(SqliteTarget target)
    {
        var migration = MigrationParser.Parse(
            $"{Id}.yaml",
            "title: t\naccept: [ { code: TDM2083, reason: test } ]\noperations:\n  - move_column: { table: profiles, columns: [email], into: customers }\n").Require();
        var plan = await new Workspace(target.Database).PlanAsync(migration, default);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await RunnerOf(target).StartAsync(plan, default);
    }

    private static async Task ShouldBeAsync(SqliteTarget target, string sql, params string[] rows) => (await target.RowsAsync(sql)).ShouldBe(rows);
}
