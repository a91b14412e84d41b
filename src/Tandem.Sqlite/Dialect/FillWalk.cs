using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Fills the new version's table from the old one, in batches.</summary>
internal static class FillWalk
{
    /// <summary>The walk. Rows that are there already were written by the sync since, and stay.</summary>
    /// <param name="twin">The tables.</param>
    /// <param name="context">The migration and its target.</param>
    public static Walk Of(Twin twin, RenderContext context)
    {
        var pair = new RowPair(twin.From(Side.Old));
        var walk = KeyWalk.Over(twin.Old);
        var insert = SyncTriggers.InsertWhereMissing(pair, walk.Rows(twin.Old.Identity, twin.Old.Alias, w => pair.SourceRows(w)));
        var ledger = new RowLedger(context, walk.Rows(pair.Flow.To.Identity, "n", w => RowLedger.Rows(pair.Flow.To, w)));
        return new Walk(walk.Start, walk.Next, insert) { RowLines = ledger.Filling(insert) };
    }
}
