using System.Text.RegularExpressions;
using Tandem.Operations;
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
        if (tokens is not [{ Kind: SqlLexer.TokenKind.StringLiteral, Text: ['\'', ..] } literal, ..])
        {
            return bare;
        }

        var number = TypeNames.IsNumber(type) && FittingDefault.IsDecimal(literal.Value);
        return tokens.Count > 1 && !(tokens[1].IsSymbol("::") && bare[(tokens[1].Position + 2)..] is var cast && (IsOf(cast, type) || (number && Keeps(cast, literal.Value)))) ? bare
            : number ? literal.Value
            : literal.Text;
    }

    /// <summary>Whether a cast is the one that the server puts behind a literal for a column of this type: to the type, with its measure or none.</summary>
    private static bool IsOf(string cast, string type)
    {
        var (to, own) = (TypeNames.Canonical(cast), TypeNames.Canonical(type));
        return to == own || to == Measure().Replace(own, "") || (own.StartsWith("character(", StringComparison.Ordinal) && cast.Trim() is "bpchar");
    }

    /// <summary>Whether a cast leaves a number what it is: the server puts one of these behind a number with a sign, whatever the column's type.</summary>
    private static bool Keeps(string cast, string number) =>
        TypeNames.Canonical(cast) is ("smallint" or "integer" or "bigint" or "numeric") and var to && FittingDefault.Holds(to, number);

    [GeneratedRegex(@"\([0-9, ]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Measure();
}
