using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Migrations;

/// <summary>What the number of a threshold counts.</summary>
public enum ThresholdUnit
{
    /// <summary>Things.</summary>
    Count,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>A part of one: 5% is 0.05.</summary>
    Ratio,
}

/// <summary>The condition of a threshold, understood: <c>&gt; 500ms</c>, <c>&gt;= 0.1%</c>, <c>&lt; 3</c>.</summary>
/// <param name="Operator">One of <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>.</param>
/// <param name="Limit">The number, in things, seconds or parts of one.</param>
/// <param name="Unit">What it counts.</param>
public sealed partial record ThresholdCondition(string Operator, double Limit, ThresholdUnit Unit)
{
    /// <summary>Understands a condition; false when the text is none.</summary>
    public static bool TryParse(string? text, out ThresholdCondition condition)
    {
        condition = new ThresholdCondition(">", 0, ThresholdUnit.Count);
        var match = Form().Match(text ?? "");
        if (!match.Success)
        {
            return false;
        }

        var (sign, amount) = (match.Groups["operator"].Value, match.Groups["amount"].Value);
        if (Durations.TryParse(amount, out var duration))
        {
            condition = new ThresholdCondition(sign, duration.TotalSeconds, ThresholdUnit.Seconds);
            return true;
        }

        var unit = amount.EndsWith('%') ? ThresholdUnit.Ratio : ThresholdUnit.Count;
        if (!double.TryParse(amount.AsSpan().TrimEnd(" %"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        condition = new ThresholdCondition(sign, unit == ThresholdUnit.Ratio ? number / 100 : number, unit);
        return true;
    }

    /// <summary>Whether a measured value (in things, seconds or parts of one) crosses the threshold.</summary>
    public bool IsMet(double value) => Operator switch
    {
        ">" => value > Limit,
        ">=" => value >= Limit,
        "<" => value < Limit,
        _ => value <= Limit,
    };

    [GeneratedRegex(@"^\s*(?<operator>[<>]=?)\s*(?<amount>[0-9][0-9a-zA-Z.]*\s?%?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
