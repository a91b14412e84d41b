using System.Text.RegularExpressions;

namespace Tandem.EndToEnd.Tests.Docs;

/// <summary>Something that a page of the documentation asks its reader to do, in the page's order.</summary>
/// <param name="Line">The line in the page.</param>
internal abstract record DocAction(int Line);

/// <summary>A fenced block <c>sh</c>: commands.</summary>
/// <param name="Line">The line in the page.</param>
/// <param name="Script">The commands.</param>
internal sealed record RunCommands(int Line, string Script) : DocAction(Line)
{
    /// <summary>The exit code of the last command: the block ends with <c># exit code N</c> when it is not 0.</summary>
    public int ExitCode => DocPage.ExitCode().Match(Script) is { Success: true } found
        ? int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
        : 0;
}

/// <summary>A fenced block <c>text</c> behind commands: what they show. <c>…</c> stands for anything.</summary>
/// <param name="Line">The line in the page.</param>
/// <param name="Expected">The lines.</param>
internal sealed record ShowsOutput(int Line, string Expected) : DocAction(Line);

/// <summary>A fenced block whose first line is <c># file: name</c>: a file to write.</summary>
/// <param name="Line">The line in the page.</param>
/// <param name="Name">The file, relative to the page's folder.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record WritesFile(int Line, string Name, string Text) : DocAction(Line);

/// <summary>Reads what a page asks its reader to do.</summary>
internal static partial class DocPage
{
    /// <summary>The actions of a page, in order.</summary>
    public static IReadOnlyList<DocAction> Read(string markdown)
    {
        var text = markdown.Replace("\r\n", "\n", StringComparison.Ordinal);
        var actions = new List<DocAction>();
        var leftOut = false;
        foreach (Match block in Fence().Matches(text))
        {
            var line = text[..block.Index].Count(c => c == '\n') + 1;
            var (language, body) = (block.Groups["language"].Value, block.Groups["body"].Value);
            if (FileName().Match(body) is { Success: true } file)
            {
                actions.Add(new WritesFile(line, file.Groups[1].Value, body[file.Length..]));
            }
            else if (language == "sh")
            {
                leftOut = NotRun().IsMatch(body);
                actions.AddRange(leftOut ? [] : [new RunCommands(line, body)]);
            }
            else if (language == "text" && !leftOut && actions.LastOrDefault() is RunCommands)
            {
                actions.Add(new ShowsOutput(line, body));
            }
        }

        return actions;
    }

    /// <summary>The first expected line that an output lacks, or null: lines must come in order, others may stand between.</summary>
    public static string? Missing(string expected, string output)
    {
        var lines = output.Split('\n').Select(Spaces).ToList();
        var from = 0;
        foreach (var line in expected.Split('\n').Select(Spaces).Where(l => l.Length > 0 && l != "…"))
        {
            var pattern = new Regex("^" + Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal) + "$");
            var found = lines.FindIndex(from, pattern.IsMatch);
            if (found < 0)
            {
                return line;
            }

            from = found + 1;
        }

        return null;
    }

    [GeneratedRegex(@"^# exit code (\d+)$", RegexOptions.Multiline)]
    internal static partial Regex ExitCode();

    private static string Spaces(string line) => Blanks().Replace(line, " ").Trim();

    [GeneratedRegex(@"^```(?<language>\w+)[^\n]*\n(?<body>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\A# file: (\S+)\n")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^# not run: \S", RegexOptions.Multiline)]
    private static partial Regex NotRun();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
