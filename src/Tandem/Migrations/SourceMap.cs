using Tandem.Problems;

namespace Tandem.Migrations;

/// <summary>Where the values of a migration stand in its file, by path: <c>operations[0].from</c>.</summary>
public sealed class SourceMap
{
    private readonly Dictionary<string, SourceSpan> places = new(StringComparer.Ordinal);

    /// <summary>The place of a path or of the nearest thing around it; null when nothing is known.</summary>
    public SourceSpan? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var rest = path; ; rest = rest[..Math.Max(0, rest.LastIndexOfAny(['.', '[']))])
        {
            if (places.TryGetValue(rest, out var place) || rest.Length == 0)
            {
                return place;
            }
        }
    }

    internal void Add(string path, SourceSpan place) => places.TryAdd(path, place);
}
