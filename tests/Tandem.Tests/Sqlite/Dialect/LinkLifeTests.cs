using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Facts that two versions keep in different tables, with foreign keys that nobody enforces.</summary>
public sealed class LinkLifeTests
{
    private const string Id = "0001_change";

    [Fact]
    public async Task Keys_move_with_their_facts_through_either_version()
    {
        await using var target = await OpenAsync();
        var runner = RunnerOf(target);
        await StartAsync(target, "extract_table: { table: customers, columns: [street, city], into: addresses, key: [customer_id] }");
        await target.ExecuteAsync("update customers set id = id + 10");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "11|s1|none", "13|s3|Rome");
        await target.ExecuteAsync("update customers__0001_change set id = id + 10");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "21|s1|none", "23|s3|Rome");
        await ShouldBeAsync(target, "select id, street, city from customers order by id", "21|s1|none", "22|NULL|none", "23|s3|Rome");
        await target.ExecuteAsync("update addresses__0001_change set customer_id = 22 where customer_id = 21");
        await ShouldBeAsync(target, "select id, street, city from customers order by id", "21|NULL|none", "22|s1|none", "23|s3|Rome");
        await runner.CompleteAsync(Id, false, force: true, default);
        await target.ExecuteAsync("update customers set id = id + 10");
        await ShouldBeAsync(target, "select * from addresses order by 1", "32|s1|none", "33|s3|Rome");
        await runner.RollbackAsync(Id, default);
        await ShouldBeAsync(target, "select id, street, city from customers order by id", "31|NULL|none", "32|s1|none", "33|s3|Rome");
    }

    [Fact]
    public async Task A_part_may_come_before_its_row()
    {
        await using var target = await OpenAsync();
        await StartAsync(target, "extract_table: { table: customers, columns: [street, city], into: addresses, key: [customer_id] }");
        await target.ExecuteAsync("insert into addresses__0001_change values (9, 's9', 'Oslo')");
        await target.ExecuteAsync("insert into customers__0001_change (id, name) values (9, 'i')");
        await ShouldBeAsync(target, "select street, city from customers where id = 9", "s9|Oslo");
        await ShouldBeAsync(target, "select * from addresses__0001_change where customer_id = 9", "9|s9|Oslo");
        await target.ExecuteAsync("delete from customers where id = 9");
        await ShouldBeAsync(target, "select count(*) from addresses__0001_change where customer_id = 9", "0");
    }

    [Fact]
    public async Task Filling_the_version_with_the_columns_empties_no_part()
    {
        await using var target = await OpenAsync();
        var runner = RunnerOf(target);
        await target.ExecuteAsync("create table notes (id integer primary key references customers (id) on delete cascade, text text not null)");
        await target.ExecuteAsync("insert into notes values (1, 'n1'), (3, 'n3'), (7, 'of nobody')");
        await StartAsync(target, "inline_table: { table: notes, into: customers }");
        await ShouldBeAsync(target, "select * from notes order by 1", "1|n1", "3|n3", "7|of nobody");
        await ShouldBeAsync(target, "select id, text from customers__0001_change order by 1", "1|n1", "2|NULL", "3|n3");
        await target.ExecuteAsync("update customers set id = 8 where id = 3");
        await ShouldBeAsync(target, "select * from notes order by 1", "1|n1", "7|of nobody", "8|n3");
        await target.ExecuteAsync("insert or replace into customers__0001_change (id, name, text) values (2, 'b', 'n2')");
        await runner.CompleteAsync(Id, false, force: true, default);
        await target.ExecuteAsync("update customers set id = 12 where id = 2");
        await runner.RollbackAsync(Id, default);
        await ShouldBeAsync(target, "select * from notes order by 1", "1|n1", "7|of nobody", "8|n3", "12|n2");
    }

    [Fact]
    public async Task What_the_other_version_does_not_take_is_refused_whatever_the_statement_says()
    {
        await using var target = await OpenAsync();
        await target.ExecuteAsync("create table notes (id integer primary key references customers (id) on delete cascade, text text not null, more text)");
        await StartAsync(target, "inline_table: { table: notes, into: customers }");
        await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => target.ExecuteAsync("update or ignore customers__0001_change set more = 'm' where id = 1"));
        await ShouldBeAsync(target, "select more from customers__0001_change where id = 1", "NULL");
    }

    private static Runner RunnerOf(SqliteTarget target) =>
        new(target.Database, new RunnerOptions { OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    private static async Task<SqliteTarget> OpenAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("pragma foreign_keys = off");
        await target.ExecuteAsync("create table customers (id integer primary key, name text unique, street text, city text default 'none')");
        await target.ExecuteAsync("insert into customers values (1, 'a', 's1', 'none'), (2, 'b', null, 'none'), (3, 'c', 's3', 'Rome')");
        return target;
    }

    private static async Task StartAsync(SqliteTarget target, string operation)
    {
        var migration = MigrationParser.Parse($"{Id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require();
        await RunnerOf(target).StartAsync(await new Workspace(target.Database).PlanAsync(migration, default), default);
    }

    private static async Task ShouldBeAsync(SqliteTarget target, string sql, params string[] rows) => (await target.RowsAsync(sql)).ShouldBe(rows);
}
