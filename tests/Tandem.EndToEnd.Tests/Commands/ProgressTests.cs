using System.Globalization;
using System.Text.Json;
using Shouldly;
using Tandem.Running;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What goes on, as lines of JSON on standard error.</summary>
public sealed class ProgressTests
{
    [Fact]
    public async Task Every_line_is_an_event_and_the_last_is_the_end()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, code text)", "insert into people (code) values ('a'), ('b'), ('')");
        project.Write("migrations/0001_size.yaml", """
            title: A size
            why: w
            owner: o
            operations:
              - add_column: { table: people, name: size, type: integer, nullable: false, up: "nullif(length(code), 0)" }
            rollback: { when: { quarantined: { is: "> 5", then: pause } } }
            """);
        var started = Events((await project.TypeAsync("start --progress json")).ShouldEndWith(0));
        var names = started.Select(e => e.GetProperty("event").GetString()).ToList();
        foreach (var name in new[] { "step_started", "batch_done", "guard_looked", "locked", "step_done", "end" })
        {
            names.ShouldContain(name);
        }

        started.ShouldAllBe(e => e.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        var batch = started.First(e => e.GetProperty("event").GetString() == "batch_done");
        (batch.GetProperty("migration").GetString(), batch.GetProperty("rows").GetInt64(), batch.GetProperty("total").GetInt64()).ShouldBe(("0001_size", 3, 3));
        started.First(e => e.GetProperty("event").GetString() == "locked").GetProperty("cost").GetProperty("held").GetDouble().ShouldBeGreaterThan(0);
        started.Last(e => e.GetProperty("event").GetString() == "guard_looked").GetProperty("readings")[0].GetProperty("value").GetDouble().ShouldBe(1);
        (started[^1].GetProperty("command").GetString(), started[^1].GetProperty("exitCode").GetInt32()).ShouldBe(("start", 0));

        var refused = Events((await project.TypeAsync("complete --yes --force --progress json")).ShouldEndWith(1));
        refused[^1].GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("TDM4016");
        Events((await project.TypeAsync("rollback --bogus --progress json")).ShouldEndWith(2))[^1].GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("TDM6001");
        Events((await project.TypeAsync("rollback --progress json")).ShouldEndWith(2))[^1].GetProperty("exitCode").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Titles_stand_below_each_other_and_quarantine_is_told_once_a_step()
    {
        using var written = new StringWriter(CultureInfo.InvariantCulture);
        var progress = new Cli.Output.Progress(Cli.Output.Screen.Of(written, redirected: true), TimeProvider.System);
        foreach (var number in new[] { 9, 10 })
        {
            progress.Report(new StepStarted("m", "s", "Fill", number, 10));
            progress.Report(new ChunkIsolated("m", "s"));
            progress.Report(new ChunkIsolated("m", "s"));
            progress.Report(new StepDone("m", "s"));
        }

        var lines = written.ToString().Split('\n');
        lines.ShouldContain(l => l.StartsWith("  9/10   Fill  ", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("  10/10  Fill  ", StringComparison.Ordinal));
        lines.Count(l => l.Contains("quarantine", StringComparison.Ordinal)).ShouldBe(2);
    }

    private static List<JsonElement> Events(ToolResult result) =>
        [.. result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
