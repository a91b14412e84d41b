using System.Globalization;
using System.Text;
using System.Text.Json;
using Tandem.Schema;

namespace Tandem.Running;

/// <summary>How values stand in the journal: the one place that writes and reads them.</summary>
internal static class Words
{
    private const string StampFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>An enum's member in snake case.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    /// <summary>The member that <see cref="Of{T}"/> wrote.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum =>
        Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    /// <summary>The member, or null for an empty text.</summary>
    public static T? ParseOrNull<T>(string word)
        where T : struct, Enum =>
        word.Length == 0 ? null : Parse<T>(word);

    /// <summary>A whole number as text.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A time as text of a fixed width, which compares as the time does.</summary>
    public static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture);

    /// <summary>The time that <see cref="Stamp"/> wrote, or null for an empty text.</summary>
    public static DateTimeOffset? Time(string stamp) =>
        stamp.Length == 0
            ? null
            : DateTimeOffset.ParseExact(stamp, StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>A detail for the journal: names and numbers, never values of users' rows.</summary>
    public static string Detail(params (string Name, object? Value)[] parts) =>
        JsonSerializer.Serialize(parts.ToDictionary(p => p.Name, p => p.Value), Fingerprint.Json);
}
