using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Foreign keys that somebody makes between start and complete, to columns that the migration makes unique no more.</summary>
public sealed class LateReferenceTests : IDisposable
{
    private readonly SqliteTarget target = new();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("drop_index: { table: places, name: places_town }", "(town)", "town")]
    [InlineData("drop_unique: { table: places, columns: [code] }", "(code)", "code")]
    [InlineData("drop_unique: { table: places, columns: [a, b] }", "(b, a)", "a, b")]
    [InlineData("drop_primary_key: { table: places }", "", "id")]
    [InlineData("drop_column: { table: places, column: code }", "(code)", "code")]
    [InlineData("rename_column: { table: places, from: a, to: c }\n  - drop_index: { table: places, name: places_town }", "(town)", "town")]
    public async Task One_that_comes_meanwhile_stops_complete(string operation, string referenced, string columns)
    {
        await MakeAsync();
        var runner = await StartAsync(operation);
        var own = referenced.Contains(',', StringComparison.Ordinal) ? "x, y" : "x";
        await target.ExecuteAsync($"create table visits (x, y, foreign key ({own}) references places {referenced})");

        var stopped = (await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync("0001_next", false, true, default))).Problems[0];

        (stopped.Code, stopped.Message).ShouldBe((ProblemCodes.ReferencedUnique, $"1 foreign keys that were made meanwhile refer to places by {columns}, which nothing makes unique any more."));
        await target.ExecuteAsync("drop table visits");
        await target.ExecuteAsync("create table visits (x, y, town references places (other))");
        await runner.CompleteAsync("0001_next", false, true, default);
        await target.ExecuteAsync("insert into visits values (1, 2, 'o')");
        await target.CheckHealthAsync();
        await runner.RollbackAsync("0001_next", default);
        await target.CheckHealthAsync();
    }

    [Fact]
    public async Task One_that_comes_behind_complete_stops_the_rollback()
    {
        await MakeAsync();
        var runner = await StartAsync("create_index: { table: places, name: places_note, columns: [{ name: note }], unique: true }");
        await runner.CompleteAsync("0001_next", false, true, default);
        await target.ExecuteAsync("create table visits (x references places (note))");
        (await Should.ThrowAsync<TandemException>(() => runner.RollbackAsync("0001_next", default))).Problems[0].Code.ShouldBe(ProblemCodes.ReferencedUnique);
        await target.ExecuteAsync("drop table visits");
        await runner.RollbackAsync("0001_next", default);
    }

    [Fact]
    public async Task What_the_migration_itself_takes_away_is_not_meant()
    {
        await MakeAsync();
        await target.ExecuteAsync("create table visits (id integer primary key, town text references places (town))");
        await target.ExecuteAsync("create table stars (id integer primary key, town text references places (town))");
        var runner = await StartAsync("drop_index: { table: places, name: places_town }\n  - drop_foreign_key: { table: visits, columns: [town] }\n  - drop_table: { table: stars }");
        await runner.CompleteAsync("0001_next", false, true, default);
        await target.CheckHealthAsync();
        await runner.RollbackAsync("0001_next", default);
        await target.ExecuteAsync("insert into visits values (1, 't')");
        await target.CheckHealthAsync();
    }

    private async Task MakeAsync()
    {
        await target.ExecuteAsync("create table places (id text primary key not null, code text unique, town text, other text unique, a int, b int, note text, unique (a, b))");
        await target.ExecuteAsync("create unique index places_town on places (town)");
        await target.ExecuteAsync("insert into places values ('i', 'c', 't', 'o', 1, 2, 'n')");
    }

    private async Task<Runner> StartAsync(string operation)
    {
        var workspace = new Workspace(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_next.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default), default);
        return workspace.Runner;
    }
}
