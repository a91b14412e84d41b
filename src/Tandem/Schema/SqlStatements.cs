using static Tandem.Schema.SqlLexer;

namespace Tandem.Schema;

/// <summary>Tells the statements of an SQL text apart.</summary>
public static class SqlStatements
{
    /// <summary>
    /// The statements as ranges of tokens, without the semicolons behind them; empty ones are left out. A semicolon divides statements
    /// but for those in parentheses, in a function's body that is written as <c>BEGIN ATOMIC … END</c>, and in that of a trigger on SQLite.
    /// </summary>
    public static IEnumerable<(int From, int End)> Cut(IReadOnlyList<Token> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Ranges(tokens);
    }

    private static IEnumerable<(int From, int End)> Ranges(IReadOnlyList<Token> tokens)
    {
        var (from, depth, blocks) = (0, 0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            depth = Math.Max(0, depth + (token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0));
            blocks += token.Is("begin") && i > from && (IsTrigger(tokens, from) || (i + 1 < tokens.Count && tokens[i + 1].Is("atomic"))) ? 1
                : token.Is("case") && blocks > 0 ? 1
                : token.Is("end") && blocks > 0 ? -1 : 0;
            if (token.IsSymbol(";") && depth == 0 && blocks == 0)
            {
                if (i > from)
                {
                    yield return (from, i);
                }

                from = i + 1;
            }
        }

        if (from < tokens.Count)
        {
            yield return (from, tokens.Count);
        }
    }

    private static bool IsTrigger(IReadOnlyList<Token> tokens, int from) =>
        tokens[from].Is("create") && Enumerable.Range(from + 1, Math.Min(2, tokens.Count - from - 1)).Any(i => tokens[i].Is("trigger"));
}
