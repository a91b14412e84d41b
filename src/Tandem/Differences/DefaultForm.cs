using System.Text.RegularExpressions;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Defaults as people write them and as PostgreSQL does: with the column's own type behind a literal, and negative numbers as literals.</summary>
internal static partial class DefaultForm
{
    /// <summary>Whether two defaults of a column of this type say the same.</summary>
    public static bool Same(string? one, string? other, string type) => SameText.Sql(one, other)
        || (one is not null && other is not null && SameText.Sql(Plain(one, type), Plain(other, type)));

    private static string Plain(string text, string type)
    {
        var bare = SameText.WithoutBrackets(text);
        var tokens = SqlLexer.Tokenize(bare);
        if (tokens is not [{ Kind: SqlLexer.TokenKind.StringLiteral, Text: ['\'', ..] } literal, ..]
            || (tokens.Count > 1 && !(tokens[1].IsSymbol("::") && IsOf(bare[(tokens[1].Position + 2)..], type))))
        {
            return bare;
        }

        return TypeNames.IsNumber(type) && Number().IsMatch(literal.Value) ? literal.Value : literal.Text;
    }

    private static bool IsOf(string cast, string type) => Unmeasured(cast) == Unmeasured(type) || (TypeNames.IsNumber(cast) && TypeNames.IsNumber(type));

    private static string Unmeasured(string type) => Measure().Replace(TypeNames.Canonical(type), "");

    [GeneratedRegex(@"\([0-9, ]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Measure();

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
