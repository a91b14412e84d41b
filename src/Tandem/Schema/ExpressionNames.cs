using System.Text;
using System.Text.Json;

namespace Tandem.Schema;

/// <summary>
/// Puts other column names into an expression over one row, as checks, indexes and generated columns have them. They hold no
/// subqueries, so a word that is no function, type or collation is a column; the database compiles what comes of it before
/// anything is built.
/// </summary>
public static class ExpressionNames
{
    /// <summary>The expression with other names.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="to">The other name of a column, or null where it keeps its own.</param>
    public static string Replace(string expression, Func<string, string?> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var tokens = SqlLexer.Tokenize(expression);
        var text = new StringBuilder();
        var end = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (IsColumn(tokens, i) && Other(tokens[i], to) is { } name)
            {
                text.Append(expression, end, tokens[i].Position - end).Append(SqlName.Quote(name));
                end = tokens[i].Position + tokens[i].Text.Length;
            }
        }

        return text.Append(expression, end, expression.Length - end).ToString();
    }

    /// <summary>Whether an expression names a type: behind <c>::</c> or <c>AS</c>, with its schema or without, or before a literal.</summary>
    public static bool NamesType(string expression, string type)
    {
        var tokens = SqlLexer.Tokenize(expression);
        return Enumerable.Range(0, tokens.Count).Any(at => tokens[at].IsName
            && string.Equals(tokens[at].Value, type, StringComparison.OrdinalIgnoreCase) && IsType(tokens, at));
    }

    /// <summary>Whether a default, a check, a key, a query or another text of a record names a type; what comments say does not count.</summary>
    public static bool AnyNamesType(object? record, string type) =>
        record is not null && JsonTexts.Of(JsonSerializer.SerializeToNode(record, record.GetType(), Fingerprint.Json), but: "comment").Any(t => NamesType(t, type));

    private static bool IsType(IReadOnlyList<SqlLexer.Token> tokens, int at)
    {
        var first = at;
        while (first > 1 && tokens[first - 1].IsSymbol("."))
        {
            first -= 2;
        }

        return (first > 0 && (tokens[first - 1].IsSymbol("::") || tokens[first - 1].Is("as")))
            || (at + 1 < tokens.Count && tokens[at + 1].Kind == SqlLexer.TokenKind.StringLiteral);
    }

    private static string? Other(SqlLexer.Token token, Func<string, string?> to) => to(token.Name) is { } other && other != token.Name ? other : null;

    private static bool IsColumn(IReadOnlyList<SqlLexer.Token> tokens, int i) =>
        tokens[i].IsName
        && !(i + 1 < tokens.Count && tokens[i + 1].IsSymbol("("))
        && !(i > 0 && (tokens[i - 1].IsSymbol("::") || tokens[i - 1].IsSymbol(".") || tokens[i - 1].Is("as") || tokens[i - 1].Is("collate")));
}
