using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>
/// Views that cannot become others because a materialized view stays as it is: those that read it would read what it does not have, and those that it
/// reads would lose what it reads.
/// </summary>
internal static class HeldViews
{
    /// <summary>The views that differ and are held by what is left; nothing where names change, since their texts would be others anyway.</summary>
    public static ValueList<ObjectName> Of(ValueList<ObjectDifference> left, DatabaseSchema from, DatabaseSchema to, DifferenceOptions options)
    {
        var stay = left.Where(d => d.Object.Kind == "materialized view" && d.Kind != DifferenceKind.Added && from.Find(d.Object.Kind, d.Object.Identity) is View was && to.Find(d.Object.Kind, d.Object.Identity) is View now && !SameText.Sql(was.Definition, now.Definition)).Select(d => d.Object).ToList();
        if (stay.Count == 0 || options.Renames.Count > 0)
        {
            return [];
        }

        var needs = from.Needs.Concat(to.Needs).Where(n => IsView(n.Object) && IsView(n.Needs)).ToList();
        var near = Reached(stay, n => needs.Where(o => o.Needs == n).Select(o => o.Object)).Where(n => to.Find(n.Kind, n.Identity) is not null).Concat(Reached(stay, n => needs.Where(o => o.Object == n).Select(o => o.Needs)));
        return near.Except(stay).Distinct().Where(n => from.Find(n.Kind, n.Identity) is var was && to.Find(n.Kind, n.Identity) is var now && (was is View a && now is View b ? !SameText.Sql(a.Definition, b.Definition) : was is null != now is null))
            .OrderBy(n => n.Identity, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>The second schema with these views as the first has them.</summary>
    public static DatabaseSchema Held(DatabaseSchema from, DatabaseSchema to, ValueList<ObjectName> held) => SchemaParts.With(to, from, held);

    /// <summary>What is told of one.</summary>
    public static Problem Told(ObjectName held) => new(
        ProblemCodes.NotExpressible, $"The {held} is not brought there: a materialized view that it reads, or that reads it, stays as it is.", Subject: held.Identity,
        Remedy: "Bring the materialized view there first; `tandem diff` writes the rest then.");

    private static bool IsView(ObjectName name) => name is { Schema: null, Kind: "view" or "materialized view" };

    private static List<ObjectName> Reached(IEnumerable<ObjectName> start, Func<ObjectName, IEnumerable<ObjectName>> next)
    {
        var (found, open) = (new List<ObjectName>(start), new Queue<ObjectName>(start));
        while (open.TryDequeue(out var one))
        {
            foreach (var other in next(one).Except(found).ToList())
            {
                found.Add(other);
                open.Enqueue(other);
            }
        }

        return found;
    }
}
