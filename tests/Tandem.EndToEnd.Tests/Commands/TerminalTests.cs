using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What a person at a terminal sees and is asked.</summary>
public sealed partial class TerminalTests
{
    private const string Command = "\u001b[";

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_bar_shows_progress_within_the_line_and_leaves_a_line_for_each_step(int columns)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // script takes other options elsewhere.
        }

        await using var project = await ProjectAsync(rows: 20_000);
        var (exitCode, written) = await new Terminal(project, columns).TypeAsync("start");
        exitCode.ShouldBe(0, written);
        var frames = Terminal.Plain(written).Split('\r', '\n').Where(f => f.Contains('%', StringComparison.Ordinal)).ToList();
        frames.ShouldNotBeEmpty();
        foreach (var frame in frames)
        {
            Frame().IsMatch(frame).ShouldBeTrue(frame);
            frame.Length.ShouldBeLessThan(columns, frame);
        }

        if (columns >= 80)
        {
            frames.ShouldAllBe(f => f.Contains('█', StringComparison.Ordinal) || f.Contains('░', StringComparison.Ordinal));
        }

        // Nothing of the bar is left behind.
        var seen = Terminal.Seen(written);
        seen.ShouldNotContain(l => l.Contains('%', StringComparison.Ordinal) || l.Contains('░', StringComparison.Ordinal));
        seen.Where(l => StepLine().IsMatch(l)).Select(l => l.Trim()[..3]).ShouldBe(["1/3", "2/3", "3/3"], written);
        seen.ShouldContain("0001_split is live: base and 0001_split are both served.");
    }

    [Fact]
    public async Task The_last_column_of_a_table_is_broken_to_fit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // script takes other options elsewhere.
        }

        await using var project = await ProjectAsync(rows: 10);
        var (exitCode, written) = await new Terminal(project, 80).TypeAsync("patterns");
        exitCode.ShouldBe(0, written);
        var lines = Terminal.Plain(written).Split('\n').Select(l => l.TrimEnd()).ToList();
        lines.ShouldAllBe(l => l.Length <= 80, written);
        lines.ShouldContain(l => l.StartsWith("add-only", StringComparison.Ordinal) && l.EndsWith("New columns, tables and", StringComparison.Ordinal), written);
    }

    [Theory]
    [InlineData("TERM=xterm-256color", true, true)]
    [InlineData("NO_COLOR=1 TERM=xterm-256color", false, true)]
    [InlineData("TERM=dumb", false, false)]
    public async Task Colours_and_the_bar_are_for_terminals_that_have_them(string environment, bool colours, bool bar)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var project = await ProjectAsync(rows: 5_000);
        var (exitCode, written) = await new Terminal(project).TypeAsync("start", environment: environment);
        exitCode.ShouldBe(0, written);
        Colour().IsMatch(written).ShouldBe(colours, written);
        Terminal.Seen(written).ShouldContain("0001_split is live: base and 0001_split are both served.");
        written.Replace("\r\n", "\n", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal).ShouldBe(bar, written);
        if (!bar)
        {
            written.ShouldNotContain(Command);
        }
    }

    [Fact]
    public async Task A_wait_takes_one_line_whatever_its_figures_do_and_a_run_that_stops_leaves_no_bar_behind()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var project = await ProjectAsync(rows: 2_000);
        await using var metrics = new MetricServer { Value = 100 };
        foreach (var value in (double[])[6, 7, 8, 0, 0, 0, 0])
        {
            metrics.First.Enqueue(value);
        }

        project.Write("tandem.yaml", $$"""
            default: here
            targets:
              here:
                url: sqlite:app.db
                batch_rows: 10
                batch_pause: 500
                throttle: { queue: { url: "http://127.0.0.1:{{metrics.Port}}/", slow: 2, hold: 5, abort: 50 } }
            """);
        var (exitCode, written) = await new Terminal(project, 120).TypeAsync("start --db here");
        exitCode.ShouldBe(1, written);
        written.ShouldContain("waits: queue is 7, the limit is 5");
        var seen = Terminal.Seen(written);
        seen.Where(l => l.Contains("wait", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldMatch(@"^ {7}waited \d+ s: queue is 8, the limit is 5$");
        seen.ShouldContain("error TDM4040");
        seen.ShouldNotContain(l => l.Contains('%', StringComparison.Ordinal), written);

        foreach (var value in (double[])[6, 7, 8])
        {
            metrics.First.Enqueue(value);
        }

        var plain = (await project.TandemAsync("resume", "--db", "here")).ShouldEndWith(1);
        plain.Errors.Split('\n').Count(l => l.Contains("waits: queue is", StringComparison.Ordinal)).ShouldBe(1, plain.Errors);
    }

    [Fact]
    public async Task A_question_takes_yes_and_everything_else_is_no()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using var project = await ProjectAsync(rows: 10);
        var terminal = new Terminal(project);
        (await project.TandemAsync("start")).ShouldEndWith(0);
        foreach (var no in (string[])["n\n", "\n", "yellow\n", "\u0004"])
        {
            await AsksAsync(terminal, "complete --force", "Complete 0001_split? [y/N]", no, 2, "The answer was no; nothing was done.");
        }

        await AsksAsync(terminal, "complete --force", "Complete 0001_split? [y/N]", "y\n", 0, "0001_split is complete: only it is served.");
        await AsksAsync(terminal, "rollback", "Roll 0001_split back? [y/N]", "no\n", 2, "The answer was no; nothing was done.");
        await AsksAsync(terminal, "rollback", "Roll 0001_split back? [y/N]", "YES\n", 0, "0001_split is undone: only base is served.");
        await AsksAsync(terminal, "sunset --force", "Drop what 0001_split hid? [y/N]", "n\n", 2, "The answer was no; nothing was done.");
        await AsksAsync(terminal, "sunset --force", "Drop what 0001_split hid? [y/N]", " y \n", 0, "0001_split");
    }

    [Fact]
    public async Task Where_nobody_is_at_a_terminal_nothing_is_asked_and_nothing_done()
    {
        await using var project = await ProjectAsync(rows: 10);
        (await project.TandemAsync("start")).ShouldEndWith(0);
        foreach (var command in (string[])["complete --force", "rollback"])
        {
            var refused = (await project.TypeAsync(command)).ShouldEndWith(2);
            refused.Errors.ShouldContain("TDM6007");
            refused.Errors.ShouldContain("--yes");
            refused.Errors.ShouldNotContain("[y/N]");
            refused.All.ShouldNotContain(Command);
        }
    }

    private static async Task AsksAsync(Terminal terminal, string arguments, string question, string keys, int exitCode, string end)
    {
        var (code, written) = await terminal.TypeAsync(arguments, keys);
        code.ShouldBe(exitCode, written);
        var seen = Terminal.Seen(written);
        seen.ShouldContain(l => l.StartsWith(question, StringComparison.Ordinal), written);
        seen.ShouldContain(l => l.Contains(end, StringComparison.Ordinal) && !l.Contains("[y/N]", StringComparison.Ordinal), written);
        seen.ShouldNotContain(l => l.Contains("[y/N]", StringComparison.Ordinal) && l.Contains("TDM", StringComparison.Ordinal), written);
    }

    private static async Task<Project> ProjectAsync(int rows)
    {
        var project = await Project.OnSqliteAsync(
            "create table customers (id integer primary key, name text not null)",
            $"insert into customers with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select i, 'Ada Lovelace' from n");
        project.Write("migrations/0001_split.yaml", """
            title: Split the name
            why: salutations
            owner: crm
            operations:
              - split_column:
                  table: customers
                  column: name
                  into:
                    - { name: first_name, type: text, up: "substr(name, 1, instr(name || ' ', ' ') - 1)" }
                    - { name: last_name, type: text, up: "nullif(substr(name, instr(name || ' ', ' ') + 1), '')" }
                  down: first_name || coalesce(' ' || last_name, '')
            """);
        return project;
    }

    // Whole figures only: a number that is cut off at the line's end is a wrong one.
    [GeneratedRegex(@"^  \d/\d  ([█░]+ )? {0,2}\d{1,3} %  [\d,]+ of [\d,]+ rows?(, [\d,]+ rows/s)?(, [\d ,a-z]+ left)? *$")]
    private static partial Regex Frame();

    [GeneratedRegex(@"^  \d/\d  .* [\d,]+ (ms|s|min)( \d+ s)?$")]
    private static partial Regex StepLine();

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colour();
}
