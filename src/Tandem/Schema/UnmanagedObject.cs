using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>An object that is listed and left alone.</summary>
/// <param name="Kind">What it is, for example <c>foreign table</c>.</param>
/// <param name="Name">Its name.</param>
public sealed record UnmanagedObject(string Kind, string Name)
{
    /// <summary>The statements that make it; empty where they are not known, or would hold a secret. No part of what is stored or compared.</summary>
    [JsonIgnore]
    public ValueList<string> Statements { get; init; } = [];

    /// <summary>How statements name what is foreign; empty for everything else, and where this is not known. No part of what is stored.</summary>
    [JsonIgnore]
    public string Target { get; init; } = "";

    /// <summary>The statements that make what is foreign, without its options. No part of what is stored.</summary>
    [JsonIgnore]
    public ValueList<string> Definition { get; init; } = [];

    /// <summary>The options of what is foreign. No part of what is stored: they may be secrets.</summary>
    [JsonIgnore]
    public ValueList<ForeignOption> Options { get; init; } = [];

    /// <summary>Kind and name.</summary>
    [JsonIgnore]
    public ObjectName Reference => new(Kind, Name);

    /// <summary>In what it differs from another of its name, in sentences without any secret; nothing where one of them was not read from a server.</summary>
    public IEnumerable<string> DifferencesTo(UnmanagedObject other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Target.Length == 0 || other.Target.Length == 0)
        {
            yield break;
        }

        if (Definition != other.Definition)
        {
            yield return $"definition was {string.Join("; ", Definition)}, is {string.Join("; ", other.Definition)}";
        }

        foreach (var (was, now) in Options.Select(o => (Was: (ForeignOption?)o, Now: other.Options.FirstOrDefault(o.IsNamedLike)))
            .Concat(other.Options.Where(o => !Options.Any(o.IsNamedLike)).Select(o => (Was: (ForeignOption?)null, Now: (ForeignOption?)o))).Where(p => p.Was != p.Now))
        {
            var one = (was ?? now)!;
            var secret = was is { Value: null } && now is { Value: null };
            yield return $"option {(one.Column is { } column ? $"{column}." : "")}{one.Name} was {Value(was)}, is {(secret ? "another" : Value(now))}";
        }
    }

    private static string Value(ForeignOption? option) => option is null ? "not there" : option.Value is { } value ? $"'{value}'" : "a secret";
}

/// <summary>An option of something foreign.</summary>
/// <param name="Column">The column of a foreign table that it is set on, or null for the whole.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, or null where it looks like a secret.</param>
/// <param name="Digest">What tells a secret from another.</param>
public sealed record ForeignOption(string? Column, string Name, string? Value, string? Digest)
{
    /// <summary>Whether it is the option that another one is, whatever the value.</summary>
    public bool IsNamedLike(ForeignOption other) => other is not null && (Column, Name) == (other.Column, other.Name);
}
