using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Lines that psql takes for itself and no server ever sees, and rows that it would send.</summary>
internal static partial class PsqlCommands
{
    /// <summary>The text without commands that change nothing but psql's own ways. Those that mean more stay in it and are named.</summary>
    public static string TakeOff(string sql, string file, List<Problem> problems)
    {
        var left = new SortedSet<string>(StringComparer.Ordinal);
        var text = sql;
        for (var from = 0; Next(text, from) is { } at;)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var feed ? feed : text.Length;
            var line = text[at..end];
            if (OwnWays().Match(line) is { Success: true } own)
            {
                left.Add(own.Groups["word"].Value);
                text = text[..at] + text[end..];
                continue;
            }

            if (!line.StartsWith(@"\.", StringComparison.Ordinal))
            {
                problems.Add(new Problem(ProblemCodes.NotImported, $"{line.Trim()} is a command of psql's.", Place(text, at, file)));
            }

            from = end;
        }

        if (left.Count > 0)
        {
            problems.Add(new Problem(
                ProblemCodes.ImportedDifferently, $"Commands that only psql heeds were left out: {string.Join(", ", left.Select(w => $"\\{w}"))}.", new SourceSpan(file)));
        }

        problems.AddRange(Rows(text).Select(at => new Problem(
            ProblemCodes.NotImported, "COPY takes its rows from the client: write INSERT instead.", Place(text, at, file))));
        return text;
    }

    // A backslash that begins a line outside of literals and comments.
    private static int? Next(string text, int from) => text.Contains('\\', StringComparison.Ordinal)
        ? SqlLexer.Tokenize(text).Where(t => t.Position >= from && t.Text[0] == '\\' && text[(text.LastIndexOf('\n', t.Position) + 1)..t.Position].Trim().Length == 0)
            .Select(t => (int?)t.Position).FirstOrDefault()
        : null;

    private static IEnumerable<int> Rows(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        return Enumerable.Range(0, Math.Max(0, tokens.Count - 1)).Where(i => tokens[i].Is("from") && tokens[i + 1].Is("stdin")).Select(i => tokens[i].Position);
    }

    private static SourceSpan Place(string text, int at, string file) => new(file, 1 + text.AsSpan(0, at).Count('\n'), 1);

    [GeneratedRegex(@"^\\(?<word>echo|qecho|warn|timing|pset|x|t|a|restrict|unrestrict|set(?=\s+(ON_ERROR_STOP|ON_ERROR_ROLLBACK|ECHO|QUIET|VERBOSITY|SHOW_CONTEXT|AUTOCOMMIT\s+on)\b))(\s|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OwnWays();
}
