using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>An application of the new version that is at work before that version is served: its table is there already.</summary>
public sealed class EarlyWriterTests : IDisposable
{
    private const string Text = "title: t\noperations:\n  - rename_column: { table: people, from: name, to: called }\n";
    private readonly SqliteTarget target = new();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("create table people (id integer primary key, name text)")]
    [InlineData("create table people (name text)")]
    public async Task It_adds_no_row_and_writes_over_none(string table)
    {
        await target.ExecuteAsync(table);
        await target.ExecuteAsync("insert into people (name) values ('a'), ('b'), ('c'), ('d'), ('e'), ('f')");
        var early = new Early(target);
        var workspace = new Workspace(target.Database, new RunnerOptions
        {
            OldQuiet = TimeSpan.Zero, FirstBatch = 2, SmallestBatch = 2, LargestBatch = 2, Progress = early,
        });

        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_called.yaml", Text).Require(), default), default);

        (await target.RowsAsync("select name from people order by rowid")).ShouldBe(["a", "b", "c", "d", "e", "f"]);
        early.Refusal.ShouldNotBeNull().ShouldContain("0001_called is not served yet");
        await target.ExecuteAsync("insert into people__0001_called (called) values ('g')");
        await target.ExecuteAsync("insert or replace into people__0001_called (rowid, called) values (1, 'A')");
        (await target.RowsAsync("select name from people order by rowid")).ShouldBe(["A", "b", "c", "d", "e", "f", "g"]);
    }

    private sealed class Early(SqliteTarget target) : IProgress<RunEvent>
    {
        public string? Refusal { get; private set; }

        public void Report(RunEvent value)
        {
            if (value is not BatchDone { Step: "backfill people", Rows: 2 })
            {
                return;
            }

            try
            {
                target.ExecuteAsync("insert into people__0001_called (called) values ('early')").GetAwaiter().GetResult();
            }
            catch (Microsoft.Data.Sqlite.SqliteException e)
            {
                Refusal = e.Message;
            }
        }
    }
}
