using System.Text;
using System.Text.RegularExpressions;
using Tandem.EndToEnd.Tests.Commands;

namespace Tandem.EndToEnd.Tests.Scripts;

/// <summary>
/// Runs a script: <c>$ tandem …</c> calls the tool, <c>sql …</c> carries a statement out as an application, <c>ask …</c>
/// prints a query's rows, <c>file PATH</c> writes the indented lines below it.
/// </summary>
internal static partial class Script
{
    /// <summary>What a script prints on an engine, with everything that differs from run to run replaced by a word.</summary>
    public static async Task<string> RunAsync(string script, string engine)
    {
        await using var project = await Project.OnAsync(engine);
        var printed = new StringBuilder();
        var lines = new Queue<string>(script.Split('\n'));
        while (lines.TryDequeue(out var line))
        {
            if (line.StartsWith("file ", StringComparison.Ordinal))
            {
                project.Write(line[5..], Indented(lines));
            }
            else if (line.StartsWith("sql ", StringComparison.Ordinal))
            {
                await project.SqlAsync(line[4..]);
            }
            else if (line.StartsWith("ask ", StringComparison.Ordinal))
            {
                printed.Append($"{line}\n{await project.AskAsync(line[4..])}\n\n");
            }
            else if (line.StartsWith("$ tandem", StringComparison.Ordinal))
            {
                var result = await project.TypeAsync(line["$ tandem".Length..].Replace(" DB", $" {project.Url}", StringComparison.Ordinal));
                printed.Append($"{line}\n{Steady(result, project)}[{result.ExitCode}]\n\n");
            }
            else if (line.Length > 0)
            {
                printed.Append(line).Append('\n');
            }
        }

        return printed.ToString();
    }

    private static string Indented(Queue<string> lines)
    {
        var text = new StringBuilder();
        while (lines.TryPeek(out var line) && line.StartsWith("  ", StringComparison.Ordinal))
        {
            text.Append(lines.Dequeue()[2..]).Append('\n');
        }

        return text.ToString();
    }

    private static string Steady(ToolResult result, Project project) =>
        Steady(result.Errors, project) + (result.Errors.Length > 0 && result.Output.Length > 0 ? "--\n" : "") + Steady(result.Output, project);

    private static string Steady(string text, Project project)
    {
        var steady = text.Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace(project.Root, "<project>", StringComparison.Ordinal)
            .Replace($"/private<project>", "<project>", StringComparison.Ordinal);
        steady = ServerUrl().Replace(steady, "postgres://<server>");
        steady = Hash().Replace(steady, "<hash>");
        steady = Moment().Replace(steady, "<moment>");
        steady = Rate().Replace(steady, "");
        steady = Duration().Replace(steady, "  $1<time>");
        steady = Version().Replace(steady, "$1 <version>");
        steady = OwnObjects().Replace(Count().Replace(steady, "<some> objects of"), "");
        steady = Regex.Replace(steady, $"(?<= ){Regex.Escape(Environment.UserName)}(?=[ \n])", "<user>");

        // What was replaced had another width than its word: columns behind it are not compared.
        return string.Join('\n', steady.Split('\n').Select(l => l.Contains('<', StringComparison.Ordinal) ? Gaps().Replace(l, "  ").TrimEnd() : l));
    }

    [GeneratedRegex(@"postgres://[^/\s]+/[A-Za-z0-9_]+")]
    private static partial Regex ServerUrl();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b|(?<=--plan-hash )[0-9a-f]{12}\b(?! is)")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z|\+00:00)?")]
    private static partial Regex Moment();

    [GeneratedRegex(@", [0-9,]+ rows/s(, [^,\n]* left)?")]
    private static partial Regex Rate();

    [GeneratedRegex(@"  (\d[\d,]* rows?, )?\d+ (ms|s|min( \d+ s)?)$", RegexOptions.Multiline)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(SQLite|PostgreSQL) \d+(\.\d+)+")]
    private static partial Regex Version();

    // How many helpers the engine brings is no promise.
    [GeneratedRegex(@"\d+ objects of")]
    private static partial Regex Count();

    [GeneratedRegex(@"^  [a-z]+ +tandem([._].*)?\n", RegexOptions.Multiline)]
    private static partial Regex OwnObjects();

    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Gaps();
}
