using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Differences;

/// <summary>
/// Lists of values as PostgreSQL writes them. <c>x IN ('a', 'b')</c> over a varchar becomes <c>(ARRAY['a'::character varying, …])::text[]</c>, and
/// that, read once more out of a dump, <c>ARRAY[('a'::character varying)::text, …]</c>. They say the same.
/// </summary>
internal static class CastLists
{
    /// <summary>The tokens with the cast of a list at each of its elements.</summary>
    public static IReadOnlyList<Token> Spread(IReadOnlyList<Token> tokens)
    {
        if (!tokens.Any(t => t.Is("array")))
        {
            return tokens;
        }

        var spread = new List<Token>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (Find(tokens, i) is not { } list)
            {
                spread.Add(tokens[i]);
                continue;
            }

            spread.AddRange([tokens[i + 1], tokens[i + 2]]);
            foreach (var (from, end) in Elements(tokens, i + 3, list.Close))
            {
                spread.AddRange([tokens[i], .. tokens.Skip(from).Take(end - from), .. tokens.Skip(list.Close + 1).Take(list.End - list.Close - 3)]);
                spread.Add(tokens[end]);
            }

            i = list.End - 1;
        }

        return spread;
    }

    // ( ARRAY [ … ] ) :: type [ ]
    private static (int Close, int End)? Find(IReadOnlyList<Token> tokens, int at)
    {
        if (at + 2 >= tokens.Count || !tokens[at].IsSymbol("(") || !tokens[at + 1].Is("array") || !tokens[at + 2].IsSymbol("["))
        {
            return null;
        }

        var close = Close(tokens, at + 2);
        var type = close + 3;
        if (type >= tokens.Count || !tokens[close + 1].IsSymbol(")") || !tokens[close + 2].IsSymbol("::"))
        {
            return null;
        }

        var end = type;
        while (end < tokens.Count && tokens[end].IsName)
        {
            end++;
        }

        return end > type && end + 1 < tokens.Count && tokens[end].IsSymbol("[") && tokens[end + 1].IsSymbol("]") ? (close, end + 2) : null;
    }

    private static int Close(IReadOnlyList<Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += Depth(tokens[i]);
            if (depth == 0)
            {
                return i;
            }
        }

        return tokens.Count;
    }

    // Each with the comma or bracket behind it.
    private static IEnumerable<(int From, int End)> Elements(IReadOnlyList<Token> tokens, int from, int close)
    {
        var depth = 0;
        for (var i = from; i <= close; i++)
        {
            if (i == close || (depth == 0 && tokens[i].IsSymbol(",")))
            {
                yield return (from, i);
                from = i + 1;
            }

            depth += Depth(tokens[i]);
        }
    }

    private static int Depth(Token token) => token.IsSymbol("(") || token.IsSymbol("[") ? 1 : token.IsSymbol(")") || token.IsSymbol("]") ? -1 : 0;
}
