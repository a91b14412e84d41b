using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Keys of rows that two versions keep in different tables: they move with their facts, look different, or go in a REPLACE.</summary>
public sealed class LinkKeyLifeTests
{
    private const string Id = "0001_change";

    private const string Extract = "extract_table: { table: customers, columns: [street], into: addresses, key: [customer_id] }";

    private const string Inline = "inline_table: { table: notes, into: customers }";

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_key_and_facts_that_change_at_once_are_both_kept(string keys)
    {
        await using var target = await OpenAsync(keys);
        var runner = RunnerOf(target);
        await StartAsync(target, Extract);
        await target.ExecuteAsync("update customers set id = 10, street = 'x' where id = 1");
        await ShouldBeAsync(target, "select id, street from customers order by id", "2|NULL", "3|s3", "10|x");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "3|s3", "10|x");
        await target.ExecuteAsync("update customers set id = 11, street = null where id = 10");
        await ShouldBeAsync(target, "select id, street from customers order by id", "2|NULL", "3|s3", "11|NULL");
        await runner.RollbackAsync(Id, default);
        await target.ExecuteAsync("update customers set id = 12, street = 'y' where id = 3");
        await ShouldBeAsync(target, "select id, street from customers order by id", "2|NULL", "11|NULL", "12|y");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_key_and_facts_that_change_at_once_are_both_kept_in_a_table_that_took_them_in(string keys)
    {
        await using var target = await OpenAsync(keys);
        var runner = RunnerOf(target);
        await target.ExecuteAsync("create table notes (id integer primary key references customers (id) on delete cascade on update cascade, text text)");
        await target.ExecuteAsync("insert into notes values (1, 'n1'), (3, 'n3')");
        await StartAsync(target, Inline);
        await target.ExecuteAsync("update customers__0001_change set id = 10, text = 'x' where id = 1");
        await ShouldBeAsync(target, "select id, text from customers__0001_change order by id", "2|NULL", "3|n3", "10|x");
        await ShouldBeAsync(target, "select * from notes order by id", "3|n3", "10|x");
        await runner.CompleteAsync(Id, false, force: true, default);
        await target.ExecuteAsync("update customers set id = 11, text = 'y' where id = 10");
        await ShouldBeAsync(target, "select id, text from customers order by id", "2|NULL", "3|n3", "11|y");
        await runner.RollbackAsync(Id, default);
        await ShouldBeAsync(target, "select * from notes order by id", "3|n3", "11|y");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Keys_that_make_way_for_one_another_take_their_facts_along(string keys)
    {
        await using var target = await OpenAsync(keys);
        await StartAsync(target, Extract);
        await target.ExecuteAsync("update customers set id = id - 1, street = 'n' || id");
        await ShouldBeAsync(target, "select id, street from customers order by id", "0|n1", "1|n2", "2|n3");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "0|n1", "1|n2", "2|n3");
        await target.ExecuteAsync("update customers__0001_change set id = id - 1");
        await ShouldBeAsync(target, "select id, street from customers order by id", "-1|n1", "0|n2", "1|n3");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "-1|n1", "0|n2", "1|n3");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_row_that_a_replace_takes_away_leaves_no_facts_for_the_next_with_its_key(string keys)
    {
        await using var target = await OpenAsync(keys);
        await StartAsync(target, Extract);
        await target.ExecuteAsync("insert or replace into customers (id, name) values (9, 'a')");
        await ShouldBeAsync(target, "select id, street from customers order by id", "2|NULL", "3|s3", "9|NULL");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1", "3|s3");
        await target.ExecuteAsync("insert into customers (id, name) values (1, 'z')");
        await ShouldBeAsync(target, "select id, street from customers where id = 1", "1|NULL");
        await target.ExecuteAsync("insert or replace into customers__0001_change (id, name) values (8, 'c')");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1");
        await target.ExecuteAsync("update or replace customers set name = 'b' where id = 9; insert into customers (id, name, street) values (20, 't', 's20')");
        await target.ExecuteAsync("update or replace customers__0001_change set name = 't' where id = 8");
        await ShouldBeAsync(target, "select * from addresses__0001_change order by 1");
        await ShouldBeAsync(target, "select id, name, street from customers order by 1", "1|z|NULL", "8|t|NULL", "9|b|NULL");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_row_apart_that_a_replace_takes_away_takes_its_facts_along(string keys)
    {
        await using var target = await OpenAsync(keys);
        await target.ExecuteAsync("create unique index one_street on customers (street)");
        await StartAsync(target, "extract_table: { table: customers, columns: [street], into: addresses, key: [customer_id], own_key: { name: id, type: INTEGER } }");
        await ShouldBeAsync(target, "select id, customer_id, street from addresses__0001_change order by 1", "1|1|s1", "2|3|s3");

        // By its own key, then by a unique value, then by an update; the last is no replacement.
        await target.ExecuteAsync("insert or replace into addresses__0001_change (id, customer_id, street) values (1, 2, 's2')");
        await ShouldBeAsync(target, "select id, street from customers order by id", "1|NULL", "2|s2", "3|s3");
        await target.ExecuteAsync("insert or replace into addresses__0001_change (customer_id, street) values (1, 's3')");
        await ShouldBeAsync(target, "select id, name, street from customers order by id", "1|a|s3", "2|b|s2", "3|c|NULL");
        await target.ExecuteAsync("update or replace addresses__0001_change set street = 's2' where customer_id = 1");
        await ShouldBeAsync(target, "select id, name, street from customers order by id", "1|a|s2", "2|b|NULL", "3|c|NULL");
        await target.ExecuteAsync("insert or ignore into addresses__0001_change (customer_id, street) values (3, 's2'); update addresses__0001_change set id = 9");
        await ShouldBeAsync(target, "select id, name, street from customers order by id", "1|a|s2", "2|b|NULL", "3|c|NULL");
        await ShouldBeAsync(target, "select id, customer_id, street from addresses__0001_change", "9|1|s2");
        await target.ExecuteAsync("insert or replace into addresses__0001_change (customer_id, street) values (1, 's9')");
        await ShouldBeAsync(target, "select street from customers where id = 1", "s9");
        await RunnerOf(target).CompleteAsync(Id, false, force: true, default);
        await ShouldBeAsync(target, "select customer_id, street from addresses", "1|s9");
        await ShouldBeAsync(target, "select id, name from customers order by id", "1|a", "2|b", "3|c");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_row_apart_that_an_update_of_its_own_key_replaces_takes_its_facts_along(string keys)
    {
        await using var target = await OpenAsync(keys);
        await StartAsync(target, "extract_table: { table: customers, columns: [street], into: addresses, key: [customer_id], own_key: { name: id, type: INTEGER } }");
        await target.ExecuteAsync("update or replace addresses__0001_change set id = 2 where id = 1");
        await ShouldBeAsync(target, "select id, street from customers order by id", "1|s1", "2|NULL", "3|NULL");

        // As long as SQLite has not given a row its number, a trigger sees -1.
        await target.ExecuteAsync("update addresses__0001_change set customer_id = 2; update customers set id = -1 where id = 2");
        await ShouldBeAsync(target, "select id, street from customers order by id", "-1|s1", "1|NULL", "3|NULL");
        await target.ExecuteAsync("update addresses__0001_change set id = -1; insert or replace into addresses__0001_change (id, customer_id, street) values (-1, 3, 's3')");
        await ShouldBeAsync(target, "select id, street from customers order by id", "-1|NULL", "1|NULL", "3|s3");
    }

    [Theory]
    [InlineData("off", "1|n1", "1|a|n1")]
    [InlineData("on", null, "1|a|NULL")]
    public async Task A_foreign_key_takes_the_facts_of_a_replaced_row_along_in_both_versions(string keys, string? note, string row)
    {
        await using var target = await OpenAsync(keys);
        await target.ExecuteAsync("create table notes (id integer primary key references customers (id) on delete cascade on update cascade, text text)");
        await target.ExecuteAsync("insert into notes values (1, 'n1'), (3, 'n3')");
        await StartAsync(target, Inline);
        await target.ExecuteAsync("insert or replace into customers (id, name) values (1, 'a')");
        await ShouldBeAsync(target, "select * from notes order by id", note is null ? ["3|n3"] : [note, "3|n3"]);
        await ShouldBeAsync(target, "select id, name, text from customers__0001_change order by id", row, "2|b|NULL", "3|c|n3");
        await target.ExecuteAsync("delete from customers where id = 3");
        await ShouldBeAsync(target, "select id, name, text from customers__0001_change order by id", row, "2|b|NULL");
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_row_with_the_number_that_a_trigger_sees_before_there_is_one_is_replaced_in_both_versions(string keys)
    {
        await using var target = await OpenAsync(keys);
        await target.ExecuteAsync("insert into customers values (-1, 'd', 's4')");
        await StartAsync(target, "change_type: { table: customers, column: street, type: text, up: \"street || '!'\", down: \"rtrim(street, '!')\" }\n  - drop_unique: { table: customers, columns: [name] }");
        await target.ExecuteAsync("insert or replace into customers (name) values ('d')");
        await ShouldBeAsync(target, "select id, name, street from customers__0001_change order by id", "1|a|s1!", "2|b|NULL", "3|c|s3!", "4|d|NULL");
    }

    [Fact]
    public async Task A_row_is_replaced_in_both_versions_by_one_that_gets_a_default_in_the_place_of_null()
    {
        await using var target = await OpenAsync("off");
        await target.ExecuteAsync("create table tags (id integer primary key, name text not null default 'x' unique, size text); insert into tags values (1, 'x', 'a'), (2, 'y', 'b')");
        await StartAsync(target, "change_type: { table: tags, column: size, type: text, up: \"size || '!'\", down: \"rtrim(size, '!')\" }\n  - drop_unique: { table: tags, columns: [name] }");
        await target.ExecuteAsync("update or replace tags set name = null where id = 2");
        await ShouldBeAsync(target, "select * from tags", "2|x|b");
        await ShouldBeAsync(target, "select * from tags__0001_change", "2|x|b!");
    }

    [Fact]
    public async Task A_key_that_looks_different_and_is_the_same_looks_different_in_both_versions()
    {
        await using var target = await OpenAsync("off");
        await target.ExecuteAsync("create table words (word text collate nocase primary key not null, kind integer not null)");
        await target.ExecuteAsync("insert into words values ('a', 0), ('b', 1)");
        await StartAsync(target, "split_table: { table: words, into: [{ name: nouns, where: kind = 0 }, { name: verbs, where: kind = 1 }] }");
        await target.ExecuteAsync("update words set word = 'A' where word = 'a'");
        await ShouldBeAsync(target, "select word from nouns__0001_change", "A");
        await target.ExecuteAsync("update verbs__0001_change set word = 'B' where word = 'b'");
        await ShouldBeAsync(target, "select word from words order by 1", "A", "B");
        await RunnerOf(target).CompleteAsync(Id, false, force: true, default);
        await ShouldBeAsync(target, "select word from nouns union all select word from verbs", "A", "B");
    }

    private static Runner RunnerOf(SqliteTarget target) =>
        new(target.Database, new RunnerOptions { OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

    private static async Task<SqliteTarget> OpenAsync(string keys)
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync($"pragma foreign_keys = {keys}");
        await target.ExecuteAsync("create table customers (id integer primary key, name text unique, street text)");
        await target.ExecuteAsync("insert into customers values (1, 'a', 's1'), (2, 'b', null), (3, 'c', 's3')");
        return target;
    }

    private static async Task StartAsync(SqliteTarget target, string operation)
    {
        var migration = MigrationParser.Parse($"{Id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require();
        await RunnerOf(target).StartAsync(await new Workspace(target.Database).PlanAsync(migration, default), default);
    }

    private static async Task ShouldBeAsync(SqliteTarget target, string sql, params string[] rows) => (await target.RowsAsync(sql)).ShouldBe(rows);
}
