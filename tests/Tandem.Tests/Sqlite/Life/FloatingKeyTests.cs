using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Tables without row numbers, whose rows are known by keys that are floating numbers.</summary>
public sealed class FloatingKeyTests : IDisposable
{
    private readonly SqliteTarget target = new();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("0.1 + 0.2")]
    [InlineData("2.0 / 3")]
    [InlineData("1e20 / 3")]
    public async Task The_last_row_comes_along(string last)
    {
        await target.ExecuteAsync("create table rates (factor decimal(5, 2) primary key, label text) without rowid");
        await target.ExecuteAsync($"insert into rates values (-1.1, 'first'), (0.1, 'second'), ({last}, 'last')");
        const string Text = "title: t\noperations:\n  - rename_column: { table: rates, from: label, to: name }\n";
        var workspace = new Workspace(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, FirstBatch = 1, SmallestBatch = 1, LargestBatch = 1 });

        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_name.yaml", Text).Require(), default), default);
        await workspace.Runner.CompleteAsync("0001_name", false, false, default);

        (await target.RowsAsync("select name from rates order by factor")).ShouldBe(["first", "second", "last"]);
    }
}
