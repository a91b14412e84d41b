using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Fills and compares tables that hold the rows of another table, or whose rows it holds.</summary>
internal static class LinkRowSteps
{
    private static readonly LockFact Instant = new("the database", "RESERVED", "writers", "an instant");

    /// <summary>The step that brings the rows of the old version to the new.</summary>
    public static RenderedStep Backfill(LinkedTables t, RenderContext context)
    {
        var link = new LinkedRows(t, context, Side.Old);
        var ofPart = t.Link.PartSide == Side.Old;
        var side = ofPart ? t.PartSide : t.WholeSide;
        var walk = KeyWalk.Over(side);
        var rows = Rows(walk, side, ofPart ? "p" : "w");
        var work = ofPart ? link.InsertWhole(rows, "1") : link.InsertPart(rows, "1");
        return new RenderedStep($"backfill {t.Title}", $"Bring the rows of {t.Link.Whole} and {t.Link.Part} together", StepMode.Batches)
        {
            Table = t.Link.Whole,
            Walk = new Walk(walk.Start, walk.Next, work) { RowLines = t.Ledger(context, !ofPart, rows, ofPart).Filling(work) },
            Locks = [Instant with { Held = "each batch" }],
            Scans = true,
        };
    }

    /// <summary>The steps that compare: the rows of the whole with the part, and those of the part with the whole.</summary>
    public static IEnumerable<RenderedStep> Verify(LinkedTables t, Verify step, RenderContext context)
    {
        var link = new LinkedRows(t, context, step.Base);
        var partIsBase = t.Link.PartSide == step.Base;
        var (noWhole, noPart) = ($"w.{t.WholeKey.First()} IS NULL", $"p.{t.PartKey.First()} IS NULL");
        string In(string table, IEnumerable<string> key, string rows, string alias, IEnumerable<string> ofRows) =>
            $"{KeyWalk.Tuple(LinkedTables.Terms(table, key))} IN (SELECT {string.Join(", ", LinkedTables.Terms(alias, ofRows))} FROM {rows} AS {alias})";

        var walk = KeyWalk.Over(t.WholeSide);
        var whole = Rows(walk, t.WholeSide, "w");
        yield return Step($"verify {t.Title}", $"Compare every row of {t.Link.Whole} with {t.Link.Part}", t.WholeSide, "w",
            $"{t.Whole} AS w LEFT JOIN {t.Part} AS p ON {link.Pair}", $"(NOT {link.FitsOne("w")} OR ({link.Fits("w")} AND ({noPart} OR {link.Differ})))",
            link.Fits("w"), $"NOT ({noPart})",
            partIsBase
                ?
                [
                    $"DELETE FROM {t.Whole} WHERE {In(t.Whole, t.WholeKey, whole, "w", t.WholeKey)} AND {link.Fits(t.Whole)} AND {link.NoPart(t.Whole)}",
                    .. link.UpdateWhole(t.Part, In("p", t.PartKey, whole, "w", t.WholeKey)),
                ]
                : [.. link.UpdatePart(whole, "1"), link.InsertPart(whole, "1")]);

        var parts = Rows(KeyWalk.Over(t.PartSide), t.PartSide, "p");
        yield return Step($"verify {t.Link.Part} and {t.Link.Whole}", $"Compare every row of {t.Link.Part} with {t.Link.Whole}", t.PartSide, "p",
            $"{t.Part} AS p LEFT JOIN {t.Whole} AS w ON {link.Pair}", $"({noWhole} OR {link.Differ})",
            $"NOT ({noWhole})", "1",
            partIsBase
                ? [.. link.UpdateWhole(parts, "1"), link.InsertWhole(parts, "1")]
                :
                [
                    $"DELETE FROM {t.Part} WHERE {In(t.Part, t.PartKey, parts, "p", t.PartKey)} AND {link.NoWhole(t.Part)}",
                    .. link.UpdatePart(t.Whole, In("w", t.WholeKey, parts, "p", t.PartKey)),
                ]);

        RenderedStep Step(string name, string title, TwinSide side, string row, string pairs, string wrong, string hasSource, string hasTarget, ValueList<string> repair)
        {
            var own = KeyWalk.Over(side);
            var source = $"CASE WHEN {hasSource} THEN {Sum("w", t.WholeKey.Concat(t.WholeColumns))} END";
            return new RenderedStep(name, title, StepMode.Verification)
            {
                Table = t.Link.Whole,
                Walk = new Walk(own.Start, own.Next, Compare(own.Rows(side.Identity, row, w =>
                    $"SELECT {wrong} AS wrong, {source} AS source, CASE WHEN NOT ({wrong}) THEN {source} WHEN {hasTarget} THEN {Sum("p", t.PartKey.Concat(t.PartColumns))} END AS target FROM {pairs} WHERE {w}")))
                {
                    Repair = repair,
                    RepairLines = t.Ledger(context, !partIsBase, Rows(own, side, row), row == "p").Repairing(repair),
                    Examples = $"SELECT row_key FROM ({own.Rows(side.Identity, row, w => $"SELECT {KeyWalk.Text(side.Table.WithoutRowId, side.Identity.Of(row))} AS row_key FROM {pairs} WHERE {w} AND {wrong}")}) LIMIT 10",
                },
                Scans = true,
            };
        }
    }

    private static string Rows(KeyWalk walk, TwinSide side, string alias) =>
        $"({walk.Rows(side.Identity, alias, w => $"SELECT {alias}.* FROM {side.Storage} AS {alias} WHERE {w}")})";

    private static string Sum(string row, IEnumerable<string> columns) => SqliteHash.Of(LinkedTables.Terms(row, columns));

    private static string Compare(string rows) => "SELECT count(*) AS rows_seen, coalesce(sum(wrong), 0) AS mismatched, 0 AS quarantined,"
        + $" {SqliteHash.Sum}(source) AS source_sum, {SqliteHash.Sum}(target) AS target_sum FROM ({rows})";
}
