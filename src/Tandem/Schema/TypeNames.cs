using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tandem.Schema;

/// <summary>
/// The catalogue's spelling of PostgreSQL's own type names (as <c>format_type</c> writes them), for comparing a type
/// that a person wrote with one that was read.
/// </summary>
public static partial class TypeNames
{
    private static readonly FrozenDictionary<string, string> Spelling = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bool"] = "boolean",
        ["int"] = "integer",
        ["int2"] = "smallint",
        ["int4"] = "integer",
        ["int8"] = "bigint",
        ["float"] = "double precision",
        ["float4"] = "real",
        ["float8"] = "double precision",
        ["decimal"] = "numeric",
        ["char"] = "character",
        ["bpchar"] = "character",
        ["varchar"] = "character varying",
        ["char varying"] = "character varying",
        ["varbit"] = "bit varying",
        ["timestamp"] = "timestamp without time zone",
        ["timestamptz"] = "timestamp with time zone",
        ["time"] = "time without time zone",
        ["timetz"] = "time with time zone",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a type is one of those that bring a sequence along, which are no types of values.</summary>
    public static bool IsSerial(string type) => WithoutSequence(type) != type;

    /// <summary>The type of a column's values, where the one that is written brings a sequence along.</summary>
    public static string WithoutSequence(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.ToLowerInvariant() switch
        {
            "serial" or "serial4" => "integer",
            "bigserial" or "serial8" => "bigint",
            "smallserial" or "serial2" => "smallint",
            _ => type,
        };
    }

    /// <summary>The catalogue's spelling; a type that is not PostgreSQL's own comes back as it is, but for spaces.</summary>
    public static string Canonical(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Contains('"', StringComparison.Ordinal))
        {
            return type;
        }

        var text = Spaces().Replace(type.Trim().ToLowerInvariant(), " ");
        var parts = Parts().Match(text);
        var name = parts.Groups["name"].Value.Trim();
        var modifier = parts.Groups["modifier"].Value.Replace(" ", "", StringComparison.Ordinal);
        var rest = parts.Groups["rest"].Value.Trim();
        var array = parts.Groups["array"].Value.Replace(" ", "", StringComparison.Ordinal);
        var spelled = Spelling.GetValueOrDefault(rest.Length == 0 ? name : $"{name} {rest}", rest.Length == 0 ? name : $"{name} {rest}");
        if (modifier.Length == 0)
        {
            // character without a length is character(1).
            return (spelled == "character" ? "character(1)" : spelled) + array;
        }

        if (spelled == "numeric" && !modifier.Contains(',', StringComparison.Ordinal))
        {
            modifier = modifier.Replace(")", ",0)", StringComparison.Ordinal);
        }

        // The modifier of a time stands before "with time zone": timestamp(3) with time zone.
        var zone = spelled.IndexOf(" with", StringComparison.Ordinal);
        return (zone < 0 ? spelled + modifier : spelled[..zone] + modifier + spelled[zone..]) + array;
    }

    /// <summary>Whether the spelling of a type means this type of the users', or arrays of it.</summary>
    public static bool IsOf(string spelled, string type)
    {
        ArgumentNullException.ThrowIfNull(spelled);
        var one = spelled.EndsWith("[]", StringComparison.Ordinal) ? spelled[..^2] : spelled;
        return one == type || one == SqlName.Quote(type);
    }

    /// <summary>Whether it is one of the whole numbers that a sequence gives.</summary>
    public static bool IsInteger(string type) => Canonical(type) is "smallint" or "integer" or "bigint";

    /// <summary>Whether it is a type of numbers.</summary>
    public static bool IsNumber(string type) => Canonical(type) is var canonical
        && (canonical is "smallint" or "integer" or "bigint" or "real" or "double precision" or "numeric"
            || (canonical.StartsWith("numeric(", StringComparison.Ordinal) && canonical.IndexOf(')', StringComparison.Ordinal) == canonical.Length - 1));

    /// <summary>
    /// Whether two values that PostgreSQL calls equal are stored the same. Not so are numbers with a scale or a sign of zero, intervals, json, and text
    /// under a collation of the column's own, which the type does not tell.
    /// </summary>
    public static bool HasExactEquality(string type)
    {
        var canonical = Canonical(type);
        return canonical is "smallint" or "integer" or "bigint" or "boolean" or "uuid" or "date" or "text" or "bytea" or "character varying"
            || (canonical.StartsWith("character varying(", StringComparison.Ordinal) && canonical.EndsWith(')'))
            || (canonical.StartsWith("timestamp", StringComparison.Ordinal) && canonical.EndsWith(" time zone", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^(?<name>[^(\[]*)(?<modifier>\([^)]*\))?(?<rest>[^\[]*)(?<array>(\[[^\]]*\]\s*)*)$")]
    private static partial Regex Parts();
}
