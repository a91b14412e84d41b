using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>
/// A law of a lens, as a question about rows that are there: what one version's values become in the other comes back as they
/// were. Over the old version it is <c>down(up(x)) ≡ x</c>: else a value that the new version writes over is not restored. Over the new version
/// it is <c>up(down(y)) ≡ y</c>: else the old version cannot say what the new one holds.
/// </summary>
/// <param name="Over">The version whose values are to come back.</param>
/// <param name="Columns">The columns with these values, as <c>table.column</c>.</param>
/// <param name="Rows">
/// Query over the chunk from <c>@after</c> to <c>@upto</c>, or only the row at <c>@place</c> where that is not empty: for each row <c>place</c> (text), <c>row_key</c>
/// (text) and <c>broken</c>: 1, 0, or NULL where the row says nothing about the law.
/// </param>
/// <param name="Places">Query over the same chunk that computes nothing: <c>place</c> and <c>row_key</c> of each row.</param>
public sealed record LensLaw(Side Over, ValueList<string> Columns, string Rows, string Places)
{
    /// <summary>Query: one row with <c>rows</c> that say something about the law, and <c>broken</c>.</summary>
    public string Count => $"SELECT count(q.broken) AS rows, coalesce(sum(q.broken), 0) AS broken FROM ({Rows}) AS q";

    /// <summary>Query: keys of up to ten rows that break the law.</summary>
    public string Examples => $"SELECT q.row_key FROM ({Rows}) AS q WHERE q.broken = 1 LIMIT 10";
}
