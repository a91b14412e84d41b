using Tandem.Databases;
using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>Fills the partitioned copy of a table in the order of its key, and compares both copies.</summary>
internal static class PartitioningFill
{
    /// <summary>
    /// The step that fills it. The rows that are read are locked, so that a value that is written meanwhile is not overwritten with
    /// the one before. A row that somebody is writing at this moment is left to the sync, which brings it along: so the filling waits
    /// for no application, and none waits for it in a circle. One that was not changed after all is missing, and the verification brings it.
    /// </summary>
    public static IEnumerable<RenderedStep> Backfill(TableChange change, RenderContext context)
    {
        if (change.Partitioning is null)
        {
            yield break;
        }

        var t = PartitioningTables.Of(change, context, Side.Old);
        var read = $"WITH b AS MATERIALIZED (SELECT b.* FROM {t.FromBase} AS b WHERE {t.OverBase.Window("b")} FOR NO KEY UPDATE SKIP LOCKED)\n";
        var work = read + t.WriteCopy("b", t.Fits("b"));
        yield return new RenderedStep($"backfill {change.Name}", $"Bring the rows of {change.Name} into its partitions", StepMode.Batches)
        {
            Table = change.Name,
            Walk = t.OverBase.Over(work) with { Parts = t.OverBase.Parts(), RowLines = new RowLines(new LedgerSql(context).Enter(work, t.CopyRows)) },
            Locks = [new LockFact(t.BaseName, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
            Scans = true,
            Inverse = "Nothing to take back: only the hidden partitions were written.",
        };
    }

    /// <summary>The steps that compare: each row of the base with the copy, then each row of the copy with the base.</summary>
    public static IEnumerable<RenderedStep> Verify(Verify step, RenderContext context)
    {
        if (step.Change.Partitioning is null)
        {
            yield break;
        }

        var t = PartitioningTables.Of(step.Change, context, step.Base);
        var window = t.OverBase.Window("b");
        var missing = $"c.{Sql.Id(t.Key[0])} IS NULL";
        var ledger = new LedgerSql(context);
        yield return Compare(
            t, ledger, $"verify {t.Table.Name}", $"Compare every row of {t.Table.Name} with its copy", t.OverBase, "b",
            $"FROM {t.FromBase} AS b LEFT JOIN {t.FromCopy} AS c ON {t.SamePair} WHERE {window}",
            $"{t.Fits("b")} AND ({missing} OR {t.Differ})", $"NOT {t.Fits("b")}", "true", $"NOT ({missing})",
            $"SELECT FROM {t.FromBase} AS b WHERE {window} FOR NO KEY UPDATE",
            [t.WriteCopy($"{t.FromBase} AS b", $"{window} AND {t.Fits("b")}")]);
        var ofCopy = t.OverCopy.Window("c");
        var alone = $"b.{Sql.Id(t.Key[0])} IS NULL";
        yield return Compare(
            t, ledger, $"verify the copy of {t.Table.Name}", $"Compare every row of the copy of {t.Table.Name} with the table", t.OverCopy, "c",
            $"FROM {t.FromCopy} AS c LEFT JOIN {t.FromBase} AS b ON {t.SamePair} WHERE {ofCopy}",
            $"{alone} OR {t.Differ}", "false", $"NOT ({alone})", "true",
            $"SELECT FROM {t.FromBase} AS b WHERE EXISTS (SELECT FROM {t.FromCopy} AS c WHERE {ofCopy} AND {t.SamePair}) FOR NO KEY UPDATE",
            [
                $"DELETE FROM {t.FromCopy} AS c WHERE {ofCopy} AND NOT EXISTS (SELECT FROM {t.FromBase} AS b WHERE {t.SamePair})",
                t.WriteCopy($"{t.FromBase} AS b", $"EXISTS (SELECT FROM {t.FromCopy} AS c WHERE {ofCopy} AND {t.SamePair}) AND {t.Fits("b")}"),
            ]);
    }

    private static RenderedStep Compare(
        PartitioningTables t, LedgerSql ledger, string id, string title, KeyWalk walk, string row, string pairs, string wrong, string waiting, string hasSource, string hasTarget, string locks, IReadOnlyList<string> repair) =>
        new(id, title, StepMode.Verification)
        {
            Table = t.Table.Name,
            Walk = walk.Over(
                $"""
                SELECT count(*) AS rows_seen, count(*) FILTER (WHERE _tandem_q.wrong) AS mismatched, count(*) FILTER (WHERE _tandem_q.waiting) AS quarantined,
                  coalesce(sum(pg_catalog.hashtextextended(_tandem_q.source, 0)), 0)::text AS source_sum,
                  coalesce(sum(pg_catalog.hashtextextended(_tandem_q.target, 0)), 0)::text AS target_sum
                FROM (SELECT ({wrong}) AS wrong, ({waiting}) AS waiting,
                    CASE WHEN {hasSource} THEN {Sql.Image(LinkedTables.Of("b", t.Written))}::text END AS source,
                    CASE WHEN {hasTarget} THEN {Sql.Image(LinkedTables.Of("c", t.Written))}::text END AS target
                  {pairs} OFFSET 0) _tandem_q
                """) with
            {
                Parts = walk.Parts(),
                Repair = [locks, .. repair],
                RepairLines = [locks, .. repair.Select(r => ledger.Enter(r, t.CopyRows))],
                Examples = $"SELECT pg_catalog.concat_ws(', ', {string.Join(", ", LinkedTables.Of(row, t.Key))}) AS key {pairs} AND ({wrong}) LIMIT 10",
            },
            Locks = [new LockFact(t.BaseName, "ACCESS SHARE", "nobody", "each chunk"), new LockFact(t.CopyName, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
}
