using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>The text of a script as a migration's file takes it.</summary>
internal static class HistoryText
{
    /// <summary>Whether a text holds no statement, only comments.</summary>
    public static bool IsEmpty(string sql) => SqlLexer.Tokenize(sql).All(t => t.IsSymbol(";"));

    /// <summary>The text without a transaction of its own around all of it: the engine begins and ends it.</summary>
    public static string Read(string sql, string file, List<Problem> problems)
    {
        var text = Trimmed(PsqlCommands.TakeOff(WithLineFeeds(sql, file, problems), file, problems));
        var tokens = SqlLexer.Tokenize(text);
        var first = tokens.TakeWhile(t => !t.IsSymbol(";")).ToList();
        var last = tokens.Reverse().SkipWhile(t => t.IsSymbol(";")).TakeWhile(t => !t.IsSymbol(";")).Reverse().ToList();
        if (first.Count is 0 or > 2 || last.Count is 0 or > 2 || first.Count >= tokens.Count
            || !(first[0].Is("begin") || (first[0].Is("start") && first[^1].Is("transaction"))) || !(last[0].Is("commit") || last[0].Is("end"))
            || (first[0].Is("begin") && first.Count == 2 && !IsKindOfTransaction(first[1])) || (last.Count == 2 && !IsKindOfTransaction(last[1])))
        {
            return text;
        }

        problems.Add(new Problem(
            ProblemCodes.ImportedDifferently, "Its own BEGIN and COMMIT were left out: every script is one transaction.", new SourceSpan(file)));
        return Trimmed(text[(tokens[first.Count].Position + 1)..last[0].Position]).TrimStart(' ');
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
}
