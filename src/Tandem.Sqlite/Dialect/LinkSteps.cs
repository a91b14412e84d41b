using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>The steps about two tables that hold the same facts.</summary>
internal static class LinkSteps
{
    private static readonly LockFact Instant = new("the database", "RESERVED", "writers", "an instant");

    /// <summary>Starts the sync, once both tables are there.</summary>
    public static IEnumerable<RenderedStep> Expand(TableChange change, RenderContext context) =>
        TableLinks.BeginningWith(change, context.Changes).Select(l =>
            new RenderedStep($"expand {l.Link.Whole} and {l.Link.Part}", $"Start the sync of {l.Link.Whole} and {l.Link.Part}", StepMode.Transaction)
            {
                Table = l.Link.Whole,
                Statements = LinkTriggers.Create(l, context).ToValueList(),
                Locks = [Instant],
                Inverse = "Discard ends it.",
            });

    /// <summary>Brings the facts to the table that the new version keeps them in; rows of a chunk cannot change meanwhile.</summary>
    public static IEnumerable<RenderedStep> Backfill(TableChange change, RenderContext context)
    {
        foreach (var t in LinkedTables.Around(change, context, Side.Old))
        {
            if (t.Link.Rows is not null)
            {
                yield return LinkRowSteps.Backfill(t, context);
                continue;
            }

            var apart = t.Link.PartSide == Side.Old;
            var side = apart ? t.PartSide : t.WholeSide;
            var walk = KeyWalk.Over(side);
            var alias = apart ? "p" : "w";
            var rows = walk.Rows(side.Identity, alias, w => $"SELECT {alias}.* FROM {side.Storage} AS {alias} WHERE {w}");
            var work = apart ? WriteWhole(t, rows) : t.InsertPart(rows);
            yield return new RenderedStep($"backfill {t.Title}", $"Bring the facts of {t.Link.Whole} and {t.Link.Part} together", StepMode.Batches)
            {
                Table = t.Link.Whole,
                Walk = new Walk(walk.Start, walk.Next, work) { RowLines = t.Ledger(context, !apart, rows, apart).Filling(work) },
                Locks = [Instant with { Held = "each batch" }],
                Scans = true,
            };
        }
    }

    /// <summary>Compares every whole row with its row apart; repairs start from the side with the plain names.</summary>
    public static IEnumerable<RenderedStep> Verify(Verify step, RenderContext context) =>
        LinkedTables.Around(step.Change, context, step.Base).SelectMany(t => t.Link.Moves ? [new MovedFacts(t).Verify(step.Base, context)]
            : t.Link.Rows is null ? [VerifyFacts(t, step, context)]
            : LinkRowSteps.Verify(t, step, context));

    private static RenderedStep VerifyFacts(LinkedTables t, Verify step, RenderContext context)
    {
        var side = t.WholeSide;
        var walk = KeyWalk.Over(side);
        string Chunk(Func<string, string> rows) => walk.Rows(side.Identity, "w", rows);
        var repair = Repair(t, step.Base, Chunk).ToValueList();
        return new RenderedStep($"verify {t.Title}", $"Compare every row of {t.Link.Whole} with its row of {t.Link.Part}", StepMode.Verification)
        {
            Table = t.Link.Whole,
            Walk = new Walk(walk.Start, walk.Next, Compare(t, Chunk))
            {
                Repair = repair,
                RepairLines = t.Ledger(context, t.Link.PartSide != step.Base, Chunk(w => $"SELECT w.* FROM {t.Whole} AS w WHERE {w}"), ofPart: false).Repairing(repair),
                Examples = $"SELECT row_key FROM ({Chunk(w => $"SELECT {KeyWalk.Text(side.Table.WithoutRowId, side.Identity.Of("w"))} AS row_key FROM {t.Pairs} WHERE {w} AND NOT {t.Agree}")}) LIMIT 10",
            },
            Scans = true,
        };
    }

    private static string Compare(LinkedTables t, Func<Func<string, string>, string> chunk)
    {
        string Sum(string row, IEnumerable<string> columns) => SqliteHash.Of(LinkedTables.Terms(row, columns));
        // Where both agree the facts are the same, though one table may store a value as another kind than the other.
        var source = $"CASE WHEN {t.NoneJoined} AND {t.IsAbsent("w")} THEN NULL ELSE {Sum("w", t.WholeColumns)} END";
        var rows = chunk(w => $"SELECT NOT {t.Agree} AS wrong, {source} AS source,"
            + $" CASE WHEN {t.Agree} THEN {source} WHEN NOT {t.NoneJoined} THEN {Sum("p", t.PartColumns)} END AS target FROM {t.Pairs} WHERE {w}");
        return "SELECT count(*) AS rows_seen, coalesce(sum(wrong), 0) AS mismatched, 0 AS quarantined,"
            + $" {SqliteHash.Sum}(source) AS source_sum, {SqliteHash.Sum}(target) AS target_sum FROM ({rows})";
    }

    private static IEnumerable<string> Repair(LinkedTables t, Side @base, Func<Func<string, string>, string> chunk)
    {
        var rows = chunk(w => $"SELECT w.* FROM {t.Whole} AS w WHERE {w}");
        if (t.Link.PartSide == @base)
        {
            yield return WriteWhole(t, $"SELECT * FROM {t.Part}", $" AND {Keys(t.Whole, t.WholeKey)} IN (SELECT {string.Join(", ", LinkedTables.Terms("w", t.WholeKey))} FROM ({rows}) AS w)");
            yield return $"UPDATE {t.Whole} SET {KeyWalk.Tuple(t.WholeColumns)} = {t.Nothing} WHERE {Keys(t.Whole, t.WholeKey)} IN"
                + $" (SELECT {string.Join(", ", LinkedTables.Terms("w", t.WholeKey))} FROM ({rows}) AS w WHERE NOT {t.IsAbsent("w")} AND NOT EXISTS (SELECT 1 FROM {t.Part} AS p WHERE {t.SamePair}))";
            yield break;
        }

        if (!t.Link.HoldsAbsence(t.PartSide.Table))
        {
            yield return $"DELETE FROM {t.Part} WHERE {Keys(t.Part, t.PartKey)} IN (SELECT {string.Join(", ", LinkedTables.Terms("w", t.WholeKey))} FROM ({rows}) AS w WHERE {t.IsAbsent("w")})";
        }

        yield return $"UPDATE {t.Part} SET {string.Join(", ", t.PartColumns.Zip(LinkedTables.Terms("w", t.WholeColumns), (p, w) => $"{p} = {w}"))}"
            + $" FROM ({rows}) AS w WHERE {LinkedTables.Same(t.Part, t.PartKey, "w", t.WholeKey)} AND NOT {t.SameFacts("w", t.Part)}";
        yield return t.InsertPart(rows);
    }

    private static string WriteWhole(LinkedTables t, string rows, string where = "") =>
        $"UPDATE {t.Whole} SET {string.Join(", ", t.WholeColumns.Zip(LinkedTables.Terms("p", t.PartColumns), (w, p) => $"{w} = {p}"))}"
        + $" FROM ({rows}) AS p WHERE {LinkedTables.Same("p", t.PartKey, t.Whole, t.WholeKey)} AND NOT {t.SameFacts(t.Whole, "p")}{where}";

    private static string Keys(string table, IEnumerable<string> key) => KeyWalk.Tuple(LinkedTables.Terms(table, key));
}
