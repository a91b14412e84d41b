using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The laws of lenses as queries over both tables of a twin. What a column makes of a value (its affinity, STRICT) only a table says, so
/// a law is asked of the rows whose other side is stored as the lens gives it. The rest were written last by the other version's
/// applications, whose values the other law is asked of.
/// </summary>
internal static class LensLaws
{
    /// <summary>Both laws of each lens that leads both ways and gives the same value each time.</summary>
    /// <param name="twin">The tables.</param>
    /// <param name="missing">Whether a row of the new version's table, by the name given, lacks a required value; null where none can.</param>
    public static ValueList<LensLaw> Of(Twin twin, Func<string, string?> missing)
    {
        var (old, young) = (twin.From(Side.Old), twin.From(Side.New));
        return twin.Change.Lenses.Where(l => l is { Varies: false, Old.Count: > 0, New.Count: > 0 })
            .SelectMany(l => new[] { Law(old, l.New), Law(young, l.Old) }).ToValueList();

        LensLaw Law(TwinFlow flow, ValueList<string> gives)
        {
            var k = flow.Lenses.ToList().FindIndex(l => l.To.Select(c => c.Name).SequenceEqual(gives, StringComparer.Ordinal));
            var (pair, walk, lens) = (new RowPair(flow), KeyWalk.Over(flow.From, flow.To), flow.Lenses[k]);
            var source = walk.Rows(flow.From.Identity, flow.From.Alias, w => pair.SourceRows($"{w}{Meant(flow.From)}"));
            var target = walk.Rows(flow.To.Identity, flow.To.Alias, w => pair.TargetRows($"{w}{Meant(flow.To)}"));
            var place = KeyWalk.Text(walk.WithoutRowId, pair.Ids(RowPair.Source));
            return new LensLaw(
                flow.From.Side,
                lens.From.Select(c => $"{flow.From.Table.Name}.{c.Name}").ToValueList(),
                $"SELECT {place} AS place, {place} AS row_key, CASE WHEN {RowPair.FirstLaw(lens, k)} THEN NOT {RowPair.SecondLaw(lens, k)} END AS broken"
                    + $" FROM ({source}) AS s JOIN ({target}) AS t ON {pair.SameRow}",
                Places(flow.From, walk));
        }

        string Meant(TwinSide side)
        {
            var incomplete = side.Side == Side.New && missing(side.Alias) is { } lacks ? $" AND NOT {lacks}" : "";
            return $"{incomplete} AND (@place = '' OR {Place(side)} = @place)";
        }

        string Places(TwinSide side, KeyWalk walk) => walk.Rows(
            side.Identity, side.Alias, w => $"SELECT {Place(side)} AS place, {Place(side)} AS row_key FROM {side.Storage} AS {side.Alias} WHERE {w}");

        string Place(TwinSide side) => KeyWalk.Text(side.Table.WithoutRowId, side.Identity.Of(side.Alias));
    }
}
