using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>The index behind a key or unique rule that comes has a name of its own on SQLite, whatever the migration calls its indexes.</summary>
public sealed class HiddenIndexNameTests
{
    [Theory]
    [InlineData("- add_primary_key: { table: t, columns: [ c ] }", "t_key", "t")]
    [InlineData("- add_primary_key: { table: t, columns: [ c ] }", "T_KEY", "u")]
    [InlineData("- add_unique: { table: t, columns: [ a ] }", "t_unique1", "t")]
    [InlineData("- add_unique: { table: t, columns: [ a ] }", "t_unique1", "u")]
    [InlineData("- add_unique: { table: t, columns: [ a ], enforce: live }", "t_unique1", "t")]
    public async Task An_index_may_be_called_like_it(string rule, string index, string table)
    {
        await using var target = new SqliteTarget();
        await target.ExecuteAsync("create table t (a integer not null, b integer, c text not null)");
        await target.ExecuteAsync("create table u (a integer not null, b integer)");
        await target.ExecuteAsync("insert into t values (1, 1, 'x'), (2, 1, 'y')");
        await target.ExecuteAsync("insert into u values (1, 1), (2, 1)");
        var file = $"title: A rule and an index\noperations:\n  {rule}\n  - create_index: {{ table: {table}, name: {index}, columns: [ {{ name: b }} ] }}\n";
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse("0001_change.yaml", file).Require(), default);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        var runner = new Runner(target.Database, new RunnerOptions { Jitter = new Random(1), OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        await runner.StartAsync(plan, default);
        (await runner.CompleteAsync("0001_change", false, false, default)).State.ShouldBe(RunState.Retired);
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into t values (1, 2, 'x')"));
        (await target.RowsAsync($"select tbl_name from sqlite_schema where type = 'index' and name = '{index}'")).ShouldBe([table]);
        (await runner.RollbackAsync("0001_change", default)).State.ShouldBe(RunState.Undone);
        await target.ExecuteAsync("insert into t values (1, 2, 'x')");
        await target.ExecuteAsync("delete from t where b = 2");
        await runner.StartAsync(plan, default);
        (await runner.CompleteAsync("0001_change", false, false, default)).State.ShouldBe(RunState.Retired);
        (await target.RowsAsync($"select tbl_name from sqlite_schema where type = 'index' and name = '{index}'")).ShouldBe([table]);
    }
}
