using Tandem.Databases;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>Brings the facts to the table that the new version keeps them in, and compares both tables.</summary>
internal static class LinkFillSql
{
    /// <summary>
    /// The steps that fill it. The rows that are read are locked, so that a value that is written meanwhile is not
    /// overwritten with the one before.
    /// </summary>
    public static IEnumerable<RenderedStep> Backfill(TableChange change, RenderContext context)
    {
        foreach (var t in LinkedTables.Around(change, context, Side.Old))
        {
            if (t.Link.Rows is not null)
            {
                yield return LinkRowsSql.Backfill(t, context);
                continue;
            }

            var apart = t.PartIsBase(Side.Old);
            var walk = apart ? t.PartWalk : t.WholeWalk;
            var work = apart
                ? $"WITH p AS MATERIALIZED (SELECT {Names("p", t.PartKey, t.PartColumns)} FROM ONLY {t.Part} AS p WHERE {t.PartWalk.Window("p")} FOR NO KEY UPDATE)\n"
                    + $"UPDATE ONLY {t.Whole} AS w SET {LinkedTables.Set(t.WholeColumns, LinkedTables.Of("p", t.PartColumns))} FROM p WHERE {t.SamePair} AND {t.Differ}"
                : $"WITH w AS MATERIALIZED (SELECT {Names("w", t.WholeKey, t.WholeColumns)} FROM ONLY {t.Whole} AS w WHERE {t.WholeWalk.Window("w")} FOR NO KEY UPDATE)\n"
                    + t.InsertPart("w", "true");
            yield return new RenderedStep($"backfill {t.Title}", $"Bring the facts of {t.Link.Whole} and {t.Link.Part} together", StepMode.Batches)
            {
                Table = t.Link.Whole,
                Walk = walk.Over(work) with
                {
                    // The numbers of rows apart come in the order of their key.
                    Parts = !apart && t.PartShape.Columns.Any(c => c.Identity != IdentityKind.None) ? null : walk.Parts(),
                    Before = [SyncSql.StandAside],
                    RowLines = new RowLines(new LedgerSql(context).Enter(work, apart ? t.WholeRows : t.PartRows)),
                },
                Locks = [new LockFact(apart ? t.PartTable : t.WholeTable, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
                Scans = true,
                Inverse = "Nothing to take back: only what the new version has alone was written.",
            };
        }
    }

    /// <summary>The steps that compare.</summary>
    public static IEnumerable<RenderedStep> Verify(Verify step, RenderContext context) =>
        LinkedTables.Around(step.Change, context, step.Base).SelectMany(t => t.Link.Moves ? [new MovedFacts(t).Verify(step.Base, context)]
            : t.Link.Rows is null ? VerifyFacts(t, step, context)
            : LinkRowsSql.Verify(t, step.Base, context));

    private static IEnumerable<RenderedStep> VerifyFacts(LinkedTables t, Verify step, RenderContext context)
    {
        yield return new RenderedStep($"verify {t.Title}", $"Compare every row of {t.Link.Whole} with its row of {t.Link.Part}", StepMode.Verification)
        {
            Table = t.Link.Whole,
            Walk = t.WholeWalk.Over(Compare(t)) with
            {
                Parts = t.WholeWalk.Parts(),
                Repair = Repair(t, step.Base, LedgerSql.Nothing),
                RepairLines = Repair(t, step.Base, new LedgerSql(context).Enter),
                Examples = $"SELECT pg_catalog.concat_ws(', ', {string.Join(", ", LinkedTables.Of("w", t.WholeKey))}) AS key {Pairs(t)} AND {Disagree(t)} LIMIT 10",
            },
            Locks = [new LockFact(t.WholeTable, "ACCESS SHARE", "nobody", "each chunk"), new LockFact(t.PartTable, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    // What is read after the lock is as the last writer of the pair left it.
    private static ValueList<string> Repair(LinkedTables t, Side @base, Entering enter)
    {
        var window = t.WholeWalk.Window("w");
        return
        [
            SyncSql.StandAside,
            $"SELECT FROM ONLY {t.Whole} AS w WHERE {window} FOR NO KEY UPDATE",
            .. t.PartIsBase(@base)
                ? new[] { t.WriteWhole(window), t.MakeAbsent($"{window} AND {t.NoPart}") }.Select(s => enter(s, t.WholeRows))
                : t.WritePart(window).Append(t.InsertPart($"{t.Whole} AS w", $"{window} AND {t.NoPart}")).Select(s => enter(s, t.PartRows)),
        ];
    }

    private static string Compare(LinkedTables t)
    {
        var missing = $"p.{Sql.Id(t.PartKey[0])} IS NULL";
        return
            $"""
            SELECT count(*) AS rows_seen, count(*) FILTER (WHERE _tandem_q.wrong) AS mismatched, 0::bigint AS quarantined,
              coalesce(sum(pg_catalog.hashtextextended(_tandem_q.source, 0)), 0)::text AS source_sum,
              coalesce(sum(pg_catalog.hashtextextended(_tandem_q.target, 0)), 0)::text AS target_sum
            FROM (SELECT {Disagree(t)} AS wrong,
                CASE WHEN {missing} AND NOT ({t.IsThere}) THEN NULL ELSE {t.WholeImage}::text END AS source,
                CASE WHEN {missing} THEN NULL ELSE {t.PartImage}::text END AS target
              {Pairs(t)} OFFSET 0) _tandem_q
            """;
    }

    private static string Disagree(LinkedTables t) => $"CASE WHEN p.{Sql.Id(t.PartKey[0])} IS NULL THEN {t.IsThere} ELSE {t.Differ} END";

    private static string Pairs(LinkedTables t) => $"FROM ONLY {t.Whole} AS w LEFT JOIN {t.Part} AS p ON {t.SamePair} WHERE {t.WholeWalk.Window("w")}";

    private static string Names(string row, IReadOnlyList<string> key, IReadOnlyList<string> columns) =>
        string.Join(", ", LinkedTables.Of(row, key.Concat(columns)));
}
