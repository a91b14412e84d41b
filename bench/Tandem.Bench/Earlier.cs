namespace Tandem.Bench;

/// <summary>What a page says of a benchmark already: the page is where results are kept, so a run replaces only what it measures.</summary>
/// <param name="Text">The section, as it stands.</param>
internal sealed record Earlier(string Text)
{
    private const int BeforeCells = 2;

    /// <summary>Nothing was measured yet.</summary>
    public static Earlier Nothing { get; } = new("");

    /// <summary>The versions that were measured.</summary>
    public IReadOnlyList<string> Versions => Rows.Count == 0 ? [] : Rows[0][BeforeCells..];

    private List<string[]> Rows { get; } =
        [.. Text.Split('\n').Where(l => l.StartsWith('|')).Select(l => l.Trim().Trim('|').Split('|').Select(c => c.Trim()).ToArray())];

    /// <summary>A benchmark's section of a page.</summary>
    public static Earlier Of(Benchmark benchmark, string page)
    {
        var sections = ("\n" + page).Split("\n## ");
        return sections.FirstOrDefault(s => s.StartsWith(benchmark.Title + "\n", StringComparison.Ordinal)) is { } found ? new Earlier("## " + found.TrimEnd()) : Nothing;
    }

    /// <summary>What stands in a line of the table for a version; empty where there is nothing.</summary>
    public string Cell(string figure, string version)
    {
        var column = Versions.ToList().IndexOf(version);
        var row = Rows.Find(r => r[0] == figure);
        return column < 0 || row is null ? "" : row[column + BeforeCells];
    }
}
