using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// A walk over all rows of a table: by its blocks, or by its key, where its rows lie in partitions, which come and go, or where no
/// row may be passed by: an update can put a row on a block that the walk has left behind.
/// A table that only one side has and that was never made is walked as an empty one.
/// </summary>
internal sealed class TableWalk
{
    private readonly Layout layout;
    private readonly KeyWalk? keys;
    private readonly bool partitioned;

    public TableWalk(Layout layout, bool whole = false)
    {
        this.layout = layout;
        var table = layout.Base.Table ?? layout.Current.Far.Table;
        partitioned = table?.PartitionKey is not null;
        if (table is not null && (partitioned || (whole && table.Key.Count > 0)))
        {
            keys = new KeyWalk(layout.Schema, layout.Table, table.Key.Select(k => table.Column(k)!).ToList(), partitioned);
        }
    }

    /// <summary>What stands in FROM: the table with its partitions and without tables that inherit from it.</summary>
    public string Source => $"{(partitioned ? "" : "ONLY ")}{layout.Target}";

    /// <summary>The condition that a row lies in the chunk.</summary>
    public string Window(string? alias = null) => keys?.Window(alias) ?? BlockWalk.Window(alias);

    /// <summary>The walk with this work. It is over at once where one of these columns was never made.</summary>
    public Walk Over(string work, IReadOnlyList<string>? columns = null) =>
        keys?.Over(work, columns) ?? BlockWalk.Over(layout.Schema, layout.Table, work, columns);
}
