using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Changes rows in batches and leads them back. What is kept stands in a table of its own, whose columns have no type: every
/// value comes back as it was, blobs and floating numbers too.
/// </summary>
internal static class RowChangeSteps
{
    private static readonly LockFact EachBatch = new("the database", "RESERVED", "writers", "each batch");

    /// <summary>The steps that change the rows.</summary>
    public static IEnumerable<RenderedStep> Change(RowChange change, RenderContext context)
    {
        var rows = new RowImages(change, context);
        var steps = change.Kind switch
        {
            RowChangeKind.Insert => Insert(rows),
            RowChangeKind.Delete => Taken(rows, "delete", "Delete rows of", new RemovedRows(rows).Delete),
            RowChangeKind.Archive => Taken(rows, "archive", "Archive rows of", new RemovedRows(rows).Archive),
            _ => [Batches(rows, "update", "Change rows of", new UpdatedRows(rows).Update)],
        };
        return steps.Prepend(Make(rows));
    }

    /// <summary>The steps that lead the rows back. Rows of a new table are hidden with it.</summary>
    public static IEnumerable<RenderedStep> Restore(RowChange change, RenderContext context)
    {
        if (change.OnNewTable)
        {
            yield break;
        }

        var rows = new RowImages(change, context);
        yield return Make(rows);
        if (change.Archive is { IsNew: true } archive)
        {
            // A start that was broken off early has made no table; what is not there is empty.
            var made = context.Changes.First(c => c.After?.Name == archive.Table);
            yield return Instant($"archive {archive.Table}", $"Make sure that {archive.Table} can be read", archive.Table) with
            {
                Statements = [Storage.IfNotExists(StoredTable.NewWaiting(made, TwinNames.Of(context)).Sql)],
            };
        }

        yield return new RenderedStep($"restore rows {rows.Number}", $"Lead rows of {change.Table.Name} back that nobody changed since", StepMode.Batches)
        {
            Table = change.Table.Name,
            Walk = NotOld(change.Kind switch
            {
                RowChangeKind.Insert => new InsertedRows(rows).Remove,
                RowChangeKind.Delete => new RemovedRows(rows).PutBack,
                RowChangeKind.Archive => new RemovedRows(rows).MoveBack,
                _ => new UpdatedRows(rows).Restore,
            }),
            Locks = [EachBatch],
        };
    }

    /// <summary>The steps that back up and forget what was kept.</summary>
    public static IEnumerable<RenderedStep> Forget(RowChange change, RenderContext context)
    {
        var rows = new RowImages(change, context);
        if (change.Kind is RowChangeKind.Delete or RowChangeKind.Update)
        {
            yield return Make(rows);
            yield return new RenderedStep($"backup rows {rows.Number}", $"Back up what rows of {change.Table.Name} held before", StepMode.Backup)
            {
                Table = change.Table.Name,
                Walk = new Walk(rows.ImageWalk.Start, rows.ImageWalk.Next, rows.Backup),
            };
        }

        yield return Instant($"forget images {rows.Number}", $"Forget what rows of {change.Table.Name} held before", change.Table.Name) with
        {
            Statements = [$"DROP TABLE IF EXISTS {rows.Images}"],
        };
    }

    private static RenderedStep Make(RowImages rows) =>
        Instant($"images {rows.Number}", $"Make room for what rows of {rows.Table.Name} hold", rows.Table.Name) with { Statements = [rows.Make] };

    private static IEnumerable<RenderedStep> Insert(RowImages rows)
    {
        const int RowsOfAStep = 100;
        var inserted = new InsertedRows(rows);
        var parts = rows.Change.Rows.Chunk(RowsOfAStep).ToList();
        return parts.Select((part, index) =>
            Instant(
                $"insert rows {rows.Number}{(parts.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" part {index + 1}"))}",
                $"Add rows to {rows.Table.Name}",
                rows.Table.Name) with
            {
                Gates = rows.Change.KeepExisting ? [] : [inserted.Taken(part)],
                Statements = [OldWrites.Keep, .. part.SelectMany(inserted.Add), OldWrites.PutBack],
                Inverse = "Rollback removes the rows that still are as they were added.",
            });
    }

    // Rows with children stay where they are in the batches; before and behind them their number must be zero.
    private static IEnumerable<RenderedStep> Taken(RowImages rows, string word, string title, Walk walk)
    {
        var gates = new RowReferences(rows).Gates(rows.Change.Where);
        yield return Instant($"check rows {rows.Number}", $"Make sure that nothing refers to the rows of {rows.Table.Name} that go", rows.Table.Name) with
        {
            Gates = gates, Scans = true,
        };
        yield return Batches(rows, word, title, walk);
        yield return Instant($"check rows {rows.Number} again", $"Make sure that nothing refers to the rows of {rows.Table.Name} that go", rows.Table.Name) with
        {
            Gates = gates, Scans = true,
        };
    }

    private static RenderedStep Batches(RowImages rows, string word, string title, Walk walk) =>
        new($"{word} rows {rows.Number}", $"{title} {rows.Table.Name}", StepMode.Batches)
        {
            Table = rows.Table.Name,
            Walk = NotOld(walk),
            Locks = [EachBatch],
            Scans = true,
            Inverse = "Rollback leads back the rows that nobody changed since.",
        };

    // What the engine writes is no sign of an application of the old version.
    private static Walk NotOld(Walk walk) =>
        walk with { Before = [OldWrites.Keep, .. walk.Before], Finish = [.. walk.Finish, OldWrites.PutBack] };

    private static RenderedStep Instant(string id, string title, string table) => new(id, title, StepMode.Transaction)
    {
        Table = table,
        Locks = [EachBatch with { Held = "an instant" }],
    };
}
