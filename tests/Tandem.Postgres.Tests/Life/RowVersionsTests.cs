using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A migration that changes nothing but rows, between two that change a table.</summary>
public sealed class RowVersionsTests
{
    private const string Schemas = "select nspname from pg_namespace where nspname like 'public\\_%' order by nspname";

    [PostgresTheory]
    [EndMajors]
    public async Task Leaves_no_version_behind(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await target.ExecuteAsync("create table items (id int primary key, label text)");
        await target.ExecuteAsync("insert into items values (1, 'a')");
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });

        await LiveAsync("0001_add", "add_column: { table: items, name: n, type: text, up: \"'x'\" }");
        await CompleteAsync("0001_add");
        await LiveAsync("0002_rows", "update_rows: { table: items, set: [ { column: label, value: \"'b'\" } ] }");
        (await target.RowsAsync(Schemas)).ShouldBe(["public_0001_add"]);
        await CompleteAsync("0002_rows");
        (await target.RowsAsync(Schemas)).ShouldBeEmpty();
        await LiveAsync("0003_drop", "drop_column: { table: items, column: n }");
        (await target.RowsAsync(Schemas)).ShouldBe(["public_0002_rows", "public_0003_drop"]);
        await CompleteAsync("0003_drop");
        (await target.RowsAsync(Schemas)).ShouldBe(["public_0003_drop"]);

        await runner.RollbackAsync("0003_drop", default);
        (await target.RowsAsync(Schemas)).ShouldBe(["public_0002_rows"]);
        await runner.RollbackAsync("0002_rows", default);
        (await target.RowsAsync(Schemas)).ShouldBeEmpty();
        (await target.RowsAsync("select label from items")).ShouldBe(["a"]);
        await runner.RollbackAsync("0001_add", default);
        foreach (var id in new[] { "0003_drop", "0002_rows", "0001_add" })
        {
            (await runner.SunsetAsync(id, force: true, default)).State.ShouldBe(RunState.Gone);
        }

        async Task LiveAsync(string id, string operation)
        {
            var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
            await runner.StartAsync(plan, default);
        }

        Task<RunRecord> CompleteAsync(string id) => runner.CompleteAsync(id, false, false, default);
    }
}
