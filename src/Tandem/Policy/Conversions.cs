using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>What a cast from one type of PostgreSQL's to another may lose, as far as the types alone tell.</summary>
internal static partial class Conversions
{
    private static readonly string[] Integers = ["smallint", "integer", "bigint"];

    /// <summary>What may get lost, as the end of a sentence; null when nothing can, or when it is not known.</summary>
    public static string? Loss(string from, string to)
    {
        var (source, target) = (Parse(from), Parse(to));
        var (i, j) = (Array.IndexOf(Integers, source.Name), Array.IndexOf(Integers, target.Name));
        return (source.Name, target.Name) switch
        {
            var (a, b) when a == b => Shorter(source, target),
            _ when i >= 0 && j >= 0 => j < i ? $"numbers beyond {target.Name} do not fit" : null,
            ("numeric", _) when j >= 0 => "decimals are rounded, and large numbers do not fit",
            ("real" or "double precision", _) when j >= 0 => "decimals are rounded, and large numbers do not fit",
            ("bigint", "real" or "double precision") or ("integer", "real") => "large numbers lose their last digits",
            ("numeric", "real" or "double precision") or ("double precision", "real") => "digits beyond its precision are lost",
            (_, "numeric") when i >= 0 && target.Length is { } digits => digits - target.Scale < Digits(source.Name) ? "large numbers do not fit" : null,
            ("text" or "character varying", "character varying" or "character") => Shorter(source, target),
            ("timestamp with time zone", "timestamp without time zone") => "the moment is lost, only its digits in the session's zone stay",
            ("timestamp with time zone" or "timestamp without time zone", "date") => "the time of the day is lost",
            ("timestamp with time zone" or "timestamp without time zone", "time without time zone" or "time with time zone") => "the day is lost",
            ("json", "jsonb") => "repeated keys, their order and blanks are lost",
            ("text" or "character varying", "integer" or "bigint" or "smallint" or "numeric" or "boolean" or "uuid" or "date" or "jsonb" or "json" or "real" or "double precision"
                or "timestamp with time zone" or "timestamp without time zone" or "inet") => $"texts that are no {target.Name} cannot be converted",
            ("boolean", "date" or "uuid" or "numeric" or "bigint" or "timestamp with time zone" or "timestamp without time zone") => "there is no such conversion",
            ("uuid" or "date", _) when j >= 0 => "there is no such conversion",
            _ => null,
        };
    }

    private static string? Shorter(TypeParts from, TypeParts to) =>
        to.Length is not { } most ? null
        : to.Name == "numeric" ? from.Length is not { } digits || to.Scale < from.Scale || most - to.Scale < digits - from.Scale ? "digits beyond its precision are rounded or do not fit" : null
        : from.Length is { } length && length <= most ? null
        : to.Name is "character varying" or "character" ? string.Create(CultureInfo.InvariantCulture, $"texts longer than {most} do not fit")
        : null;

    private static int Digits(string integer) => integer switch { "smallint" => 5, "integer" => 10, _ => 19 };

    private static TypeParts Parse(string type)
    {
        var match = Form().Match(TypeNames.Canonical(type));
        int? Number(string group) => int.TryParse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        return new TypeParts(match.Groups["name"].Value + match.Groups["rest"].Value, Number("length"), Number("scale") ?? 0);
    }

    [GeneratedRegex(@"^(?<name>[^(]*)(\((?<length>[0-9]+)(,(?<scale>[0-9]+))?\))?(?<rest>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    private sealed record TypeParts(string Name, int? Length, int Scale);
}
