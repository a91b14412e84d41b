namespace Tandem.Problems;

/// <summary>Finds what a person probably meant.</summary>
public static class NearestName
{
    /// <summary>The nearest of the names that is near enough, or null.</summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .OrderBy(n => n.Distance)
            .ThenBy(n => n.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, Math.Min(written.Length, nearest.Name.Length) / 3)
            ? nearest.Name
            : null;
    }

    /// <summary>How many letters must be put in, taken out, replaced or swapped with their neighbour.</summary>
    internal static int Distance(string a, string b)
    {
        // A written key can be as long as the file; no name is this long.
        if (a.Length > 100)
        {
            return a.Length;
        }

        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Step(a, b, i, j, table);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Step(string a, string b, int i, int j, int[,] table)
    {
        // Case and the two spellings of a gap are small slips: rename-column, renameColumn.
        var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1])
            || (a[i - 1] is '-' or ' ' && b[j - 1] == '_');
        var best = Math.Min(
            Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
            table[i - 1, j - 1] + (same ? 0 : 1));
        return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
            ? Math.Min(best, table[i - 2, j - 2] + 1)
            : best;
    }
}
