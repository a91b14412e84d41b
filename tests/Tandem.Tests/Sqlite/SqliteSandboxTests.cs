using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Sqlite;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite;

public sealed class SqliteSandboxTests
{
    [Fact]
    public async Task It_finds_out_what_sql_does()
    {
        await using var target = new SqliteTarget();
        await new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database)).RunAsync();
    }

    [Fact]
    public async Task What_goes_only_outside_a_transaction_is_seen()
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        var plan = await @case.PlanAsync("  - sql: { up: vacuum }\n");
        plan.Scripts[0].Effect!.UpInTransaction.ShouldBeFalse();
        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptOutsideTransaction);
    }

    [Fact]
    public async Task A_drop_that_would_reach_children_is_refused_and_a_rebuild_is_seen()
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        const string rebuild = "drop view named; create table n (id integer primary key, name text); insert into n select id, name from people; drop table people; alter table n rename to people";
        (await @case.PlanAsync($"  - sql: {{ up: \"{rebuild}\" }}\n")).Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptForm);
        var plan = await @case.PlanAsync($"  - sql: {{ up: \"pragma foreign_keys=off; {rebuild}\" }}\n");
        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.ScriptForm);
        plan.Scripts[0].Effect!.Failure.ShouldBeNull();
        plan.Scripts[0].Effect!.Rewritten.ShouldBe(["people"]);
    }

    [Fact]
    public async Task A_rename_that_takes_references_along_to_a_table_that_goes_is_told()
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        const string rebuild = "pragma foreign_keys=off; drop view named; alter table people rename to was; "
            + "create table people (id integer primary key, name text); insert into people select id, name from was; drop table was";
        var plan = await @case.PlanAsync($"  - sql: {{ up: \"{rebuild}\" }}\n");
        plan.Scripts[0].Effect!.LeftReferring.ShouldBe(["visits to was"]);
        plan.Findings.Single(f => f.Code == ProblemCodes.ScriptLeavesReferences).NeedsConsent.ShouldBeTrue();
        (await @case.PlanAsync($"  - sql: {{ up: \"pragma legacy_alter_table=on; {rebuild}\" }}\n")).Findings.ShouldNotContain(f => f.Code == ProblemCodes.ScriptLeavesReferences);
    }

    [Theory]
    [InlineData("begin; create table x (id)")]
    [InlineData("attach 'x.db' as x")]
    [InlineData("detach x")]
    [InlineData("vacuum into 'copy.db'")]
    [InlineData("pragma writable_schema = on")]
    [InlineData("pragma journal_mode=off")]
    [InlineData("PRAGMA main.schema_version(7)")]
    [InlineData("pragma query_only = 1")]
    [InlineData("pragma ignore_check_constraints = yes")]
    [InlineData("drop table words_data")]
    [InlineData("insert into people values (?, 'x', 'y')")]
    [InlineData("-- nothing")]
    public async Task What_cannot_be_carried_out_is_refused(string sql)
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        await target.ExecuteAsync("create virtual table words using fts5 (body)");
        (await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n")).Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptForm);
    }

    [Theory]
    [InlineData("pragma user_version = 7")]
    [InlineData("pragma journal_mode")]
    [InlineData("pragma table_info(people)")]
    [InlineData("pragma legacy_alter_table = on; alter table visits rename to calls")]
    [InlineData("drop table words")]
    [InlineData("create temp table scratch as select * from people; update people set city = (select city from scratch); drop table scratch")]
    public async Task What_hurts_nobody_is_carried_out(string sql)
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        await target.ExecuteAsync("create virtual table words using fts5 (body)");
        var plan = await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n");
        plan.HasErrors.ShouldBeFalse(string.Join("\n", plan.Findings));
        await Runner(target).StartAsync(plan, default);
        await target.CheckHealthAsync();
    }

    [Fact]
    public async Task Temporary_tables_do_not_stay_in_the_session()
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        var plan = await @case.PlanAsync("  - sql: { up: create temp table people (id) }\n");
        (await Should.ThrowAsync<TandemException>(() => Runner(target).StartAsync(plan, default))).Message.ShouldContain("temporary");
    }

    [Fact]
    public async Task Vacuum_does_not_renumber_the_rows_of_two_versions()
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await target.ExecuteAsync("create table notes (body text)");
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        var workspace = new Workspace(target.Database, null, SqliteSandbox.For((SqliteDatabase)target.Database));
        var rename = await workspace.PlanAsync(MigrationParser.Parse("0000_rename.yaml", "title: t\noperations:\n  - rename_column: { table: notes, from: body, to: text }\n").Require(), default);
        await Runner(target).StartAsync(rename, default);
        await Runner(target).CompleteAsync("0000_rename", false, false, default);
        var plan = await @case.PlanAsync("  - sql: { up: vacuum }\n");
        plan.Findings.Single(f => f.Code == ProblemCodes.ScriptForm).Message.ShouldContain("notes");
    }

    private static Runner Runner(SqliteTarget target) => new(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });

    [Fact]
    public void A_text_is_cut_where_sqlite_cuts_it() => SqliteScript.Split(
        """
        -- first; comment
        create table a (x text default ';');;
        create trigger t after insert on a begin
          update a set x = case when 1 then ';' else '' end;
          delete from a where x = 'end';
        end;
        select 1
        """).ShouldBe(
        [
            "create table a (x text default ';')",
            "create trigger t after insert on a begin\n  update a set x = case when 1 then ';' else '' end;\n  delete from a where x = 'end';\nend",
            "select 1",
        ]);
}
