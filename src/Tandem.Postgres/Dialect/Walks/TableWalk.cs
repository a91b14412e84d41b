using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Walks;

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
    private readonly bool striped;

    /// <summary>A walk over the rows of a layout's table.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="whole">Whether no row may be passed by.</param>
    /// <param name="striped">Whether it writes most of them.</param>
    public TableWalk(Layout layout, bool whole = false, bool striped = false)
    {
        (this.layout, this.striped) = (layout, striped);
        var table = layout.Base.Table ?? layout.Current.Far.Table;
        partitioned = table?.PartitionKey is not null;
        if (table is not null && (partitioned || (whole && table.Key.Count > 0)))
        {
            keys = new KeyWalk(layout.Schema, layout.Table, table.Key.Select(k => table.Column(k)!).ToList(), partitioned);
        }
    }

    /// <summary>What stands in FROM: the table with its partitions and without tables that inherit from it.</summary>
    public string Source => $"{(partitioned ? "" : "ONLY ")}{layout.Target}";

    /// <summary>The condition that a row lies in the chunk and that this holds for it.</summary>
    public string Where(string condition, string? alias = null) =>
        striped && keys is null ? StripeWalk.Where(condition, alias) : $"{Window(alias)} AND {condition}";

    /// <summary>The condition that a row lies in the chunk of a walk that is not striped.</summary>
    public string Window(string? alias = null) => keys?.Window(alias) ?? BlockWalk.Window(alias);

    /// <summary>Divides the walk.</summary>
    public string Parts => keys?.Parts() ?? (striped ? StripeWalk.Parts() : BlockWalk.Parts(low => $"{low}::text"));

    /// <summary>The walk with this work. It is over at once where one of these columns was never made.</summary>
    public Walk Over(string work, IReadOnlyList<string>? columns = null) =>
        keys?.Over(work, columns)
        ?? (striped ? StripeWalk.Over(layout.Schema, layout.Table, work, columns) : BlockWalk.Over(layout.Schema, layout.Table, work, columns));
}
