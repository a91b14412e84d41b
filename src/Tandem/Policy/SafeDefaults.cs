using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>Values that new fields can begin with.</summary>
internal static class SafeDefaults
{
    /// <summary>A default that says "nothing yet" in a type, as SQL text; null where there is none that everybody would read so.</summary>
    public static string? Of(string type) => TypeNames.Canonical(type) switch
    {
        var array when array.EndsWith(']') => "'{}'",
        "boolean" => "false",
        "smallint" or "integer" or "bigint" or "real" or "double precision" => "0",
        "text" or "character varying" => "''",
        var numeric when numeric.StartsWith("numeric", StringComparison.Ordinal) => "0",
        _ => null,
    };

    /// <summary>Whether a field of the type is nearly always meant to have one: nobody expects a third truth or a list that is none.</summary>
    public static bool Expected(string type) => Of(type) is "false" or "'{}'";
}
