using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>
/// What changes of tables whose facts are in two places owe to one another. Their sync is written for the names and
/// columns that both tables have; another migration must not change them under it.
/// </summary>
internal static class LinkRules
{
    public static IEnumerable<Problem> Of(ValueList<TableChange> changes, RenderContext context)
    {
        var linked = TableLinks.Of(changes).SelectMany(l => new[] { l.Whole, l.Part }).Concat(changes.Where(c => c.Partitioning is not null)).ToList();
        foreach (var (link, _, _) in TableLinks.Of(changes).Where(l => l.Link.Moves))
        {
            var columns = string.Join(", ", link.Columns.Select(c => c.Whole));
            yield return new Problem(
                ProblemCodes.MovedWritesRefused,
                $"Refused are an UPDATE that lets a row of {link.Part} refer to a row of {link.Whole} with another {columns}, and a write of the new version that leaves a row of {link.Part} without {columns}.",
                Subject: link.Part)
            {
                NeedsConsent = true,
            };
        }

        foreach (var (change, other) in from change in changes
                                        from other in context.Retained
                                        where other.Migration != context.Migration && change.DrawnKey is { } key && other.Change.DrawnKey?.Name == key.Name
                                        select (change, other))
        {
            yield return Held(change, other);
        }

        foreach (var change in changes)
        {
            var names = Names(change).ToList();
            foreach (var other in context.Retained.Where(r => r.Migration != context.Migration
                && (linked.Contains(change) ? Names(r.Change).Any(names.Contains) : HeldBy(r.Change).Any(names.Contains)) && !Passes(change, r.Change)))
            {
                yield return Held(change, other);
            }
        }
    }

    /// <summary>
    /// Whether one change divides the rows of the table and the other only follows new names of what the table refers to: a foreign key of either
    /// copy knows that by itself, and what was begun later is taken back first.
    /// </summary>
    private static bool Passes(TableChange one, TableChange other) =>
        (one.Partitioning is not null && other.OnlyReferencesAreRenamed) || (other.Partitioning is not null && one.OnlyReferencesAreRenamed);

    private static Problem Held(TableChange change, RetainedChange other)
    {
        var referred = change.OnlyReferencesAreRenamed
            ? $" refers to {string.Join(", ", change.ForeignKeys.Where(f => f.Before != f.After).Select(f => f.Before!.ReferencedTable).Distinct())}, whose names change, and"
            : "";
        return new Problem(
            ProblemCodes.LinkedTableHeld, $"{change.Name}{referred} is still kept in sync for {other.Migration}, which is {(other.Undone ? "rolled back" : "not sunset")}.", Subject: change.Name);
    }

    private static IEnumerable<string> HeldBy(TableChange change) =>
        change.Links.Count == 0 && change.Partitioning is null ? [] : Names(change).Concat(change.Links.Select(l => l.Part));

    private static IEnumerable<string> Names(TableChange change) => new[] { change.Before?.Name, change.After?.Name }.OfType<string>();
}
