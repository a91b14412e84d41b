using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>The text of a script as a migration's file takes it.</summary>
internal static partial class HistoryText
{
    /// <summary>Whether a text holds no statement, only comments.</summary>
    public static bool IsEmpty(string sql) => SqlLexer.Tokenize(sql).All(t => t.IsSymbol(";"));

    /// <summary>Whether a comment in front of all statements says that the script runs in no transaction, in the words of sqlx, Morph, Atlas, Graphile Migrate or Flyway.</summary>
    public static bool SaysOutside(string sql)
    {
        var statements = SqlLexer.Tokenize(sql) is [var first, ..] ? first.Position : sql.Length;
        return OutsideMark().IsMatch(sql[..statements]);
    }

    /// <summary>Names every place in a file where its tool would put a value.</summary>
    public static void ReportPlaceholders(MigrationFile file, List<Problem> problems)
    {
        foreach (Match placeholder in Placeholder().Matches(file.Text))
        {
            var line = 1 + file.Text.AsSpan(0, placeholder.Index).Count('\n');
            problems.Add(new Problem(ProblemCodes.NotImported, $"The placeholder {placeholder.Value} has no value here.", new SourceSpan(file.Name, line, 1)));
        }
    }

    /// <summary>The text without transactions of its own: the engine begins and ends one around all of it.</summary>
    public static string Read(string sql, string file, List<Problem> problems)
    {
        var text = Trimmed(PsqlCommands.TakeOff(WithLineFeeds(sql, file, problems), file, problems));
        var tokens = SqlLexer.Tokenize(text);
        var marks = TransactionMarks(tokens);
        if (marks.Count == 0)
        {
            return text;
        }

        problems.Add(new Problem(
            ProblemCodes.ImportedDifferently, "Its own BEGIN and COMMIT were left out: every script is one transaction.", new SourceSpan(file)));
        foreach (var (from, end) in marks.AsEnumerable().Reverse())
        {
            var last = end < tokens.Count ? tokens[end] : tokens[^1];
            text = Without(text, tokens[from].Position, last.Position + last.Text.Length);
        }

        return Trimmed(text).TrimStart(' ', '\n');
    }

    // With its line, where nothing else stands in it.
    private static string Without(string text, int from, int end) =>
        text[..from] + text[(end + ((from == 0 || text[from - 1] == '\n') && end < text.Length && text[end] == '\n' ? 1 : 0))..];

    // Each BEGIN with its COMMIT, or each COMMIT of the tool's transaction with the BEGIN of the next one; none where one lacks the other, or more is done with
    // transactions than that.
    private static List<(int From, int End)> TransactionMarks(IReadOnlyList<SqlLexer.Token> tokens)
    {
        var marks = new List<(int From, int End)>();
        bool? within = null;
        var open = false;
        foreach (var part in SqlStatements.Cut(tokens))
        {
            var (first, last) = (tokens[part.From], tokens[part.End - 1]);
            var known = part.End - part.From == 1 || (part.End - part.From == 2 && IsKindOfTransaction(last));
            if (first.Is("rollback") || first.Is("abort") || first.Is("savepoint"))
            {
                return [];
            }

            var begins = (first.Is("begin") && known) || (first.Is("start") && known && last.Is("transaction"));
            var ends = (first.Is("commit") || first.Is("end")) && known;
            if (within is null && (begins || ends))
            {
                (within, open) = (ends, ends);
            }

            if ((begins && open) || (ends && !open))
            {
                return [];
            }

            if (begins || ends)
            {
                open = begins;
                marks.Add(part);
            }
        }

        return open == (within ?? false) ? marks : [];
    }

    private static bool IsKindOfTransaction(SqlLexer.Token token) =>
        token.Is("transaction") || token.Is("work") || token.Is("immediate") || token.Is("exclusive") || token.Is("deferred");

    private static string WithLineFeeds(string sql, string file, List<Problem> problems)
    {
        var text = sql.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!Same(sql, text))
        {
            problems.Add(new Problem(
                ProblemCodes.ImportedDifferently, "Line ends CR LF inside of a literal or function became LF.", new SourceSpan(file)));
        }

        return text;
    }

    // Spaces at the ends of lines mean nothing but inside of literals; without them a text can stand in its file line by line.
    private static string Trimmed(string text)
    {
        var trimmed = string.Join('\n', text.Split('\n').Select(l => l.TrimEnd(' ', '\t'))).Trim('\n');
        return Same(text, trimmed) ? trimmed : text.Trim('\n');
    }

    private static bool Same(string one, string other) =>
        one.Length == other.Length || SqlLexer.Tokenize(one).Select(t => t.Text).SequenceEqual(SqlLexer.Tokenize(other).Select(t => t.Text), StringComparer.Ordinal);

    [GeneratedRegex(@"\$\{[^}\n]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\s*--!?\s*(no-transaction|morph:nontransactional|atlas:txmode\s+none|flyway:executeInTransaction\s*=\s*false)\s*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex OutsideMark();
}
