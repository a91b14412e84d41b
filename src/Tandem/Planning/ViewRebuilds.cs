using Tandem.Operations;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>
/// The views that a migration must make anew although nobody asked: on PostgreSQL a view holds on to the very column that
/// it was made over, so one that reads a column whose type changes, or a view that is replaced, would go on reading the
/// retired one.
/// </summary>
internal static class ViewRebuilds
{
    public static IEnumerable<ObjectChange> Of(ChangeDraft draft)
    {
        if (draft.Engine != "postgres")
        {
            return [];
        }

        var written = draft.Objects.All.Where(c => c.Before is View).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(draft.Changes.SelectMany(c => Reading(c, draft.Schema)).Concat(written)
            .Concat(draft.Objects.All.Where(c => c.ExchangesType).SelectMany(c => Over(c.Name))));
        while (pending.TryDequeue(out var name))
        {
            if (!written.Contains(name) && !found.Add(name))
            {
                continue;
            }

            foreach (var reader in Over(name).Where(r => !written.Contains(r) && !found.Contains(r)))
            {
                pending.Enqueue(reader);
            }
        }

        IEnumerable<string> Over(string name) =>
            draft.Schema.Dependents.Where(d => d.Kind == DependentKind.View && d.Table == name).Select(d => d.Name).Distinct();

        return draft.Schema.Views.Where(v => found.Contains(v.Name) && !v.Materialized)
            .Select(v => new ObjectChange(v, v)
            {
                Rebuilt = true,
                On = draft.Schema.Dependents.Where(d => d.Kind == DependentKind.View && d.Name == v.Name).Select(d => d.Table)
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList(),
            });
    }

    /// <summary>The views over columns that get a successor of the same name.</summary>
    private static IEnumerable<string> Reading(TableChange change, DatabaseSchema schema)
    {
        if (change.Before is null || change.After is null)
        {
            return [];
        }

        var replaced = change.Columns.Where(c => c.Dropped && change.Columns.Any(o => o.Added && o.After!.Name == c.Before!.Name))
            .Select(c => c.Before!.Name).ToHashSet(StringComparer.Ordinal);
        return schema.Dependents.Where(d => d.Kind == DependentKind.View && d.Table == change.Before.Name && d.Column is { } column && replaced.Contains(column))
            .Select(d => d.Name);
    }
}
