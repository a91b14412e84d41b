using Shouldly;
using Tandem.Problems;
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

    [Theory]
    [InlineData("begin; create table x (id)")]
    [InlineData("attach 'x.db' as x")]
    [InlineData("insert into people values (?, 'x', 'y')")]
    [InlineData("-- nothing")]
    public async Task What_cannot_be_carried_out_is_refused(string sql)
    {
        await using var target = new SqliteTarget();
        var @case = new SandboxCase(target, SqliteSandbox.For((SqliteDatabase)target.Database));
        await @case.SetUpAsync();
        (await @case.PlanAsync($"  - sql: {{ up: \"{sql}\" }}\n")).Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptForm);
    }

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
