using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Columns that the other version has neither as they are nor by a lens: no trigger of the engine's writes them. Where none of the
/// users' does either, a write of one is an application's.
/// </summary>
internal static class OwnColumns
{
    /// <summary>Such columns of one side. Facts that lie in another table of the other version are written by the triggers between the tables.</summary>
    public static IEnumerable<string> Of(TableChange change, Side side)
    {
        var table = side == Side.Old ? change.Before! : change.After!;
        bool IsGiven(string column) => change.Lenses.Any(l => (side == Side.Old ? l.Old : l.New).Contains(column));
        return change.Links.Count > 0
            ? []
            : change.Columns.Where(p => !p.Kept).Select(p => side == Side.Old ? p.Before : p.After).OfType<Column>()
                .Where(c => c.Generated is null && !IsGiven(c.Name) && table.PrimaryKey?.Columns.Contains(c.Name) != true)
                .Select(c => c.Name);
    }

    /// <summary>What triggers set of them though a lens reads it: it does not show who wrote, so neither law is right for all writes.</summary>
    public static IEnumerable<Problem> Judge(TableChange change, ValueList<Trigger> triggers) =>
        from side in new[] { Side.Old, Side.New }
        from column in Of(change, side)
        let computed = change.Lenses.Where(l => l is { Old.Count: > 0, New.Count: > 0 })
            .SelectMany(l => side == Side.Old ? l.Up : l.Down).Where(e => SqlLexer.Names(e.Sql, column)).Select(e => e.Column).ToList()
        where computed.Count > 0
        from trigger in triggers
        where TriggerWrites.Sets(trigger, change, column)
        select new Problem(
            ProblemCodes.TriggerChangesInput,
            $"The trigger {trigger.Name} of {trigger.Table} may change {column}, which only the {(side == Side.Old ? "old" : "new")} version of {change.Name} has and from which "
            + $"{string.Join(", ", computed)} of the other is computed: it does not show then who wrote, and a write of {column} is carried there only where the way back does not agree either.",
            Subject: change.Name)
        { NeedsConsent = true };
}
