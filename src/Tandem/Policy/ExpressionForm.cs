using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>What becomes a part of the engine's statements is one expression and nothing more.</summary>
internal static class ExpressionForm
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is not SqlText sql || part.Operation is Sql)
            {
                continue;
            }

            var reasons = LintSubject.Texts(sql).Select(t => Reason(t.Text)).OfType<string>().Distinct(StringComparer.Ordinal);
            foreach (var reason in reasons)
            {
                yield return subject.Find(ProblemCodes.NotAnExpression, $"`{part.Key}` holds {reason}.", part);
            }
        }
    }

    private static string? Reason(string text)
    {
        var depth = 0;
        foreach (var token in SqlLexer.Tokenize(text))
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (token.IsSymbol(";"))
            {
                return "a semicolon";
            }

            if (token.Kind == SqlLexer.TokenKind.Parameter)
            {
                return $"a place for a value, {token.Text}";
            }

            if (depth < 0)
            {
                return "a closing parenthesis too many";
            }
        }

        return depth > 0 ? "a parenthesis that is not closed" : null;
    }
}
