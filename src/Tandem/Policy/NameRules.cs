using System.ComponentModel;
using System.Text.RegularExpressions;

namespace Tandem.Policy;

/// <summary>What names look like, by what they name.</summary>
public sealed record NameRules
{
    /// <summary>Tables and views.</summary>
    [Description("Tables and views.")]
    public string? Tables { get; init; }

    /// <summary>Columns.</summary>
    [Description("Columns.")]
    public string? Columns { get; init; }

    /// <summary>Indexes.</summary>
    [Description("Indexes.")]
    public string? Indexes { get; init; }

    /// <summary>Constraints.</summary>
    [Description("Constraints.")]
    public string? Constraints { get; init; }

    /// <summary>Migrations.</summary>
    [Description("Migrations, by their ids.")]
    public string? Migrations { get; init; }

    /// <summary>The rules with the keys they stand under.</summary>
    internal IEnumerable<(string Key, string Rule)> All =>
        new[] { ("tables", Tables), ("columns", Columns), ("indexes", Indexes), ("constraints", Constraints), ("migrations", Migrations) }
            .Where(r => r.Item2 is not null).Select(r => (r.Item1, r.Item2!));

    /// <summary>What a rule asks for; null when it is neither a known style nor a regular expression that can be used here.</summary>
    internal static Regex? Pattern(string rule)
    {
        var text = rule switch
        {
            "snake_case" => "[a-z][a-z0-9]*(_[a-z0-9]+)*",
            "camel_case" => "[a-z][a-zA-Z0-9]*",
            "pascal_case" => "[A-Z][a-zA-Z0-9]*",
            _ => rule,
        };
        try
        {
            return new Regex($"^(?:{text})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
