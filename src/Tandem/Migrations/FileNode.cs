using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>A value as it stands in a file, YAML or JSON alike, with its place.</summary>
internal abstract record FileNode(SourceSpan Place)
{
    /// <summary>What it is, for messages: "a list".</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Value">Its text, without quotes.</param>
/// <param name="Plain">Whether it stands without quotes, so that it can also be a number, true, false or nothing.</param>
internal sealed record ScalarNode(SourceSpan Place, string Value, bool Plain) : FileNode(Place)
{
    /// <summary>Whether it says "no value": nothing at all, <c>~</c> or <c>null</c>.</summary>
    public bool IsEmpty => Plain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => this switch
    {
        { IsEmpty: true } => "nothing",
        { Plain: true, Value: "true" or "false" } => $"`{Value}`",
        { Plain: true } when double.TryParse(
            Value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _) =>
            "a number",
        _ => "a text",
    };
}

/// <summary>A list.</summary>
internal sealed record ListNode(SourceSpan Place, IReadOnlyList<FileNode> Items) : FileNode(Place)
{
    public override string Kind => "a list";
}

/// <summary>Keys with values. A key that stands twice is reported by the reader and kept once.</summary>
internal sealed record MapNode(SourceSpan Place, IReadOnlyList<MapEntry> Entries) : FileNode(Place)
{
    public override string Kind => "a mapping";
}

/// <summary>A key and its value.</summary>
internal sealed record MapEntry(string Key, SourceSpan Place, FileNode Value);

/// <summary>Gathers the entries of one mapping and reports a key that comes again.</summary>
internal sealed class MapEntries(List<Problem> problems)
{
    private readonly Dictionary<string, MapEntry> byKey = new(StringComparer.Ordinal);
    private readonly List<MapEntry> entries = [];

    public IReadOnlyList<MapEntry> InOrder => entries;

    public void Add(MapEntry entry)
    {
        if (byKey.TryGetValue(entry.Key, out var first))
        {
            problems.Add(new Problem(
                ProblemCodes.DuplicateKey, $"`{entry.Key}` already stands in line {first.Place.Line}.", entry.Place));
            return;
        }

        byKey.Add(entry.Key, entry);
        entries.Add(entry);
    }
}
