using System.Text;
using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>Files that hold both ways, told apart by comments: dbmate's <c>-- migrate:up</c>, goose's <c>-- +goose Up</c> and their like.</summary>
internal sealed partial class MarkedFile
{
    private readonly Regex mark;

    private MarkedFile(string layout, Regex mark) => (Layout, this.mark) = (layout, mark);

    /// <summary>The forms that are known, each sure not to be taken for another.</summary>
    public static IReadOnlyList<MarkedFile> Forms { get; } =
    [
        new("dbmate", DbmateMark()), new("goose", GooseMark()), new("sql-migrate", SqlMigrateMark()), new("node-pg-migrate", NodeMark()),
        new("tern", TernMark()) { BeginsForth = true }, new("mybatis", MyBatisMark()) { BeginsForth = true },
    ];

    /// <summary>The layout's name.</summary>
    public string Layout { get; }

    /// <summary>Whether a file begins with the way forth, and one without marks is nothing else.</summary>
    private bool BeginsForth { get; init; }

    /// <summary>Whether a text has the marks.</summary>
    public bool Recognizes(string text) => mark.IsMatch(text);

    /// <summary>Whether a text is one of a history of this form.</summary>
    public bool Takes(string text) => BeginsForth || Recognizes(text);

    /// <summary>Takes a file apart.</summary>
    public SqlPair Read(MigrationFile file, List<Problem> problems)
    {
        var parts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal) { ["up"] = new(), ["down"] = new() };
        var present = BeginsForth ? "up" : null;
        bool? transaction = null;
        var number = 0;
        var before = new StringBuilder();
        foreach (var line in file.Text.Split('\n'))
        {
            number++;
            var match = mark.Match(line);
            var word = match.Groups["word"].Value.ToLowerInvariant();
            before.Append(present is null && word.Length == 0 ? line : "").Append('\n');
            switch (word)
            {
                case "up" or "down" or "drop" or "undo":
                    present = word == "up" ? "up" : "down";
                    transaction = Outside().IsMatch(match.Groups["more"].Value) ? false : transaction;
                    break;
                case "no transaction" or "disable-tx":
                    transaction = false;
                    break;
                case "statementbegin" or "statementend":
                    break;
                case "" when present is not null:
                    parts[present].Append(line).Append('\n');
                    break;
                case "":
                    break;
                default:
                    problems.Add(new Problem(ProblemCodes.NotImported, $"The mark {line.Trim()}.", new SourceSpan(file.Name, number, 1)));
                    break;
            }
        }

        // Comments, a licence say, are nothing that gets lost.
        if (SqlLexer.Tokenize(before.ToString()) is [var first, ..])
        {
            problems.Add(new Problem(
                ProblemCodes.NotImported, "Text before the first mark.", new SourceSpan(file.Name, 1 + before.ToString(0, first.Position).Count(c => c == '\n'), 1)));
        }

        var name = Path.GetFileNameWithoutExtension(file.Name);
        var down = parts["down"].ToString();
        return new SqlPair(name, SqlHistory.DescriptionOf(name), file.Name, parts["up"].ToString(), down.Length == 0 ? null : down) { Transaction = transaction };
    }

    [GeneratedRegex(@"^\s*--\s*migrate:(?<word>up|down)\b(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DbmateMark();

    [GeneratedRegex(@"^\s*--\s*\+goose\s+(?<word>no transaction|[a-z]+( (on|off))?)\b(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex GooseMark();

    [GeneratedRegex(@"^\s*--\s*\+migrate\s+(?<word>[a-z]+)\b(?<more>.*)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SqlMigrateMark();

    [GeneratedRegex(@"^\s*--[\s-]*(?<word>up|down)\s+migration\b.*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex NodeMark();

    [GeneratedRegex(@"^----\s*(create above / (?<word>drop) below|tern:\s*(?<word>disable-tx))\s*----\s*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex TernMark();

    [GeneratedRegex(@"^\s*--\s*//\s*@(?<word>undo)\b.*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex MyBatisMark();

    [GeneratedRegex(@"transaction\s*:\s*false|\bnotransaction\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Outside();
}
