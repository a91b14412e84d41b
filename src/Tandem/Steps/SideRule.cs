using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>A rule that a table has in one version only.</summary>
/// <param name="Change">The table, which both versions have.</param>
/// <param name="Kind">What the rule is about.</param>
/// <param name="Name">The column for <see cref="ConstraintKind.NotNull"/>, else the constraint's or index's name in that version's table.</param>
/// <param name="Live">Whether it holds as soon as the new version is live.</param>
public sealed record SideRule(TableChange Change, ConstraintKind Kind, string Name, bool Live)
{
    /// <summary>
    /// The rules that only one side has, in the order in which they are proved: a foreign key needs the unique rule that it refers to, in
    /// whichever table.
    /// </summary>
    public static IEnumerable<SideRule> Of(IEnumerable<TableChange> changes, Side side)
    {
        var staying = changes.Where(c => c is { Before: not null, After: not null }).ToList();
        return staying.SelectMany(c => OfTable(c, side))
            .Concat(staying.SelectMany(c => c.ForeignKeys.Where(f => OnlyOn(f, side))
                .Select(f => new SideRule(c, ConstraintKind.ForeignKey, ConstraintName.Of(Of(f, side)!), f.EnforceLive))));
    }

    private static IEnumerable<SideRule> OfTable(TableChange change, Side side)
    {
        foreach (var column in change.Columns.Where(c => Of(c, side) is { Nullable: false } && (OnlyOn(c, side) || Of(c, Other(side))!.Nullable)))
        {
            yield return new SideRule(change, ConstraintKind.NotNull, Of(column, side)!.Name, column.EnforceLive);
        }

        foreach (var key in change.PrimaryKeys.Where(k => OnlyOn(k, side)))
        {
            yield return new SideRule(change, ConstraintKind.PrimaryKey, ConstraintName.Of(Of(key, side)!), key.EnforceLive);
        }

        foreach (var unique in change.Uniques.Where(u => OnlyOn(u, side)))
        {
            yield return new SideRule(change, ConstraintKind.Unique, ConstraintName.Of(Of(unique, side)!), unique.EnforceLive);
        }

        foreach (var index in change.Indexes.Where(i => OnlyOn(i, side) && Of(i, side)!.Unique))
        {
            yield return new SideRule(change, ConstraintKind.Unique, Of(index, side)!.Name, index.EnforceLive);
        }

        foreach (var check in change.Checks.Where(c => OnlyOn(c, side)))
        {
            yield return new SideRule(change, ConstraintKind.Check, ConstraintName.Of(Of(check, side)!), check.EnforceLive);
        }

        foreach (var exclusion in change.Exclusions.Where(e => OnlyOn(e, side)))
        {
            yield return new SideRule(change, ConstraintKind.Exclusion, Of(exclusion, side)!.Name, exclusion.EnforceLive);
        }
    }

    private static bool OnlyOn<T>(Pair<T> pair, Side side)
        where T : class => Of(pair, side) is not null && Of(pair, Other(side)) is null;

    private static T? Of<T>(Pair<T> pair, Side side)
        where T : class => side == Side.Old ? pair.Before : pair.After;

    private static Side Other(Side side) => side == Side.Old ? Side.New : Side.Old;
}
