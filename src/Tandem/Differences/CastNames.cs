using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Differences;

/// <summary>
/// Names of columns that nobody gave. A text in an inner query, which PostgreSQL cast by itself, has none: <c>'all'::name</c>. Read once more out of a
/// dump it is called by the type of its cast, and written <c>'all'::name AS name</c>. They say the same.
/// </summary>
internal static class CastNames
{
    private static readonly Dictionary<string, string> Internal = new(StringComparer.Ordinal)
    {
        ["bigint"] = "int8", ["bit varying"] = "varbit", ["boolean"] = "bool", ["character"] = "bpchar", ["character varying"] = "varchar",
        ["double precision"] = "float8", ["integer"] = "int4", ["real"] = "float4", ["smallint"] = "int2", ["time with time zone"] = "timetz",
        ["time without time zone"] = "time", ["timestamp with time zone"] = "timestamptz", ["timestamp without time zone"] = "timestamp",
    };

    /// <summary>The tokens without the names that are those of the cast in front of them.</summary>
    public static IReadOnlyList<Token> Drop(IReadOnlyList<Token> tokens)
    {
        var kept = new List<Token>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("as") && i + 1 < tokens.Count && tokens[i + 1].IsName && tokens[i + 1].Value == TypeBefore(tokens, i))
            {
                i++;
            }
            else
            {
                kept.Add(tokens[i]);
            }
        }

        return kept.Count == tokens.Count ? tokens : kept;
    }

    // The name, as the server keeps it, of the type that a value is cast to right before a place; null where it is not cast.
    private static string? TypeBefore(IReadOnlyList<Token> tokens, int end)
    {
        var words = new List<string>();
        var depth = 0;
        for (var i = end - 1; i >= 0; i--)
        {
            var token = tokens[i];
            if (token.IsSymbol(")") || token.IsSymbol("]"))
            {
                depth++;
            }
            else if (depth > 0)
            {
                depth -= token.IsSymbol("(") || token.IsSymbol("[") ? 1 : 0;
            }
            else if (token.IsSymbol("::") && words.Count > 0)
            {
                var type = string.Join(' ', Enumerable.Reverse(words));
                return Internal.GetValueOrDefault(type, words[0]);
            }
            else if (token.IsName)
            {
                words.Add(token.Value);
            }
            else if (!token.IsSymbol("."))
            {
                return null;
            }
        }

        return null;
    }
}
