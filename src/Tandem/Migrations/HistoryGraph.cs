using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>Puts migrations in order and finds circles.</summary>
internal static class HistoryGraph
{
    /// <summary>
    /// Every id after its parents; where several could come next, the first by name. Ids in or behind a circle come
    /// last, by name, so that nothing is lost from view.
    /// </summary>
    public static IReadOnlyList<string> Order(
        Dictionary<string, ValueList<string>> parents, out IReadOnlyList<IReadOnlyList<string>> circles)
    {
        var children = parents.Keys.ToDictionary(id => id, _ => new List<string>(), StringComparer.Ordinal);
        var waiting = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, named) in parents)
        {
            waiting[id] = named.Count;
            foreach (var parent in named)
            {
                children[parent].Add(id);
            }
        }

        var ready = new SortedSet<string>(waiting.Where(w => w.Value == 0).Select(w => w.Key), StringComparer.Ordinal);
        var order = new List<string>();
        while (ready.Min is { } next)
        {
            ready.Remove(next);
            waiting.Remove(next);
            order.Add(next);
            ready.UnionWith(children[next].Where(child => --waiting[child] == 0));
        }

        order.AddRange(waiting.Keys.Order(StringComparer.Ordinal));
        circles = FindCircles(waiting.Keys.ToHashSet(StringComparer.Ordinal), parents);
        return order;
    }

    // Every id that is left waits for another that is left, so following parents always ends in a circle.
    private static List<IReadOnlyList<string>> FindCircles(
        HashSet<string> left, Dictionary<string, ValueList<string>> parents)
    {
        var circles = new List<IReadOnlyList<string>>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in left.Order(StringComparer.Ordinal))
        {
            var path = new List<string>();
            var at = start;
            while (!done.Contains(at) && !path.Contains(at, StringComparer.Ordinal))
            {
                path.Add(at);
                at = parents[at].Where(left.Contains).Min(StringComparer.Ordinal)!;
            }

            if (!done.Contains(at))
            {
                circles.Add(FromSmallest(path[path.IndexOf(at)..]));
            }

            done.UnionWith(path);
        }

        return circles;
    }

    private static List<string> FromSmallest(List<string> circle)
    {
        var smallest = circle.IndexOf(circle.Min(StringComparer.Ordinal)!);
        return [.. circle[smallest..], .. circle[..smallest]];
    }
}
