using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Objects;

/// <summary>What belongs to modules, collations and functions: of SQLite's own, or of an application that is not here.</summary>
public sealed class SqliteForeignPartsTests
{
    private static readonly string[] Posts =
    [
        "create table posts (id integer primary key, title text not null, body text, author text)",
        "create virtual table search using fts5 (title, body, content='posts', content_rowid='id')",
        "create virtual table old_search using fts4 (content='posts', title, body)",
        "create virtual table boxes using rtree (id, x0, x1)",
        "create table boxes_of_mine (id integer primary key)",
    ];

    [Fact]
    public async Task Virtual_tables_are_listed_with_their_shadows_and_with_what_they_read()
    {
        await using var target = await TargetAsync(Posts);
        var schema = await target.Database.InspectAsync(default);
        schema.Tables.Select(t => t.Name).ShouldBe(["boxes_of_mine", "posts"]);
        schema.Unmanaged.Where(u => u.Kind == "virtual table").Select(u => u.Name).ShouldBe(["boxes", "old_search", "search"], ignoreOrder: true);
        schema.Unmanaged.Where(u => u.Kind == "shadow table").Select(u => u.Name).ShouldBe(
            ["boxes_node", "boxes_parent", "boxes_rowid", "old_search_docsize", "old_search_segdir", "old_search_segments", "old_search_stat", "search_config", "search_data", "search_docsize", "search_idx"],
            ignoreOrder: true);
        schema.Dependents.ShouldContain(new Dependent(DependentKind.Other, "search", "posts", "title"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.Other, "old_search", "posts", "body"));
    }

    [Theory]
    [InlineData("rename_column: { table: posts, from: title, to: heading }")]
    [InlineData("rename_table: { from: posts, to: articles }")]
    [InlineData("drop_column: { table: posts, column: body }")]
    [InlineData("drop_table: { table: posts }")]
    public async Task What_full_text_reads_does_not_go_without_notice(string operation)
    {
        await using var target = await TargetAsync(Posts);
        var found = (await PlanAsync(target, operation)).Findings.Where(f => f.Code == ProblemCodes.DependentWouldBreak && f.Severity == Severity.Error);
        found.Select(f => f.Subject).Distinct().ShouldBe(["old_search", "search"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_full_text_does_not_read_may_change()
    {
        await using var target = await TargetAsync(Posts);
        (await PlanAsync(target, "rename_column: { table: posts, from: author, to: writer }")).HasErrors.ShouldBeFalse();
    }

    [Fact]
    public async Task A_trigger_that_feeds_full_text_is_tried_with_it()
    {
        await using var target = await TargetAsync(
            [.. Posts, "create trigger fed after insert on posts begin insert into search (rowid, title, body) values (new.id, new.title, new.author); end"]);
        var found = (await PlanAsync(target, "rename_column: { table: posts, from: author, to: writer }")).Findings.Single(f => f.Code == ProblemCodes.DependentWouldBreak);
        found.Subject.ShouldBe("fed");
        found.Message.ShouldContain("new.author");
    }

    [Fact]
    public async Task Tables_of_a_module_that_is_not_here_are_left_alone()
    {
        await using var target = await TargetAsync(
            "create table notes (id integer primary key, body text)",
            "create table vectors_chunks (id integer primary key, data blob)",
            "create table vectors_info (k text primary key, v any)",
            "pragma writable_schema = on",
            "insert into sqlite_master (type, name, tbl_name, rootpage, sql) values ('table', 'vectors', 'vectors', 0, 'CREATE VIRTUAL TABLE vectors USING vec0(embedding float[3])')",
            "pragma writable_schema = off");
        var schema = await target.Database.InspectAsync(default);
        schema.Tables.Select(t => t.Name).ShouldBe(["notes"]);
        schema.Unmanaged.ShouldBe(
            [new UnmanagedObject("virtual table", "vectors"), new UnmanagedObject("shadow table", "vectors_chunks"), new UnmanagedObject("shadow table", "vectors_info")],
            ignoreOrder: true);
        (await PlanAsync(target, "rename_column: { table: notes, from: body, to: text }")).HasErrors.ShouldBeFalse();
    }

    [Theory]
    [InlineData("create table people (id integer primary key, name text collate german, note text)", "")]
    [InlineData("create table people (id integer primary key, name text, note text)", "create index people_name on people (name collate german)")]
    [InlineData("create table people (id integer primary key, name text, note text)", "create index people_name on people (id) where name collate german > 'a'")]
    [InlineData("create table people (id integer primary key, name text, note text, check (name collate german <> 'x'))", "")]
    public async Task A_collation_of_the_applications_is_named(string table, string more)
    {
        await using var target = new SqliteTarget();
        target.WithCollation("german");
        await target.ExecuteAsync(table);
        await target.ExecuteAsync("insert into people (name) values ('a')");
        await target.ExecuteAsync("create table others (id integer primary key, name text)");
        if (more.Length > 0)
        {
            await target.ExecuteAsync(more);
        }

        (await target.Database.InspectAsync(default)).Tables.Select(t => t.Name).ShouldBe(["others", "people"]);
        foreach (var operation in new[] { "rename_column: { table: people, from: note, to: remark }", "create_index: { table: people, name: i, columns: [ { name: note } ] }", "set_not_null: { table: people, column: name }", "drop_table: { table: people }" })
        {
            var found = (await PlanAsync(target, operation)).Findings.Where(f => f.Code == ProblemCodes.NotUnderstood).ToList();
            found.ShouldNotBeEmpty(operation);
            found[0].Message.ShouldContain("german");
            found[0].Message.ShouldContain("collation");
        }

        (await PlanAsync(target, "rename_column: { table: others, from: name, to: label }")).HasErrors.ShouldBeFalse();
    }

    [Theory]
    [InlineData("create table people (id integer primary key, name text, note text, check (checked(name)))")]
    [InlineData("create table people (id integer primary key, name text, note text, loud text as (checked(name)))")]
    [InlineData("create table people (id integer primary key, name text, note text); create index i on people (checked(name))")]
    public async Task A_function_of_the_applications_is_named(string table)
    {
        await using var target = new SqliteTarget();
        target.WithFunction("checked");
        await target.ExecuteAsync(table);
        await target.ExecuteAsync("insert into people (name) values ('1')");
        foreach (var operation in new[] { "rename_column: { table: people, from: note, to: remark }", "set_not_null: { table: people, column: name }" })
        {
            var plan = await PlanAsync(target, operation);
            plan.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Message).ShouldContain(m => m.Contains("checked", StringComparison.Ordinal), operation);
        }
    }

    [Fact]
    public async Task A_view_whose_triggers_would_break_does_not_complete()
    {
        await using var target = await TargetAsync(
            "create table people (id integer primary key, name text, city text)",
            "create view named as select id, name, city from people",
            "create trigger named_up instead of update on named begin update people set city = new.city where id = old.id; end");
        var plan = await PlanAsync(target, "replace_view: { name: named, query: \"select id, name from people\" }");
        plan.HasErrors.ShouldBeFalse();
        var runner = new Tandem.Running.Runner(target.Database, new Tandem.Running.RunnerOptions { OldQuiet = TimeSpan.Zero });
        await runner.StartAsync(plan, default);
        var failure = await Should.ThrowAsync<Exception>(() => runner.CompleteAsync("0001_change", false, false, default));
        failure.Message.ShouldContain("city");
        (await target.RowsAsync("select sql from sqlite_master where name = 'named'"))[0].ShouldContain("city");
        await runner.RollbackAsync("0001_change", default);
    }

    private static async Task<SqliteTarget> TargetAsync(params string[] statements)
    {
        var target = new SqliteTarget();
        foreach (var statement in statements)
        {
            await target.ExecuteAsync(statement);
        }

        return target;
    }

    private static Task<Plan> PlanAsync(SqliteTarget target, string operation) => new Workspace(target.Database).PlanAsync(
        MigrationParser.Parse("0001_change.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
}
