using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Fills the new version's table from the old one, in batches.</summary>
internal static class FillWalk
{
    /// <summary>The walk. Rows that are there already were written by the sync since, and stay.</summary>
    public static Walk Of(Twin twin)
    {
        var pair = new RowPair(twin.From(Side.Old));
        var walk = KeyWalk.Over(twin.Old);
        return new Walk(
            walk.Start,
            walk.Next,
            SyncTriggers.InsertWhereMissing(pair, walk.Rows(twin.Old.Identity, twin.Old.Alias, w => pair.SourceRows(w))));
    }
}
