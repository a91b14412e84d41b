using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Policy;

/// <summary>An expression uses only what the engines it is given for have.</summary>
internal static class EngineFunctions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from part in subject.Expressions
        from text in LintSubject.Texts((SqlText)part.Value)
        from engine in text.Engines
        where subject.Context.Runs(engine)
        from lacking in Lacking(text.Text, engine).Distinct(StringComparer.OrdinalIgnoreCase)
        select subject.Find(
            ProblemCodes.EngineLacks,
            $"`{part.Key}` uses {lacking}, which {(engine == "sqlite" ? "SQLite" : "PostgreSQL")} lacks.",
            part);

    private static IEnumerable<string> Lacking(string text, string engine)
    {
        var tokens = Tokenize(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            var found = engine == "sqlite" ? SqliteLacks(tokens, i) : PostgresLacks(tokens, i);
            if (found is not null)
            {
                yield return found;
            }
        }
    }

    private static string? SqliteLacks(IReadOnlyList<Token> tokens, int at)
    {
        var token = tokens[at];
        switch (token.Kind)
        {
            case TokenKind.Identifier when Next(tokens, at).IsSymbol("("):
                return EngineVocabulary.PostgresFunctions.Contains(token.Value) ? $"{token.Value}()" : null;
            case TokenKind.Identifier when Next(tokens, at).IsSymbol("["):
                return token.Is("array") ? "array[…]" : null;
            case TokenKind.Identifier when Next(tokens, at).Kind == TokenKind.StringLiteral
                && EngineVocabulary.PostgresTypedLiterals.Contains(token.Value):
                return $"{token.Value} '…'";
            case TokenKind.Identifier when FollowsValue(tokens, at):
                return EngineVocabulary.PostgresWords.GetValueOrDefault(token.Value);
            case TokenKind.StringLiteral when token.Text[0] is 'E' or 'e' or '$' or 'U' or 'u':
                return $"a string that begins with {(token.Text[0] == '$' ? "$" : token.Text[0] + "'")}";
            case TokenKind.Symbol when EngineVocabulary.PostgresOperators.Contains(token.Text):
                return token.Text != "~" || FollowsValue(tokens, at) ? token.Text : null;
            default:
                return null;
        }
    }

    private static string? PostgresLacks(IReadOnlyList<Token> tokens, int at)
    {
        var token = tokens[at];
        return token.Kind switch
        {
            TokenKind.Identifier when Next(tokens, at).IsSymbol("(") && !IsType(tokens, at) =>
                EngineVocabulary.SqliteFunctions.Contains(token.Value) ? $"{token.Value}()"
                : (token.Is("max") || token.Is("min")) && HasSeveralArguments(tokens, at + 1) ? $"{token.Value}() with several arguments"
                : null,
            TokenKind.Identifier when EngineVocabulary.SqliteWords.Contains(token.Value) && FollowsValue(tokens, at) => token.Value,
            TokenKind.QuotedIdentifier when token.Text[0] is '`' or '[' => $"a name in {token.Text[0]}",
            TokenKind.Symbol when token.Text == "==" => "==",
            _ => null,
        };
    }

    // char(3) is a function of SQLite, but a type in a cast.
    private static bool IsType(IReadOnlyList<Token> tokens, int at) =>
        at > 0 && (tokens[at - 1].IsSymbol("::") || tokens[at - 1].Is("as"));

    private static bool HasSeveralArguments(IReadOnlyList<Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0 || (depth == 1 && tokens[i].IsSymbol(",")))
            {
                return depth == 1;
            }
        }

        return false;
    }

    // An operator or operator word between two values, not the name of a column at the beginning of one.
    private static bool FollowsValue(IReadOnlyList<Token> tokens, int at) => at > 0 && tokens[at - 1] switch
    {
        { Kind: TokenKind.Symbol } last => last.Text is ")" or "]",
        { Kind: TokenKind.Identifier } last => last.Is("not") || !EngineVocabulary.WordsBeforeValue.Contains(last.Value),
        _ => true,
    };

    private static Token Next(IReadOnlyList<Token> tokens, int at) =>
        at + 1 < tokens.Count ? tokens[at + 1] : new Token(TokenKind.Symbol, "", "", 0);
}
