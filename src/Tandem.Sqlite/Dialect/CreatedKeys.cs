using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Foreign keys of a table that only the new version has. They hold while that version is served; hidden by a rollback,
/// its rows stand in nobody's way.
/// </summary>
internal static class CreatedKeys
{
    /// <summary>The step that lets them hold; none when no created table has any.</summary>
    public static IEnumerable<RenderedStep> Hold(Publish step, RenderContext context) =>
        step.Side == Side.New && step.Base == Side.Old ? Step(step.Changes, context, hold: true) : [];

    /// <summary>The step that ends it.</summary>
    public static IEnumerable<RenderedStep> Release(Unpublish step, RenderContext context) =>
        step.Side == Side.New ? Step(step.Changes, context, hold: false) : [];

    private static IEnumerable<RenderedStep> Step(ValueList<TableChange> changes, RenderContext context, bool hold)
    {
        var names = TwinNames.Of(context);
        var created = changes.Where(c => c.Before is null && c.After!.ForeignKeys.Count > 0).ToList();
        if (created.Count == 0)
        {
            yield break;
        }

        var without = created.Select(c => StoredTable.NewWaiting(c, names)).ToList();
        var with = created.Zip(without, (c, t) => t with
        {
            Sql = SqliteDdl.CreateTable(c.After! with { ForeignKeys = c.After.ForeignKeys.Select(f => InPlace(f, context)).ToValueList() }, t.Name),
        }).ToList();
        var tables = string.Join(", ", created.Select(c => c.Name));
        yield return new RenderedStep(
            $"{(hold ? "hold" : "release")} foreign keys", $"{(hold ? "Begin" : "End")} to enforce the foreign keys of {tables}", StepMode.Transaction)
        {
            Statements =
            [
                StoredText.Open,
                .. without.Zip(with, (a, b) => hold ? StoredText.Change(a, b) : StoredText.Change(b, a)),
                StoredText.Close,
                .. StoredText.Reload,
            ],
            Gates = hold ? created.SelectMany(c => c.After!.ForeignKeys.Select(f => Orphans(c, f, context))).ToValueList() : [],
            FinalGates = (hold ? with : without).Select(Swap.AsExpected).ToValueList(),
            Epilogue = [StoredText.Close],
            Locks = [new LockFact("the database", "RESERVED", "writers", "an instant")],
        };
    }

    private static Gate Orphans(TableChange change, ForeignKey key, RenderContext context)
    {
        var rule = Rule.Of(change, ConstraintKind.ForeignKey, ConstraintName.Of(key), Side.New, new Places(context, Side.Old));
        return new Gate(
            ProblemCodes.RowsBreakRule.Id, $"{{0}} rows of {change.Name}, hidden by a rollback, have lost what {ConstraintName.Of(key)} refers to.", rule.Count);
    }

    // The parent by the name and columns that it has as long as the old version has the plain names.
    private static ForeignKey InPlace(ForeignKey key, RenderContext context)
    {
        var parent = context.Changes.FirstOrDefault(c => c.After?.Name == key.ReferencedTable);
        return parent?.Before is not { } before
            ? parent is null ? key : key with { ReferencedTable = TwinNames.Of(context).Twin(key.ReferencedTable) }
            : key with
            {
                ReferencedTable = before.Name,
                ReferencedColumns = key.ReferencedColumns
                    .Select(c => parent.Carried.FirstOrDefault(p => p.After!.Name == c)?.Before!.Name ?? c).ToValueList(),
            };
    }
}
