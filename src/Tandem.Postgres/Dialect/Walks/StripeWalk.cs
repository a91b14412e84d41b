using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Walks;

/// <summary>
/// A walk that writes most rows of a table: window of blocks by window of blocks, each in several passes that take a part of
/// each block's rows. What one pass leaves dead is pruned by the next, which finds room for its rows on the same block: most
/// updates are HOT, no index is written, and the table hardly grows. Which pass a row belongs to follows from its place in its
/// block, so that every row has one. A cursor is <c>low:high:classes:pass:from:to:begin:end</c>: the window, the pass with
/// the places in a block that are its own, and the blocks of the chunk.
/// </summary>
internal static class StripeWalk
{
    private const int Low = 1, High = 2, Classes = 3, Pass = 4, From = 5, To = 6, Begin = 7, End = 8;

    /// <summary>
    /// Where each pass begins, in hundredths of a block's rows. Each takes fewer than the one before, by a seventh: new rows are wider than
    /// the old ones whose room they take, and a row that stays on its block leaves its old pointer there.
    /// </summary>
    private static readonly int[] Begins = [0, 19, 36, 51, 64, 75, 84, 93, 100];

    private static readonly string Bounds = $"ARRAY[{string.Join(", ", Begins.Select(Names.Text))}]";

    private static readonly string LastPass = Names.Text(Begins.Length - 2);

    // Rows of a block are told apart by their place modulo its rows, or this: a few rows more in a pass than the one before made room for go elsewhere.
    private const int MostClasses = 96;

    // Blocks of a window, at least: what a pass leaves dead can be pruned only when nobody's snapshot sees it any more, so the next one comes
    // to the same block some batches later.
    private const string Window = "4096";

    // Passes do not pay where the table is small or stands in few rows a block.
    private const int FewestRows = 8, FewestBlocks = 64;

    // A snapshot that has been open for so many seconds is believed to stay: what is dead to others is not pruned, then.
    private const string OldSnapshot = "10";

    /// <summary>The part of the rows that each pass over a table takes.</summary>
    /// <param name="blocks">Its blocks.</param>
    /// <param name="rows">Rows of a block.</param>
    public static IReadOnlyList<double> Passes(double blocks, double rows)
    {
        if (blocks < FewestBlocks || rows < FewestRows)
        {
            return [1];
        }

        var classes = (int)Math.Min(MostClasses, Math.Floor(rows));
        return [.. Begins.Zip(Begins.Skip(1), (from, to) => (double)((to * classes / 100) - (from * classes / 100)) / classes)];
    }

    /// <summary>The condition that a row is in the chunk and that this holds for it.</summary>
    /// <param name="condition">What must hold besides. It is not looked at for rows of other passes.</param>
    /// <param name="alias">The table's alias, or null.</param>
    public static string Where(string condition, string? alias = null)
    {
        var ctid = alias is null ? "ctid" : $"{alias}.ctid";
        var (from, classes) = ($"{Part("@upto", From)}::int", $"{Part("@upto", Classes)}::int");
        return $"{ctid} >= ('(' || {Part("@upto", Begin)} || ',0)')::tid AND {ctid} < ('(' || {Part("@upto", End)} || ',0)')::tid\n"
            + $"  AND CASE WHEN (pg_catalog.get_byte(pg_catalog.tidsend({ctid}), 5) + ({classes} - {from})) % {classes} < {Part("@upto", To)}::int - {from} THEN {condition} ELSE false END";
    }

    /// <summary>A walk over this table.</summary>
    public static Walk Over(string schema, string table, string work, IReadOnlyList<string>? columns = null) =>
        BlockWalk.Over(schema, table, work, columns) with
        {
            Next = Next(schema, table),
            Way = "page by page, each in several passes, so that rows find room where they are; a small table, or one whose rows are wide, in one",
        };

    /// <summary>Ranges of blocks: a walk over one begins as if the window that ends there were done.</summary>
    public static string Parts() => BlockWalk.Parts(low => $"pg_catalog.concat_ws(':', {low}, {low}, 1, 0, 0, 1, {low}, {low})");

    private static string Part(string cursor, int index) => $"pg_catalog.split_part({cursor}, ':', {Names.Text(index)})";

    private static string After(int part, string first = "0") => $"coalesce(nullif({Part("@after", part)}, ''), '{first}')::bigint";

    private static string Next(string schema, string table) =>
        $"""
        SELECT CASE WHEN c.low < c.last THEN pg_catalog.concat_ws(':', c.low, c.high, c.classes, c.pass, c.begins, c.ends, c.at, c.upto) END AS upto,
          ((c.upto - c.at) * c.density * (c.ends - c.begins) / c.classes)::bigint AS wanted
        FROM (SELECT n.*, least(n.at + greatest(1, floor(@size::bigint * n.classes / (n.density * greatest(1, n.ends - n.begins)))::bigint), n.high) AS upto
          FROM (SELECT w.*,
              CASE WHEN w.fresh THEN least(w.low + greatest(CASE WHEN w.classes > 1 THEN {Window} ELSE 1 END, floor(@size::bigint * w.classes / (w.density * greatest(1, w.ends - w.begins)))::bigint), w.last) ELSE w.old_high END AS high
            FROM (SELECT s.*,
                CASE WHEN s.classes = 1 THEN 0 ELSE ({Bounds})[s.pass + 1] * s.classes / 100 END AS begins,
                CASE WHEN s.classes = 1 THEN 1 ELSE ({Bounds})[s.pass + 2] * s.classes / 100 END AS ends
              FROM (SELECT p.last, p.density, p.fresh, p.old_high,
                  CASE WHEN p.fresh THEN p.old_high ELSE p.old_low END AS low,
                  CASE WHEN p.fresh THEN p.old_high WHEN p.done < p.old_high THEN p.done ELSE p.old_low END AS at,
                  CASE WHEN p.fresh THEN 0 WHEN p.done < p.old_high THEN p.old_pass ELSE p.old_pass + 1 END AS pass,
                  CASE WHEN NOT p.fresh THEN p.old_classes
                    WHEN p.last < {Names.Text(FewestBlocks)} OR p.density < {Names.Text(FewestRows)} OR EXISTS (SELECT FROM pg_catalog.pg_stat_get_activity(NULL) a
                      WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
                        AND a.datid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) AND a.backend_type <> 'autovacuum worker'
                        AND a.xact_start < pg_catalog.clock_timestamp() - interval '{OldSnapshot} s') THEN 1
                    ELSE least({Names.Text(MostClasses)}, floor(p.density)::bigint) END AS classes
                FROM (SELECT o.*, o.done >= o.old_high AND (o.old_classes = 1 OR o.old_pass >= {LastPass}) AS fresh, {BlockWalk.Density(schema, table)} AS density
                  FROM (SELECT {After(Low)} AS old_low, {After(High)} AS old_high, {After(Classes, "1")} AS old_classes, {After(Pass)} AS old_pass,
                    {After(End)} AS done, coalesce(nullif(@end, ''), '0')::bigint AS last OFFSET 0) o OFFSET 0) p OFFSET 0) s OFFSET 0) w OFFSET 0) n OFFSET 0) c
        """;
}
