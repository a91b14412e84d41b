using System.Text.Json.Nodes;
using Tandem.Problems;

namespace Tandem.Migrations.Imports;

/// <summary>The keys of one mapping of a pgroll file. Every key is taken once; what nobody takes is reported.</summary>
internal sealed class PgrollMap
{
    private readonly Dictionary<string, MapEntry> left;
    private readonly List<Problem> problems;
    private readonly string what;

    public PgrollMap(FileNode node, string what, List<Problem> problems)
    {
        this.what = what;
        this.problems = problems;
        Place = node.Place;
        left = node is MapNode map ? map.Entries.ToDictionary(e => e.Key, StringComparer.Ordinal) : [];
        if (node is not MapNode)
        {
            problems.Add(new Problem(ProblemCodes.HistoryMalformed, $"{what} is {node.Kind}, not a mapping.", node.Place));
        }
    }

    /// <summary>Where it stands.</summary>
    public SourceSpan Place { get; }

    /// <summary>Whether the key is there and not yet taken.</summary>
    public bool Has(string key) => left.ContainsKey(key);

    /// <summary>Whether a mapping stands below the key.</summary>
    public bool IsMap(string key) => left.TryGetValue(key, out var entry) && entry.Value is MapNode;

    /// <summary>The node of a key, or null.</summary>
    public FileNode? Node(string key) => left.Remove(key, out var entry) ? entry.Value : null;

    /// <summary>A text, or null when the key is missing or empty.</summary>
    public string? Text(string key) => Node(key) switch
    {
        ScalarNode { IsEmpty: false, Value.Length: > 0 } scalar => scalar.Value,
        null or ScalarNode => null,
        var other => Wrong(key, other, "a text"),
    };

    /// <summary>A text that must be there; reported and empty when it is not.</summary>
    public string Required(string key)
    {
        if (Text(key) is { } text)
        {
            return text;
        }

        problems.Add(new Problem(ProblemCodes.HistoryMalformed, $"{what} needs the key {key}.", Place));
        return "";
    }

    /// <summary>A truth value; null when the key is missing.</summary>
    public bool? Flag(string key) => Text(key) is { } text ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : null;

    /// <summary>A list of texts; empty when the key is missing.</summary>
    public IReadOnlyList<string> Texts(string key) => Node(key) switch
    {
        ListNode list => [.. list.Items.OfType<ScalarNode>().Select(s => s.Value)],
        null or ScalarNode { IsEmpty: true } => [],
        var other => Wrong(key, other, "a list") is null ? [] : [],
    };

    /// <summary>A mapping below a key, or null.</summary>
    public PgrollMap? Map(string key) => Node(key) is { } node and not ScalarNode { IsEmpty: true } ? new PgrollMap(node, $"{what}.{key}", problems) : null;

    /// <summary>A mapping that stands in a list of this one.</summary>
    public PgrollMap Below(FileNode node, string key) => new(node, $"{what}.{key}", problems);

    /// <summary>The mappings of a list.</summary>
    public IEnumerable<PgrollMap> Maps(string key) => Node(key) is ListNode list ? list.Items.Select(i => new PgrollMap(i, $"{what}.{key}", problems)) : [];

    /// <summary>Every key with its text, for mappings from columns to expressions.</summary>
    public IReadOnlyDictionary<string, string> Entries()
    {
        var entries = left.Values.Where(e => e.Value is ScalarNode).ToDictionary(e => e.Key, e => ((ScalarNode)e.Value).Value, StringComparer.Ordinal);
        left.Clear();
        return entries;
    }

    /// <summary>The keys that are left, with their values.</summary>
    public IReadOnlyList<MapEntry> Rest()
    {
        var rest = left.Values.ToList();
        left.Clear();
        return rest;
    }

    /// <summary>Reports something that has no equivalent.</summary>
    public void Lacks(string message) => problems.Add(new Problem(ProblemCodes.NotImported, message, Place));

    /// <summary>Reports something that is the same in another form.</summary>
    public void Differs(string message) => problems.Add(new Problem(ProblemCodes.ImportedDifferently, message, Place));

    /// <summary>Reports the keys that nobody took.</summary>
    public void End()
    {
        problems.AddRange(left.Values.Select(e => new Problem(ProblemCodes.NotImported, $"{what}.{e.Key} is not known.", e.Place)));
        left.Clear();
    }

    private string? Wrong(string key, FileNode node, string wanted)
    {
        problems.Add(new Problem(ProblemCodes.HistoryMalformed, $"{what}.{key} is {node.Kind}, not {wanted}.", node.Place));
        return null;
    }
}
