using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Changes rows for both versions at once, keeps what was there, and puts it back where nobody has changed it since.</summary>
internal static class RowUpdateSql
{
    private const string Images = "tandem.images";

    // What the engine writes is no sign of an application of the old version.
    private const string NotOld = "SELECT pg_catalog.set_config('tandem.origin', 'update', true)";

    public static IEnumerable<RenderedStep> Update(RowUpdate update, RenderContext context)
    {
        var table = update.Table;
        var walk = Walk(update, context);
        var target = Sql.Id(context.Schema.Name, table.Name);
        var condition = update.Where is { } where ? $" AND {Sql.Closed(where)}" : "";
        var row = Sql.Id(table.Name);
        var work =
            $"""
            WITH _tandem_before AS (
              SELECT {walk.Cursor(row)} AS _tandem_key, {Image(update, row)} AS _tandem_image
              FROM ONLY {target} WHERE {walk.Window(row)}{condition}
                AND NOT EXISTS (SELECT FROM {Images} _tandem_i WHERE {Mine(update, context, "_tandem_i")} AND _tandem_i.row_key = {walk.Cursor(row)})),
            _tandem_after AS (
              UPDATE ONLY {target} SET {string.Join(", ", update.Set.Select(s => $"{Sql.Id(s.Column)} = {Sql.Closed(s.Sql)}"))}
              FROM _tandem_before _tandem_b WHERE {walk.Is(row, "_tandem_b._tandem_key")}
              RETURNING _tandem_b._tandem_key, _tandem_b._tandem_image, {Image(update, row)} AS _tandem_now)
            INSERT INTO {Images} (target, ordinal, number, row_key, before_image, after_image)
            SELECT {Sql.Text(context.Schema.Name)}, {Names.Text(context.Ordinal)}, {Names.Text(update.Number)}, _tandem_key, _tandem_image, _tandem_now FROM _tandem_after
            """;
        yield return new RenderedStep($"update rows {Names.Text(update.Number)} {table.Name}", $"Change rows of {table.Name} for both versions", StepMode.Batches)
        {
            Table = table.Name,
            Walk = walk.Over(work) with
            {
                // The rows are locked by a statement of their own: the next one then sees them as they are.
                Before = [NotOld, $"SELECT count(*) FROM (SELECT FROM ONLY {target} WHERE {walk.Window(row)}{condition} ORDER BY {string.Join(", ", table.Key.Select(Sql.Id))} FOR UPDATE) _tandem_l"],
            },
            Locks = [new LockFact(table.Name, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
            Scans = true,
            Inverse = "Rows that still hold what was written get back what was there.",
        };
    }

    public static IEnumerable<RenderedStep> Restore(RowUpdate update, RenderContext context)
    {
        var table = update.Table;
        var walk = Walk(update, context);
        var mine = Mine(update, context, "i");
        var row = Sql.Id(table.Name);
        var sets = update.Set.Select(s => $"{Sql.Id(s.Column)} = CAST(i.was ->> {Sql.Text(s.Column)} AS {table.Column(s.Column)!.Type})");
        var unchanged = update.Set.Select(s => $"{row}.{Sql.Id(s.Column)}::text IS NOT DISTINCT FROM i.became ->> {Sql.Text(s.Column)}");
        var work =
            $"""
            WITH i AS (
              DELETE FROM {Images} i WHERE {mine} AND i.row_key > @after AND i.row_key <= @upto
              RETURNING i.row_key, i.before_image::json AS was, i.after_image::json AS became)
            UPDATE ONLY {Sql.Id(context.Schema.Name, table.Name)} SET {string.Join(", ", sets)} FROM i
            WHERE {walk.Is(row, "i.row_key")} AND {string.Join(" AND ", unchanged)}
            """;
        yield return new RenderedStep($"restore rows {Names.Text(update.Number)} {table.Name}", $"Put rows of {table.Name} back that still hold what was written", StepMode.Batches)
        {
            Table = table.Name,
            Walk = new Walk(
                $"SELECT coalesce(max(i.row_key), '') AS walk_end, count(*) AS rows_total FROM {Images} i WHERE {mine}",
                $"SELECT max(w.row_key) AS upto FROM (SELECT i.row_key FROM {Images} i WHERE {mine} AND i.row_key > @after AND i.row_key <= @end ORDER BY i.row_key LIMIT @size::bigint) w",
                work)
            {
                Before = [NotOld],
            },
            Locks = [new LockFact(table.Name, "ROW EXCLUSIVE", "writers of the same rows", "each batch")],
        };
    }

    public static IEnumerable<RenderedStep> Forget(RowUpdate update, RenderContext context)
    {
        yield return new RenderedStep($"forget rows {Names.Text(update.Number)} {update.Table.Name}", $"Forget what rows of {update.Table.Name} held before", StepMode.Transaction)
        {
            Table = update.Table.Name,
            Statements = [$"DELETE FROM {Images} i WHERE {Mine(update, context, "i")}"],
        };
    }

    private static KeyWalk Walk(RowUpdate update, RenderContext context) =>
        new(context.Schema.Name, update.Table.Name, update.Table.Key.Select(k => update.Table.Column(k)!).ToList());

    private static string Mine(RowUpdate update, RenderContext context, string alias) =>
        $"{alias}.target = {Sql.Text(context.Schema.Name)} AND {alias}.ordinal = {Names.Text(context.Ordinal)} AND {alias}.number = {Names.Text(update.Number)}";

    private static string Image(RowUpdate update, string row) =>
        $"pg_catalog.json_build_object({string.Join(", ", update.Set.Select(s => $"{Sql.Text(s.Column)}, {row}.{Sql.Id(s.Column)}::text"))})::text";
}
