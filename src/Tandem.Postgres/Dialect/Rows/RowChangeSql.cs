using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>Changes rows for both versions at once, keeps what was there, and leads back what nobody has changed since.</summary>
internal static class RowChangeSql
{
    /// <summary>The steps that change the rows.</summary>
    public static IEnumerable<RenderedStep> Change(RowChange change, RenderContext context)
    {
        var rows = new RowImages(change, context);
        return change.Kind switch
        {
            RowChangeKind.Insert => new InsertSql(rows).Add(),
            RowChangeKind.Delete => Taken(rows, "delete", "Delete rows of", new RemoveSql(rows).Delete),
            RowChangeKind.Archive => Taken(rows, "archive", "Archive rows of", new RemoveSql(rows).Archive),
            _ => [Batches(rows, "update", "Change rows of", new UpdateSql(rows).Update)],
        };
    }

    /// <summary>The steps that lead the rows back. Rows of a new table are hidden with it.</summary>
    public static IEnumerable<RenderedStep> Restore(RowChange change, RenderContext context)
    {
        if (change.OnNewTable)
        {
            yield break;
        }

        var rows = new RowImages(change, context);
        if (change.Archive is { IsNew: true } archive)
        {
            // A start that was broken off early has made no table; what is not there is empty.
            yield return new RenderedStep($"archive {archive.Table}", $"Make sure that {archive.Table} can be read", StepMode.Transaction)
            {
                Table = archive.Table,
                Statements = TableSql.Create(
                    context.Changes.First(c => c.After?.Name == archive.Table).After!,
                    context.Schema.Name,
                    rows.Physical(archive.Table, true),
                    n => Names.Hidden(context.Ordinal, Side.New, n)).ToValueList(),
            };
        }

        var (before, work) = change.Kind switch
        {
            RowChangeKind.Insert => new InsertSql(rows).Remove,
            RowChangeKind.Delete => ([], new RemoveSql(rows).PutBack),
            RowChangeKind.Archive => new RemoveSql(rows).MoveBack,
            _ => ([], new UpdateSql(rows).Restore),
        };
        yield return new RenderedStep($"restore rows {rows.Number} {rows.Name}", $"Lead rows of {rows.Name} back that nobody changed since", StepMode.Batches)
        {
            Table = rows.Name,
            Walk = rows.Over(work) with { Before = [RowImages.NotOld, .. before] },
            Locks = [EachBatch(rows)],
        };
    }

    /// <summary>The steps that back up and forget what was kept.</summary>
    public static IEnumerable<RenderedStep> Forget(RowChange change, RenderContext context)
    {
        var rows = new RowImages(change, context);
        if (change.Kind is RowChangeKind.Delete or RowChangeKind.Update)
        {
            yield return new RenderedStep($"backup rows {rows.Number} {rows.Name}", $"Write what rows of {rows.Name} held before into the backup", StepMode.Backup)
            {
                Table = rows.Name,
                Walk = rows.Over($"SELECT i.row_key, i.before_image FROM {RowImages.Images} i WHERE {rows.Window("i")} ORDER BY i.row_key"),
            };
        }

        yield return new RenderedStep($"forget rows {rows.Number} {rows.Name}", $"Forget what rows of {rows.Name} held before", StepMode.Transaction)
        {
            Table = rows.Name,
            Statements = [$"DELETE FROM {RowImages.Images} i WHERE {rows.Mine("i")}"],
        };
    }

    // Rows with children stay where they are in the batches; before and behind them their number must be zero.
    private static IEnumerable<RenderedStep> Taken(RowImages rows, string word, string title, string work)
    {
        var gates = new RowReferences(rows).Gates(rows.Change.Where);
        yield return Check($"check rows {rows.Number} {rows.Name}", rows, gates);
        yield return Batches(rows, word, title, work);
        if (gates.Count > 0)
        {
            yield return Check($"check rows {rows.Number} {rows.Name} again", rows, gates);
        }
    }

    private static RenderedStep Check(string id, RowImages rows, ValueList<Gate> gates) =>
        new(id, $"Make sure that nothing refers to the rows of {rows.Name} that go", StepMode.Transaction)
        {
            Table = rows.Name,
            Gates = gates,
            Scans = true,
        };

    private static RenderedStep Batches(RowImages rows, string word, string title, string work) =>
        new($"{word} rows {rows.Number} {rows.Name}", $"{title} {rows.Name} for both versions", StepMode.Batches)
        {
            Table = rows.Name,
            Walk = rows.Walk.Over(work) with
            {
                // The rows are locked by a statement of their own: the next one then sees them as they are.
                Before = [RowImages.NotOld, $"SELECT count(*) FROM (SELECT FROM {rows.Whole} WHERE {rows.Walk.Window(rows.Row)}{rows.Condition} ORDER BY {Sql.Ids(rows.Table.Key)} FOR UPDATE) _tandem_l"],
            },
            Locks = [EachBatch(rows)],
            Scans = true,
            Inverse = "Rows that nobody changed since get back what was there.",
        };

    private static LockFact EachBatch(RowImages rows) => new(rows.Name, "ROW EXCLUSIVE", "writers of the same rows", "each batch");
}
