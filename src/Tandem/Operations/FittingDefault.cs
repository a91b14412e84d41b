using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Defaults that stay what they are when a column's values are cast to another type.</summary>
internal static partial class FittingDefault
{
    private static readonly string[] Moments = ["now()", "current_timestamp", "transaction_timestamp()"];

    /// <summary>
    /// The default as one of the new type: numbers that it holds, also those that were a text or become one, texts that are not too
    /// long, JSON, the present moment; else null.
    /// </summary>
    /// <param name="value">The default of the old type.</param>
    /// <param name="from">The old type.</param>
    /// <param name="to">The new type.</param>
    /// <param name="cast">Whether values are cast, not converted by an expression of the migration's.</param>
    public static string? Of(string value, string from, string to, bool cast)
    {
        var (was, becomes) = (TypeNames.Canonical(from), TypeNames.Canonical(to));
        if (IsMoment(was) && IsMoment(becomes))
        {
            return Moments.Contains(value.Trim().ToLowerInvariant(), StringComparer.Ordinal) ? value : null;
        }

        if (!cast || Literal().Match(value) is not { Success: true } match)
        {
            return null;
        }

        var literal = match.Groups["literal"].Value;
        var text = literal[0] == '\'' ? literal[1..^1].Replace("''", "'", StringComparison.Ordinal) : literal;
        if (TypeNames.IsNumber(was) && TypeNames.IsNumber(becomes))
        {
            return IsDecimal(text) && Holds(becomes, text) ? text : null;
        }

        if (TypeNames.IsInteger(was) ? IsText(becomes) : IsText(was) && TypeNames.IsInteger(becomes))
        {
            // As a number it is written in one way only.
            var number = IsWhole(text, out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : null;
            return number is null ? null
                : IsText(becomes) ? (number.Length <= (Length(becomes) ?? int.MaxValue) ? $"'{number}'" : null)
                : Holds(becomes, number) ? number : null;
        }

        return literal[0] == '\'' && ((IsText(was) && IsText(becomes) && text.Length <= (Length(becomes) ?? int.MaxValue)) || (was is "json" or "jsonb" && becomes is "json" or "jsonb")) ? literal : null;
    }

    /// <summary>Whether a text is a number in digits, with or without a sign and a fraction.</summary>
    public static bool IsDecimal(string text) => Number().IsMatch(text);

    /// <summary>Whether a type, in its canonical spelling, holds such a number as it is.</summary>
    public static bool Holds(string type, string number)
    {
        var isWhole = IsWhole(number, out var value);
        if (Numeric().Match(type) is { Success: true } numeric)
        {
            var (precision, scale) = (int.Parse(numeric.Groups["precision"].Value, CultureInfo.InvariantCulture), int.Parse(numeric.Groups["scale"].Value, CultureInfo.InvariantCulture));
            var parts = number.TrimStart('-').Split('.');
            return parts[0].TrimStart('0').Length <= precision - scale && (parts.Length == 1 || parts[1].Length <= scale);
        }

        return type switch
        {
            "smallint" => isWhole && value >= short.MinValue && value <= short.MaxValue,
            "integer" => isWhole && value >= int.MinValue && value <= int.MaxValue,
            "bigint" => isWhole && value >= long.MinValue && value <= long.MaxValue,
            "double precision" => !isWhole || BigInteger.Abs(value) < BigInteger.Pow(2, 53),
            "real" => isWhole && BigInteger.Abs(value) < BigInteger.Pow(2, 24),
            "numeric" => true,
            _ => false,
        };
    }

    private static bool IsWhole(string text, out BigInteger value) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool IsText(string type) => type == "text" || VarChar().IsMatch(type);

    private static bool IsMoment(string type) => type.StartsWith("timestamp", StringComparison.Ordinal) && !type.Contains('[', StringComparison.Ordinal);

    private static int? Length(string type) => VarChar().Match(type).Groups["length"] is { Success: true } length ? int.Parse(length.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^\s*(?<literal>-?[0-9]+(\.[0-9]+)?|'([^']|'')*')(::[a-z ""]+(\([0-9, ]+\))?)?\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^numeric\((?<precision>[0-9]{1,4}),(?<scale>-?[0-9]{1,4})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"^character varying(\((?<length>[0-9]{1,8})\))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex VarChar();
}
