using Tandem.Databases;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>Fills and compares tables that hold the rows of another table, or whose rows it holds.</summary>
internal static class LinkRowsSql
{
    /// <summary>The step that brings the rows of the old version to the new.</summary>
    public static RenderedStep Backfill(LinkedTables t, RenderContext context)
    {
        var link = new LinkedRows(t);
        var (table, row, source, walk) = t.PartIsBase(Side.Old) ? (t.PartTable, "p", t.Part, t.PartWalk) : (t.WholeTable, "w", t.Whole, t.WholeWalk);
        var read = $"WITH {row} AS MATERIALIZED (SELECT {row}.* FROM ONLY {source} AS {row} WHERE {walk.Window(row)} FOR NO KEY UPDATE)\n";
        var work = read + (row == "p" ? link.WriteWhole("p", "true") : link.WritePart("w", "true"));
        return new RenderedStep($"backfill {t.Title}", $"Bring the rows of {t.Link.Whole} and {t.Link.Part} together", StepMode.Batches)
        {
            Table = t.Link.Whole,
            Walk = walk.Over(work) with
            {
                Parts = walk.Parts(),
                Before = [SyncSql.StandAside],
                RowLines = new RowLines(new LedgerSql(context).Enter(work, row == "p" ? t.WholeRows : t.PartRows)),
            },
            Locks = [new LockFact(table, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
            Scans = true,
            Inverse = "Nothing to take back: only what the new version has alone was written.",
        };
    }

    /// <summary>The steps that compare: the rows of the whole with the part, and those of the part with the whole.</summary>
    public static IEnumerable<RenderedStep> Verify(LinkedTables t, Side @base, RenderContext context)
    {
        var link = new LinkedRows(t);
        var partIsBase = t.PartIsBase(@base);
        var missing = $"p.{Sql.Id(t.PartKey[0])} IS NULL";
        var ofWhole = t.WholeWalk.Window("w");
        yield return Step($"verify {t.Title}", $"Compare every row of {t.Link.Whole} with {t.Link.Part}", "w",
            $"FROM ONLY {t.Whole} AS w LEFT JOIN {t.Part} AS p ON {link.Pair} WHERE {ofWhole}",
            $"(NOT {link.FitsOne("w")} OR ({link.Fits("w")} AND ({missing} OR {link.Differ})))",
            $"{link.Fits("w")}", $"NOT ({missing})",
            $"SELECT FROM ONLY {t.Whole} AS w WHERE {ofWhole} FOR NO KEY UPDATE",
            partIsBase
                ?
                [
                    $"DELETE FROM ONLY {t.Whole} AS w WHERE {ofWhole} AND {link.Fits("w")} AND {t.NoPart}",
                    link.WriteWhole($"{t.Part} AS p", $"EXISTS (SELECT FROM ONLY {t.Whole} AS w WHERE {ofWhole} AND {t.SamePair})"),
                ]
                : [link.WritePart($"{t.Whole} AS w", ofWhole)]);
        var ofPart = t.PartWalk.Window("p");
        var alone = $"w.{Sql.Id(t.WholeKey[0])} IS NULL";
        yield return Step($"verify {t.Link.Part} and {t.Link.Whole}", $"Compare every row of {t.Link.Part} with {t.Link.Whole}", "p",
            $"FROM ONLY {t.Part} AS p LEFT JOIN {t.Whole} AS w ON {link.Pair} WHERE {ofPart}",
            $"({alone} OR {link.Differ})", $"NOT ({alone})", "true",
            $"SELECT FROM ONLY {t.Part} AS p WHERE {ofPart} FOR NO KEY UPDATE",
            partIsBase
                ? [link.WriteWhole($"{t.Part} AS p", ofPart)]
                :
                [
                    $"DELETE FROM ONLY {t.Part} AS p WHERE {ofPart} AND {link.NoWhole}",
                    link.WritePart($"{t.Whole} AS w", $"EXISTS (SELECT FROM ONLY {t.Part} AS p WHERE {ofPart} AND {t.SamePair})"),
                ]);

        RenderedStep Step(string name, string title, string row, string pairs, string wrong, string hasSource, string hasTarget, string locks, IReadOnlyList<string> repair) =>
            new(name, title, StepMode.Verification)
            {
                Table = t.Link.Whole,
                Walk = (row == "w" ? t.WholeWalk : t.PartWalk).Over(
                    $"""
                    SELECT count(*) AS rows_seen, count(*) FILTER (WHERE _tandem_q.wrong) AS mismatched, 0::bigint AS quarantined,
                      coalesce(sum(pg_catalog.hashtextextended(_tandem_q.source, 0)), 0)::text AS source_sum,
                      coalesce(sum(pg_catalog.hashtextextended(_tandem_q.target, 0)), 0)::text AS target_sum
                    FROM (SELECT {wrong} AS wrong,
                        CASE WHEN {hasSource} THEN {Sql.Image(LinkedTables.Of("w", t.WholeKey.Concat(t.WholeColumns)))}::text END AS source,
                        CASE WHEN {hasTarget} THEN {Sql.Image(LinkedTables.Of("p", t.PartKey.Concat(t.PartColumns)))}::text END AS target
                      {pairs} OFFSET 0) _tandem_q
                    """) with
                {
                    Parts = (row == "w" ? t.WholeWalk : t.PartWalk).Parts(),
                    Repair = [SyncSql.StandAside, locks, .. repair],
                    RepairLines = [SyncSql.StandAside, locks, .. repair.Select(r => new LedgerSql(context).Enter(r, partIsBase ? t.WholeRows : t.PartRows))],
                    Examples = $"SELECT pg_catalog.concat_ws(', ', {string.Join(", ", LinkedTables.Of(row, row == "w" ? t.WholeKey : t.PartKey))}) AS key {pairs} AND {wrong} LIMIT 10",
                },
                Locks = [new LockFact(t.WholeTable, "ACCESS SHARE", "nobody", "each chunk"), new LockFact(t.PartTable, "ACCESS SHARE", "nobody", "each chunk")],
                Scans = true,
            };
    }
}
