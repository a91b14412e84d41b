using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Fills the new version's table from the old one, in batches.</summary>
internal static class FillWalk
{
    private static readonly string[] Place = ["target", "migration", "step"];

    /// <summary>The walk. Rows that are there already were written by the sync since, and stay.</summary>
    /// <param name="twin">The tables.</param>
    /// <param name="context">The migration and its target.</param>
    /// <param name="step">The step, as the ledger calls it.</param>
    public static Walk Of(Twin twin, RenderContext context, string step)
    {
        var pair = new RowPair(twin.From(Side.Old));
        var walk = KeyWalk.Over(twin.Old);
        var rows = walk.Rows(twin.Old.Identity, twin.Old.Alias, w => pair.SourceRows(w));
        var insert = SyncTriggers.InsertWhereMissing(pair, rows);
        return new Walk(walk.Start, walk.Next, insert) 
        {
            RowLines = Lines(pair, walk, insert, [context.Schema.Name, context.Migration, step]),
        };
    }

    // Nobody else writes in between: who is missing before the insert and there behind it was inserted.
    private static RowLines Lines(RowPair pair, KeyWalk walk, string insert, string[] place)
    {
        var (from, to) = (pair.Flow.From, pair.Flow.To);
        string Key(TwinSide side, string row) => KeyWalk.Text(walk.WithoutRowId, side.Identity.Of(row));
        var missing = walk.Rows(
            from.Identity, "o", w => $"SELECT {Key(from, "o")} AS k FROM {from.Storage} AS o WHERE {w} AND NOT EXISTS (SELECT 1 FROM {to.Storage} AS x WHERE {RowIdentity.Same(to.Identity.Of("x"), from.Identity.Of("o"))})");
        var written = walk.Rows(
            to.Identity, "n", w => $"SELECT {Key(to, "n")} AS k, CAST({SqliteHash.Of(to.Table.Columns.Select(c => $"n.{SqliteText.Quote(c.Name)}"))} AS TEXT) AS h FROM {to.Storage} AS n WHERE {w}");
        var mine = string.Join(" AND ", Place.Zip(place, (c, v) => $"{c} = {SqliteText.Literal(v)}"));
        return new RowLines(insert)
        {
            Before = $"INSERT OR REPLACE INTO tandem_ledger_rows ({string.Join(", ", Place)}, phase, attempt, row_key, before_hash, after_hash) SELECT {string.Join(", ", place.Select(SqliteText.Literal))}, @phase, @attempt, k, '', '' FROM ({missing})",
            After = $"UPDATE tandem_ledger_rows SET after_hash = w.h FROM ({written}) AS w WHERE {mine} AND phase = @phase AND attempt = @attempt AND after_hash = '' AND row_key = w.k",
        };
    }
}
