using System.Globalization;
using System.Text.RegularExpressions;

namespace Tandem.Migrations;

/// <summary>Durations as people write them in files and on command lines: <c>500ms</c>, <c>30s</c>, <c>1h30m</c>, <c>14d</c>, <c>PT5M</c>.</summary>
public static partial class Durations
{
    /// <summary>The forms that are understood, as a regular expression for JSON Schema.</summary>
    internal const string Pattern =
        @"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$|^P([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36525);

    /// <summary>Understands a duration; false when the text is none, is negative or is longer than a century.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var match = text is { Length: > 0 and <= 64 } ? Short().Match(text) : Match.Empty;
        if (!match.Success && text is { Length: > 2 and <= 64 } && text[^1] != 'T')
        {
            match = Iso().Match(text);
        }

        var seconds = 0m;
        foreach (Group part in match.Groups.Values.Where(g => g.Name is "part"))
        {
            foreach (Capture capture in part.Captures)
            {
                var digits = capture.Value.AsSpan().TrimEnd("mshdwWDHMS");
                if (digits.Length > 20)
                {
                    return false;
                }

                seconds += decimal.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
                    * SecondsOf(capture.Value[digits.Length..]);
            }
        }

        if (!match.Success || seconds > (decimal)Longest.TotalSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>The shortest text that reads back as this duration: <c>14d</c>, <c>1h30m</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var rest = duration.Ticks;
        var text = "";
        foreach (var (unit, ticks) in Units)
        {
            if (rest >= ticks)
            {
                text += (rest / ticks).ToString(CultureInfo.InvariantCulture) + unit;
                rest %= ticks;
            }
        }

        return rest == 0
            ? text
            : text + ((decimal)rest / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture) + "ms";
    }

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    // An M of ISO 8601 means minutes here: months and years have no fixed length and are not matched.
    private static decimal SecondsOf(string unit) => unit switch
    {
        "ms" => 0.001m,
        "s" or "S" => 1m,
        "m" or "M" => 60m,
        "h" or "H" => 3600m,
        "d" or "D" => 86400m,
        _ => 604800m,
    };

    [GeneratedRegex(@"^(?<part>[0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Short();

    [GeneratedRegex(
        @"^P(?<part>[0-9]+W)?(?<part>[0-9]+D)?(T(?<part>[0-9]+H)?(?<part>[0-9]+M)?(?<part>[0-9]+(\.[0-9]+)?S)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
