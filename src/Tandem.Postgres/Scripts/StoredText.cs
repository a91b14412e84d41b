using System.Text;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Scripts;

/// <summary>Expressions, and statements with them, as the server writes them, when they are given to it once more.</summary>
internal static class StoredText
{
    /// <summary>
    /// The expression so that the server stores what it stored before. <c>x IN ('a', 'b')</c> over a varchar is written as
    /// <c>(ARRAY['a'::character varying, …])::text[]</c>; read again, each element would be cast instead of the array. With the
    /// array's own type said first it is the array, as before. A field that <c>EXTRACT</c> was given as a text comes back as a word, which read
    /// again would lose its capitals.
    /// </summary>
    public static string Again(string expression) => Fields(Lists(expression));

    private static string Fields(string expression)
    {
        if (!expression.Contains("EXTRACT(", StringComparison.OrdinalIgnoreCase))
        {
            return expression;
        }

        var tokens = SqlLexer.Tokenize(expression);
        var text = new StringBuilder();
        var end = 0;
        for (var i = 2; i + 1 < tokens.Count; i++)
        {
            var field = tokens[i];
            if (tokens[i - 2].Is("extract") && tokens[i - 1].IsSymbol("(") && tokens[i + 1].Is("from") && field.Kind == SqlLexer.TokenKind.Identifier && field.Text.Any(char.IsUpper))
            {
                text.Append(expression, end, field.Position - end).Append(PostgresText.Literal(field.Text));
                end = field.Position + field.Text.Length;
            }
        }

        return text.Append(expression, end, expression.Length - end).ToString();
    }

    private static string Lists(string expression)
    {
        if (!expression.Contains("(ARRAY[", StringComparison.OrdinalIgnoreCase))
        {
            return expression;
        }

        var tokens = SqlLexer.Tokenize(expression);
        var text = new StringBuilder();
        var end = 0;
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol("(") && tokens[i + 1].Is("array") && tokens[i + 2].IsSymbol("[")
                && Close(tokens, i + 2) is { } close && close + 2 < tokens.Count && tokens[close + 1].IsSymbol(")") && tokens[close + 2].IsSymbol("::")
                && ElementType(expression, tokens, i + 2, close) is { } type)
            {
                var at = tokens[close].Position + 1;
                text.Append(expression, end, at - end).Append("::").Append(type).Append("[]");
                end = at;
            }
        }

        return text.Append(expression, end, expression.Length - end).ToString();
    }

    private static int? Close(IReadOnlyList<SqlLexer.Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("[") ? 1 : tokens[i].IsSymbol("]") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>The type of the last element, which is that of all, where it is written and is no array.</summary>
    private static string? ElementType(string expression, IReadOnlyList<SqlLexer.Token> tokens, int open, int close)
    {
        for (var i = close - 1; i > open; i--)
        {
            if (tokens[i].IsSymbol("[") || tokens[i].IsSymbol("]") || tokens[i].IsSymbol(","))
            {
                return null;
            }

            if (tokens[i].IsSymbol("::"))
            {
                return expression[(tokens[i].Position + 2)..tokens[close].Position];
            }
        }

        return null;
    }
}
