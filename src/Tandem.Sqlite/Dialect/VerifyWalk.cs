using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Compares both tables of a twin row by row, and makes rows agree that do not.</summary>
internal static class VerifyWalk
{
    // A reader keeps a writer waiting where the file has no write-ahead log: the youngest rows tell most.
    private const int ProfiledRows = 20_000;

    /// <summary>The walk.</summary>
    /// <param name="twin">The tables.</param>
    /// <param name="live">Whether either law is enough.</param>
    /// <param name="source">The side with the plain name: repairs start from it.</param>
    /// <param name="context">The migration and its target.</param>
    public static Walk Of(Twin twin, bool live, Side source, RenderContext context)
    {
        var chunk = ChunkOf(twin, live, source);
        var (pair, walk) = (chunk.Pair, KeyWalk.Over(chunk.Pair.Flow.From, chunk.Pair.Flow.To));
        var compared = new Walk(walk.Start, walk.Next, Compare(chunk, twin, walk))
        {
            Repair = Repair(chunk).ToValueList(),
            RepairLines = Lines(chunk, walk, context),
            Quarantined = Missing(twin, "q") is { } missing ? $"SELECT count(*) AS rows FROM {twin.New.Storage} AS q WHERE {missing}" : null,
            Profile = Profile(twin),
            Laws = LensLaws.Of(twin, row => Missing(twin, row)),
            Examples = $"SELECT {KeyWalk.Text(walk.WithoutRowId, pair.Ids(RowPair.Source))} AS row_key FROM {chunk.Pairs} WHERE {chunk.Wrong}"
                + $" UNION ALL SELECT {KeyWalk.Text(walk.WithoutRowId, pair.Ids(RowPair.Target))} FROM {chunk.Orphans} LIMIT 10",
        };
        if (!live)
        {
            return compared;
        }

        var back = ChunkOf(twin, live, source == Side.Old ? Side.New : Side.Old);
        return compared with
        {
            RepairsFrom = source,
            RepairBack = Repair(back).ToValueList(),
            RepairBackLines = Lines(back, walk, context),
            Keep = Keep(chunk, TwinNames.Of(context), context.Schema.Name),
        };
    }

    private static ValueList<string> Lines(Chunk chunk, KeyWalk walk, RenderContext context)
    {
        var to = chunk.Pair.Flow.To;
        return new RowLedger(context, walk.Rows(to.Identity, "n", w => RowLedger.Rows(to, w))).Repairing(Repair(chunk));
    }

    private static Chunk ChunkOf(Twin twin, bool live, Side source)
    {
        var flow = twin.From(source);
        var pair = new RowPair(flow);
        var walk = KeyWalk.Over(flow.From, flow.To);
        return new Chunk(
            pair,
            walk.Rows(flow.From.Identity, flow.From.Alias, w => pair.SourceRows(w)),
            walk.Rows(flow.To.Identity, flow.To.Alias, w => pair.TargetRows(w)),
            RowPair.All([pair.CarriedAgree, live ? pair.LensesAgree : pair.LensesFilled]),
            live);
    }

    // Values as SQL writes them: JSON has no blobs, and fewer numbers.
    private static string Keep(Chunk chunk, TwinNames names, string target)
    {
        var flow = chunk.Pair.Flow;
        string Row(TwinSide side, string row) => $"(SELECT json_object({string.Join(", ", side.Table.Columns.Select(c => $"{SqliteText.Literal(c.Name)}, quote(x.{SqliteText.Quote(c.Name)})"))})"
            + $" FROM {side.Storage} AS x WHERE {RowIdentity.Same(side.Identity.Of("x"), chunk.Pair.Ids(row))})";
        string Image(string row) => $"json_object({SqliteText.Literal(Word(flow.From))}, json({Row(flow.From, row)}), {SqliteText.Literal(Word(flow.To))}, json({Row(flow.To, row)}))";
        string Line(string row) => $"{KeyWalk.Text(flow.From.Table.WithoutRowId, chunk.Pair.Ids(row))} AS k, {Image(row)} AS v";
        return $"INSERT INTO tandem_images (target, ordinal, number, row_key, before_image) SELECT {SqliteText.Literal(target)}, {names.Ordinal.ToString(CultureInfo.InvariantCulture)}, @number, k, v"
            + $" FROM (SELECT {Line(RowPair.Source)} FROM {chunk.Pairs} WHERE {chunk.Wrong} UNION ALL SELECT {Line(RowPair.Target)} FROM {chunk.Orphans})";
    }

    private static string Word(TwinSide side) => side.Side == Side.Old ? "old" : "new";

    // A row that agrees has the sum of its source: the target's are made where one does not, or where the source says something else each time.
    private static string Compare(Chunk chunk, Twin twin, KeyWalk walk)
    {
        var source = $"{SqliteHash.Sum}({SqliteHash.Of(chunk.Pair.SourceFacts)})";
        var target = $"{SqliteHash.Sum}(CASE WHEN t.t_id0 IS NOT NULL THEN {SqliteHash.Of(chunk.Pair.TargetFacts(chunk.Live))} END)";
        var varies = chunk.Pair.Flow.Lenses.Any(l => l.Varies);
        return "SELECT count(*) AS rows_seen,"
            + $" coalesce(sum({chunk.Wrong}), 0) + (SELECT count(*) FROM {chunk.Orphans}) AS mismatched,"
            + $" {Quarantined(twin, walk)} AS quarantined, {source} AS source_sum,"
            + $" {(varies ? target : $"CASE WHEN coalesce(sum({chunk.Wrong}), 0) = 0 THEN {source} ELSE (SELECT {target} FROM {chunk.Pairs}) END")} AS target_sum FROM {chunk.Pairs}";
    }

    private static IEnumerable<string> Repair(Chunk chunk)
    {
        var pair = chunk.Pair;
        var to = pair.Flow.To;
        yield return $"DELETE FROM {to.Storage} WHERE {KeyWalk.Tuple(to.Identity.Terms)} IN (SELECT {string.Join(", ", pair.Ids(RowPair.Target))} FROM {chunk.Orphans})";
        var set = pair.Values((l, k) => !chunk.Live ? null : l.From.Count == 0 ? "1" : RowPair.Agrees(l, k)).ToList();
        if (set.Count > 0)
        {
            var values = pair.Ids(RowPair.Target).Select((id, i) => $"{id} AS k{i}").Concat(set.Select((v, i) => $"{v.Value} AS v{i}"));
            yield return $"UPDATE {to.Storage} SET {string.Join(", ", set.Select((v, i) => $"{v.Column} = v.v{i}"))}"
                + $" FROM (SELECT {string.Join(", ", values)} FROM ({chunk.Sources}) AS s JOIN ({chunk.Targets}) AS t ON {pair.SameRow} WHERE NOT {chunk.Agree}) AS v"
                + $" WHERE {RowIdentity.Same(to.Identity.Of(to.Storage), to.Identity.Terms.Select((_, i) => $"v.k{i}"))}";
        }

        yield return SyncTriggers.InsertWhereMissing(pair, chunk.Sources);
    }

    private static Profile? Profile(Twin twin)
    {
        var columns = twin.Change.Lenses.SelectMany(l => l.New).ToList();
        var names = columns.Select(c => $"{twin.New.Table.Name}.{c}").ToValueList();
        string Values(string column) => $"(SELECT {SqliteText.Quote(column)} AS v FROM {twin.New.Storage} ORDER BY {string.Join(", ", twin.New.Identity.Terms.Select(t => t + " DESC"))} LIMIT {ProfiledRows})";
        string All(Func<string, string, string> query) => string.Join(" UNION ALL ", columns.Select((c, i) => query(SqliteText.Literal(names[i]), Values(c))));
        return columns.Count == 0 ? null : new Profile(
            names,
            All((name, values) => $"SELECT {name} AS column_name, count(*) AS rows, count(*) - count(v) AS nulls, count(DISTINCT v) AS distinct_values FROM {values}"))
        {
            Buckets = All((name, values) =>
                $"SELECT * FROM (SELECT {name} AS column_name, 'length' AS kind, CAST({ValueClasses.LengthClass("length(v)")} AS TEXT) AS bucket, count(*) AS rows FROM {values} WHERE v IS NOT NULL GROUP BY 3)"
                + $" UNION ALL SELECT * FROM (SELECT {name}, 'value', CAST({SqliteHash.Of(["v"])} AS TEXT), count(*) FROM {values} WHERE v IS NOT NULL GROUP BY 3 ORDER BY 4 DESC, 3 LIMIT {ValueClasses.MostValues})"),
        };
    }

    // A required column of the new version that `up` gives no value for holds NULL until complete; nothing else writes one there.
    private static string? Missing(Twin twin, string row)
    {
        var required = RequiredColumns.Of(twin.Change).Select(c => SqliteText.Quote(c.Name)).ToList();
        return required.Count == 0 ? null : $"({string.Join(" OR ", required.Select(c => $"{row}.{c} IS NULL"))})";
    }

    private static string Quarantined(Twin twin, KeyWalk walk) => Missing(twin, "q") is { } missing
        ? $"(SELECT count(*) FROM ({walk.Rows(twin.New.Identity, "q", w => $"SELECT 1 FROM {twin.New.Storage} AS q WHERE {missing} AND {w}")}))"
        : "0";

    private sealed record Chunk(RowPair Pair, string Sources, string Targets, string Agree, bool Live)
    {
        public string Pairs => $"({Sources}) AS s LEFT JOIN ({Targets}) AS t ON {Pair.SameRow}";

        public string Wrong => $"t.t_id0 IS NULL OR NOT {Agree}";

        public string Orphans => $"({Targets}) AS t WHERE NOT EXISTS (SELECT 1 FROM {Pair.Flow.From.Storage} AS x"
            + $" WHERE {RowIdentity.Same(Pair.Flow.From.Identity.Of("x"), Pair.Ids(RowPair.Target))})";
    }
}
