using System.Text;
using System.Text.RegularExpressions;
using Tandem.Problems;

namespace Tandem.Migrations.Imports;

/// <summary>Files that hold both ways, told apart by comments: dbmate's <c>-- migrate:up</c> and goose's <c>-- +goose Up</c>.</summary>
internal sealed partial class MarkedFile
{
    private readonly Regex mark;

    private MarkedFile(Regex mark) => this.mark = mark;

    /// <summary>dbmate's form.</summary>
    public static MarkedFile Dbmate { get; } = new(DbmateMark());

    /// <summary>goose's form.</summary>
    public static MarkedFile Goose { get; } = new(GooseMark());

    /// <summary>Whether a text has the marks.</summary>
    public bool Recognizes(string text) => mark.IsMatch(text);

    /// <summary>Takes a file apart.</summary>
    public SqlPair Read(MigrationFile file, List<Problem> problems)
    {
        var parts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal) { ["up"] = new(), ["down"] = new() };
        string? present = null;
        bool? transaction = null;
        var number = 0;
        foreach (var line in file.Text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var match = mark.Match(line);
            var word = match.Groups["word"].Value.ToLowerInvariant();
            switch (word)
            {
                case "up" or "down":
                    present = word;
                    transaction = Outside().IsMatch(match.Groups["more"].Value) ? false : transaction;
                    break;
                case "no transaction":
                    transaction = false;
                    break;
                case "statementbegin" or "statementend":
                    break;
                case "" when present is not null:
                    parts[present].Append(line).Append('\n');
                    break;
                case "" when line.Trim().Length == 0 || line.TrimStart().StartsWith("--", StringComparison.Ordinal):
                    break;
                default:
                    problems.Add(new Problem(
                        ProblemCodes.NotImported,
                        word.Length == 0 ? "Text before the first mark." : $"The mark {line.Trim()}.",
                        new SourceSpan(file.Name, number, 1)));
                    break;
            }
        }

        var name = Path.GetFileNameWithoutExtension(file.Name);
        var down = parts["down"].ToString();
        return new SqlPair(name, SqlHistory.DescriptionOf(name), file.Name, parts["up"].ToString(), down.Length == 0 ? null : down) { Transaction = transaction };
    }

    [GeneratedRegex(@"^\s*--\s*migrate:(?<word>up|down)\b(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DbmateMark();

    [GeneratedRegex(@"^\s*--\s*\+goose\s+(?<word>no transaction|[a-z]+( (on|off))?)\b(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex GooseMark();

    [GeneratedRegex(@"transaction\s*:\s*false", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Outside();
}
