using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The new version's table as SQLite must be told of it. In the model, expressions that were there before the change
/// keep the old version's column names.
/// </summary>
internal static class NewShape
{
    /// <summary>The new version's table with all its expressions in the new version's names.</summary>
    public static Table Of(TableChange change)
    {
        var after = change.After!;
        if (change.Before is null)
        {
            return after;
        }

        var renames = Renames(change);
        return after with
        {
            Columns = after.Columns.Select(c => IsKept(change.Columns, c) && c.Generated is { } g ? c with { Generated = renames.Apply(g) } : c).ToValueList(),
            Checks = after.Checks.Select(c => IsKept(change.Checks, c) ? c with { Expression = renames.Apply(c.Expression) } : c).ToValueList(),
            Indexes = after.Indexes.Select(i => IsKept(change.Indexes, i) ? renames.Apply(i) : i).ToValueList(),
        };
    }

    /// <summary>The columns that have another name in the new version.</summary>
    public static ColumnRenames Renames(TableChange change) =>
        new(change.Carried.Select(c => (c.Before!.Name, c.After!.Name)));

    /// <summary>Whether something of the new version was there before.</summary>
    public static bool IsKept<T>(ValueList<Pair<T>> pairs, T after)
        where T : class => pairs.Any(p => p.Kept && after.Equals(p.After));
}
