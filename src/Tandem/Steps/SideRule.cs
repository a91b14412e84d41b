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
            .Concat(staying.SelectMany(c => c.ForeignKeys.Where(f => f.OnlyOn(side))
                .Select(f => new SideRule(c, ConstraintKind.ForeignKey, ConstraintName.Of(f.Of(side)!), f.EnforceLive))));
    }

    private static IEnumerable<SideRule> OfTable(TableChange change, Side side)
    {
        foreach (var column in change.Columns.Where(c => c.Of(side) is { Nullable: false } && (c.OnlyOn(side) || c.Of(side.Other())!.Nullable)))
        {
            yield return new SideRule(change, ConstraintKind.NotNull, column.Of(side)!.Name, column.EnforceLive);
        }

        foreach (var key in change.PrimaryKeys.Where(k => k.OnlyOn(side)))
        {
            yield return new SideRule(change, ConstraintKind.PrimaryKey, ConstraintName.Of(key.Of(side)!), key.EnforceLive);
        }

        foreach (var unique in change.Uniques.Where(u => u.OnlyOn(side)))
        {
            yield return new SideRule(change, ConstraintKind.Unique, ConstraintName.Of(unique.Of(side)!), unique.EnforceLive);
        }

        foreach (var index in change.Indexes.Where(i => i.OnlyOn(side) && i.Of(side)!.Unique))
        {
            yield return new SideRule(change, ConstraintKind.Unique, index.Of(side)!.Name, index.EnforceLive);
        }

        foreach (var check in change.Checks.Where(c => c.OnlyOn(side)))
        {
            yield return new SideRule(change, ConstraintKind.Check, ConstraintName.Of(check.Of(side)!), check.EnforceLive);
        }

        foreach (var exclusion in change.Exclusions.Where(e => e.OnlyOn(side)))
        {
            yield return new SideRule(change, ConstraintKind.Exclusion, exclusion.Of(side)!.Name, exclusion.EnforceLive);
        }
    }
}
