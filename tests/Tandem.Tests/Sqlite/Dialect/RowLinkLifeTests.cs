using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Rows that two versions keep in different tables: REPLACE, and rows that fit nowhere.</summary>
public sealed class RowLinkLifeTests
{
    private const string Id = "0001_change";

    private const string Split = "split_table: { table: customers, into: [{ name: active, where: closed = 0 }, { name: archived, where: closed = 1 }] }";

    private const string Merge = "merge_tables: { from: [{ name: drafts, value: '0' }, { name: posts, value: '1' }], into: texts, discriminator: { column: out, type: integer } }";

    private static readonly string[] Strays =
    [
        "select count(*) from (select * from customers where closed in (0, 1) except select * from (select * from active__0001_change union all select * from archived__0001_change))",
        "select count(*) from (select * from (select * from active__0001_change union all select * from archived__0001_change) except select * from customers)",
    ];

    [Fact]
    public async Task Replaced_rows_leave_nothing_behind()
    {
        await using var target = await OpenAsync();
        await StartAsync(target, Split);
        await target.ExecuteAsync("insert or replace into customers values (1, 'moved', 1, 'a')");
        await ShouldAgreeAsync(target);
        await target.ExecuteAsync("insert or replace into customers values (9, 'has the address of 2', 0, 'b')");
        await ShouldBeAsync(target, "select id from customers order by id", "1", "3", "9");
        await ShouldAgreeAsync(target);
        await target.ExecuteAsync("insert or replace into active__0001_change values (10, 'has the address of 9', 0, 'b')");
        await ShouldBeAsync(target, "select id from customers order by id", "1", "3", "10");
        await ShouldAgreeAsync(target);
        await target.ExecuteAsync("update or replace customers set email = 'b', closed = 1 where id = 3");
        await ShouldBeAsync(target, "select id from customers order by id", "1", "3");
        await ShouldAgreeAsync(target);
    }

    [Fact]
    public async Task A_row_of_another_table_is_not_replaced()
    {
        await using var target = await OpenAsync();
        await StartAsync(target, Split);
        foreach (var sql in new[]
        {
            "insert or replace into archived__0001_change values (1, 'x', 1, null)",
            "insert or replace into archived__0001_change values (20, 'x', 1, 'a')",
            "insert or ignore into archived__0001_change values (1, 'x', 1, null)",
            "update or replace archived__0001_change set id = 1 where id = 2",
            "insert into archived__0001_change values (30, 'x', 0, null)",
        })
        {
            await Should.ThrowAsync<Exception>(() => target.ExecuteAsync(sql), sql);
            await ShouldBeAsync(target, "select id, name from customers order by id", "1|Ada", "2|Bob", "3|Cid");
            await ShouldAgreeAsync(target);
        }
    }

    [Fact]
    public async Task A_row_that_fits_nowhere_stays_with_old_applications_and_holds_complete_up()
    {
        await using var target = await OpenAsync();
        var runner = RunnerOf(target);
        await StartAsync(target, Split);
        await target.ExecuteAsync("insert into customers values (5, 'e', 2, null)");
        await target.ExecuteAsync("update customers set closed = null where id = 1");
        await ShouldBeAsync(target, "select id from active__0001_change order by id", "3");
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into archived__0001_change values (5, 'x', 1, null)"));
        await Should.ThrowAsync<Exception>(() => runner.CompleteAsync(Id, false, force: true, default));
        await target.ExecuteAsync("update customers set closed = 0 where id in (1, 5)");
        await ShouldAgreeAsync(target);
        await runner.CompleteAsync(Id, false, force: true, default);
        await ShouldBeAsync(target, "select id from active order by id", "1", "3", "5");
        await target.ExecuteAsync("insert into archived values (6, 'new', 1, null)");
        await runner.RollbackAsync(Id, default);
        await ShouldBeAsync(target, "select id, name from customers where id > 4 order by id", "5|e", "6|new");
    }

    [Fact]
    public async Task Rows_of_old_applications_under_a_key_that_is_taken_are_neither_seen_nor_lost()
    {
        await using var target = await OpenAsync();
        await StartAsync(target, Merge);
        await target.ExecuteAsync("insert into posts values ('a', 'of an old application')");
        await ShouldBeAsync(target, "select * from texts__0001_change order by 1", "a|d|0", "b|p|1");
        foreach (var sql in new[]
        {
            "update texts__0001_change set out = 1 where code = 'a'",
            "insert or replace into texts__0001_change values ('a', 'x', 1)",
            "update texts__0001_change set out = 2 where code = 'b'",
            "insert or ignore into texts__0001_change values ('c', 'x', 7)",
        })
        {
            await Should.ThrowAsync<Exception>(() => target.ExecuteAsync(sql), sql);
        }

        await target.ExecuteAsync("delete from texts__0001_change where code = 'a'");
        await ShouldBeAsync(target, "select count(*) from drafts", "0");
        await ShouldBeAsync(target, "select * from posts order by 1", "a|of an old application", "b|p");
        await RunnerOf(target).CompleteAsync(Id, false, force: true, default);
        await ShouldBeAsync(target, "select * from texts order by 1", "a|of an old application|1", "b|p|1");
    }

    [Theory]
    [InlineData("update customers set closed = null where id = 1", Split, "TDM2076")]
    [InlineData("insert into posts values ('a', 'twice')", Merge, "TDM2077")]
    public async Task The_rows_are_asked_before_anything_is_done(string sql, string operation, string code)
    {
        await using var target = await OpenAsync();
        await target.ExecuteAsync(sql);
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
        plan.Findings.Select(f => f.Code.Id).ShouldContain(code);
    }

    private static Runner RunnerOf(SqliteTarget target) =>
        new(target.Database, new RunnerOptions { OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    private static async Task<SqliteTarget> OpenAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("create table customers (id integer not null primary key, name text, closed integer, email text unique)");
        await target.ExecuteAsync("insert into customers values (1, 'Ada', 0, 'a'), (2, 'Bob', 1, 'b'), (3, 'Cid', 0, 'c')");
        await target.ExecuteAsync("create table drafts (code text not null primary key, body text)");
        await target.ExecuteAsync("create table posts (code text not null primary key, body text)");
        await target.ExecuteAsync("insert into drafts values ('a', 'd')");
        await target.ExecuteAsync("insert into posts values ('b', 'p')");
        return target;
    }

    private static async Task StartAsync(SqliteTarget target, string operation)
    {
        var migration = MigrationParser.Parse($"{Id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require();
        await RunnerOf(target).StartAsync(await new Workspace(target.Database).PlanAsync(migration, default), default);
    }

    private static async Task ShouldAgreeAsync(SqliteTarget target)
    {
        foreach (var query in Strays)
        {
            await ShouldBeAsync(target, query, "0");
        }
    }

    private static async Task ShouldBeAsync(SqliteTarget target, string sql, params string[] rows) => (await target.RowsAsync(sql)).ShouldBe(rows);
}
