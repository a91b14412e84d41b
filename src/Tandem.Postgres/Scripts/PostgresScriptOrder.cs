using Tandem.Schema;

namespace Tandem.Postgres.Scripts;

/// <summary>One thing that a script makes.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Kind and identity.</param>
internal sealed record ScriptNode(string Schema, ObjectName Name);

/// <summary>
/// Puts things in an order in which each stands behind what it needs. Where a circle goes through a default or a
/// constraint of a table or domain, that part is deferred.
/// </summary>
internal sealed class PostgresScriptOrder
{
    private readonly HashSet<(ScriptNode Node, string Part)> deferred = [];
    private readonly ILookup<ScriptNode, (ScriptNode Needed, string? Part)> needs;

    private PostgresScriptOrder(IReadOnlyList<ScriptNode> nodes, ILookup<ScriptNode, (ScriptNode Needed, string? Part)> needs)
    {
        this.needs = needs;
        Nodes = nodes;
        while (!Try())
        {
        }
    }

    /// <summary>The things in order.</summary>
    public IReadOnlyList<ScriptNode> Nodes { get; private set; }

    /// <summary>Orders things; what is needed and is none of them is there already.</summary>
    public static PostgresScriptOrder Of(
        IReadOnlyList<ScriptNode> nodes, IEnumerable<(ScriptNode Node, ScriptNode Needed, string? Part)> needs)
    {
        var known = nodes.ToHashSet();
        return new PostgresScriptOrder(
            nodes, needs.Where(n => known.Contains(n.Node) && known.Contains(n.Needed)).ToLookup(n => n.Node, n => (n.Needed, n.Part)));
    }

    /// <summary>Whether a part must be made after everything else.</summary>
    public bool IsDeferred(ScriptNode node, string part) => deferred.Contains((node, part));

    private bool Try()
    {
        var done = new HashSet<ScriptNode>();
        var path = new List<(ScriptNode Node, string? Part)>();
        var ordered = new List<ScriptNode>();
        foreach (var node in Nodes)
        {
            if (!Visit(node))
            {
                return false;
            }
        }

        Nodes = ordered;
        return true;

        bool Visit(ScriptNode node)
        {
            if (done.Contains(node))
            {
                return true;
            }

            var start = path.FindIndex(p => p.Node == node);
            if (start >= 0)
            {
                Defer(path.GetRange(start, path.Count - start));
                return false;
            }

            foreach (var (needed, part) in needs[node].Where(n => n.Part is null || !IsDeferred(node, n.Part)))
            {
                path.Add((node, part));
                if (!Visit(needed))
                {
                    return false;
                }

                path.RemoveAt(path.Count - 1);
            }

            done.Add(node);
            ordered.Add(node);
            return true;
        }
    }

    private void Defer(List<(ScriptNode Node, string? Part)> circle)
    {
        var (node, part) = circle.Find(c => c.Part is not null && !c.Part.StartsWith("generated ", StringComparison.Ordinal));
        if (part is null)
        {
            throw new NotSupportedException($"These need each other: {string.Join(", ", circle.Select(c => c.Node.Name))}.");
        }

        deferred.Add((node, part));
    }
}
