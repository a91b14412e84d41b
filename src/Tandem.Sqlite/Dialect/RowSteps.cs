using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Changes rows in batches and puts them back. Images are kept in a table of their own, whose columns have no type: every
/// value comes back as it was, blobs and floating numbers too.
/// </summary>
internal static class RowSteps
{
    private static readonly LockFact EachBatch = new("the database", "RESERVED", "writers", "each batch");

    /// <summary>The steps that change the rows.</summary>
    public static IEnumerable<RenderedStep> Update(RowUpdate update, TwinNames names)
    {
        var rows = new UpdatedRows(update, names);
        yield return new RenderedStep($"images {update.Number}", $"Make room for the images of row update {update.Number}.", StepMode.Transaction)
        {
            Table = update.Table.Name,
            Statements = [rows.MakeImages],
            Locks = [EachBatch with { Held = "an instant" }],
        };
        yield return new RenderedStep($"update rows {update.Number}", $"Change rows of {update.Table.Name}.", StepMode.Batches)
        {
            Table = update.Table.Name,
            Walk = new Walk(rows.Walk.Start, rows.Walk.Next, rows.Write) { Before = [OldWrites.Keep, rows.KeepImages], Finish = [OldWrites.PutBack] },
            Locks = [EachBatch],
            Scans = true,
            Inverse = "Rollback puts back the rows that still hold what was written.",
        };
    }

    /// <summary>The steps that put the rows back.</summary>
    public static IEnumerable<RenderedStep> Restore(RowUpdate update, TwinNames names)
    {
        var rows = new UpdatedRows(update, names);
        yield return new RenderedStep($"images {update.Number}", $"Make sure that the images of row update {update.Number} can be read.", StepMode.Transaction)
        {
            Table = update.Table.Name,
            Statements = [rows.MakeImages],
            Locks = [EachBatch with { Held = "an instant" }],
        };
        yield return new RenderedStep($"restore rows {update.Number}", $"Put back the rows of {update.Table.Name} that still hold what was written.", StepMode.Batches)
        {
            Table = update.Table.Name,
            Walk = new Walk(rows.ImageWalk.Start, rows.ImageWalk.Next, rows.PutBack) { Before = [OldWrites.Keep], Finish = [rows.DropImages, OldWrites.PutBack] },
            Locks = [EachBatch],
        };
    }

    /// <summary>The step that forgets the images.</summary>
    public static RenderedStep Forget(RowUpdate update, TwinNames names) =>
        new($"forget images {update.Number}", $"Forget the images of row update {update.Number}.", StepMode.Transaction)
        {
            Table = update.Table.Name,
            Statements = [$"DROP TABLE IF EXISTS {SqliteText.Quote(names.Images(update.Number))}"],
            Locks = [EachBatch with { Held = "an instant" }],
        };
}

/// <summary>The SQL of one row update.</summary>
internal sealed class UpdatedRows(RowUpdate update, TwinNames names)
{
    private readonly TwinSide side = new(Side.Old, SqliteText.Quote(update.Table.Name), update.Table, RowIdentity.Of(update.Table)!);
    private readonly string images = SqliteText.Quote(names.Images(update.Number));

    /// <summary>The walk over the table.</summary>
    public KeyWalk Walk => KeyWalk.Over(side);

    /// <summary>The walk over the images.</summary>
    public KeyWalk ImageWalk => new(
        update.Table.WithoutRowId, [(images, new RowIdentity(Keys.ToValueList(), Hidden: false))]);

    /// <summary>The statement that makes the table of images. Values have no type in it; keys compare as in the table itself.</summary>
    public string MakeImages =>
        $"CREATE TABLE IF NOT EXISTS {images} ({string.Join(", ", KeyDefinitions.Concat(Befores).Concat(Afters))}, PRIMARY KEY ({string.Join(", ", Keys)})) WITHOUT ROWID";

    /// <summary>The statement that keeps the images of a chunk.</summary>
    public string KeepImages
    {
        get
        {
            var terms = side.Identity.Of(side.Alias)
                .Concat(update.Set.Select(s => $"{side.Alias}.{SqliteText.Quote(s.Column)}"))
                .Concat(update.Set.Select(s => $"({s.Sql}\n)"));
            var there = RowIdentity.Same(Keys.Select(k => $"i.{k}"), side.Identity.Of(side.Alias));
            return $"INSERT INTO {images} ({string.Join(", ", Keys.Concat(Befores).Concat(Afters))}) "
                + Chunk(w => $"SELECT {string.Join(", ", terms)} FROM {side.Storage} AS {side.Alias} WHERE {w} AND ({update.Where ?? "1"}\n)"
                    + $" AND NOT EXISTS (SELECT 1 FROM {images} AS i WHERE {there})");
        }
    }

    /// <summary>The statement that writes a chunk.</summary>
    public string Write => Apply("a", Walk, "1");

    /// <summary>The statement that puts a chunk back, but for rows that were written since.</summary>
    public string PutBack => Apply("b", ImageWalk, RowPair.All(update.Set.Select((s, i) =>
        Images.SameAsStoring($"{side.Alias}.{SqliteText.Quote(s.Column)}", $"+i.a{i}", update.Table.Column(s.Column)!.Type))));

    /// <summary>The statement that drops the images of a chunk.</summary>
    public string DropImages =>
        $"DELETE FROM {images} WHERE {KeyWalk.Tuple(Keys)} IN (SELECT {string.Join(", ", Keys)} FROM ({ImageChunk}))";

    private IEnumerable<string> Keys => side.Identity.Terms.Select((_, i) => $"k{i}");

    private IEnumerable<string> KeyDefinitions => update.Table.WithoutRowId
        ? update.Table.PrimaryKey!.Columns.Select((c, i) => $"k{i} {Definition(update.Table.Column(c)!)}")
        : ["k0 INTEGER"];

    private IEnumerable<string> Befores => update.Set.Select((_, i) => $"b{i}");

    private IEnumerable<string> Afters => update.Set.Select((_, i) => $"a{i}");

    private string ImageChunk => ImageWalk.Rows(
        ImageWalk.Places[0].Identity, "i", w => $"SELECT {string.Join(", ", Keys.Concat(Befores).Concat(Afters).Select(c => $"i.{c} AS {c}"))} FROM {images} AS i WHERE {w}");

    private string Chunk(Func<string, string> rows) => Walk.Rows(side.Identity, side.Alias, rows);

    // The images of a chunk are joined by key to the rows; what to write was computed when the image was kept.
    private string Apply(string column, KeyWalk walk, string where)
    {
        var chunk = walk.Rows(
            ImageWalk.Places[0].Identity, "i", w => $"SELECT {string.Join(", ", Keys.Concat(Befores).Concat(Afters).Select(c => $"i.{c} AS {c}"))} FROM {images} AS i WHERE {w}");
        return $"UPDATE {side.Storage} SET {string.Join(", ", update.Set.Select((s, i) => $"{SqliteText.Quote(s.Column)} = i.{column}{i}"))}"
            + $" FROM ({chunk}) AS i WHERE {RowIdentity.Same(side.Identity.Of(side.Storage), Keys.Select(k => $"i.{k}"))} AND {where}";
    }

    private static string Definition(Column column) =>
        column.Type + (column.Collation is null ? "" : $" COLLATE {SqliteText.Quote(column.Collation)}");
}
