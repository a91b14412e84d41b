using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A foreign key that was never proved for the rows that are there, some of which break it.</summary>
public sealed class UnprovedReferenceTests
{
    private const string Proved = "select convalidated::text from pg_constraint where conname = 'children_parent'";

    [PostgresTheory]
    [InlineData("change_type: { table: children, column: parent, type: bigint }", true)]
    [InlineData("drop_table: { table: children }", false)]
    public async Task It_goes_forth_and_back_as_it_is(string operation, bool stays)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await target.ExecuteAsync(
            "create table parents (id integer primary key); create table children (id integer primary key, parent integer); insert into children values (1, 7); "
            + "alter table children add constraint children_parent foreign key (parent) references parents not valid");
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse("0001_change.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);

        (await runner.StartAsync(plan with { Findings = [] }, default)).State.ShouldBe(RunState.Live);
        (await runner.CompleteAsync("0001_change", false, false, default)).State.ShouldBe(RunState.Retired);
        if (stays)
        {
            (await target.RowsAsync(Proved)).ShouldBe(["false"]);
        }

        (await runner.RollbackAsync("0001_change", default)).State.ShouldBe(RunState.Undone);
        (await target.RowsAsync(Proved)).ShouldBe(["false"]);
        (await target.RowsAsync("select id, parent from children")).ShouldBe(["1|7"]);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => target.ExecuteAsync("insert into children values (2, 8)"));
    }
}
