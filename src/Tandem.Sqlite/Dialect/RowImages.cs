using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The table in which what is kept of a change of rows stands: the rows' identity (<c>k0</c> …), what they held
/// (<c>b0</c> …), what they were given (<c>a0</c> …), and a mark that lives within one transaction.
/// </summary>
internal sealed class RowImages(RowChange change, RenderContext context)
{
    /// <summary>The mark's column.</summary>
    public const string Mark = "mark";

    private readonly TwinSide side = new(
        Side.Old, SqliteText.Quote(Physical(change.Table.Name, change.OnNewTable, context)), change.Table, RowIdentity.Of(change.Table)!);

    /// <summary>The change.</summary>
    public RowChange Change => change;

    /// <summary>The migration.</summary>
    public RenderContext Context => context;

    /// <summary>The table whose rows change.</summary>
    public Table Table => change.Table;

    /// <summary>The change's number as it stands in step ids.</summary>
    public string Number => change.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The table's rows.</summary>
    public TwinSide Rows => side;

    /// <summary>The table of images, quoted.</summary>
    public string Images => SqliteText.Quote(TwinNames.Of(context).Images(change.Number));

    /// <summary>The file's condition.</summary>
    public string Condition => $"({change.Where ?? "1"}\n)";

    /// <summary>The columns whose values before are kept.</summary>
    public IReadOnlyList<Column> BeforeColumns => change.Kind switch
    {
        RowChangeKind.Update => change.Set.Select(s => Table.Column(s.Column)!).ToList(),
        RowChangeKind.Delete => change.Stored.ToList(),
        _ => Table.Key.Select(k => Table.Column(k)!).ToList(),
    };

    /// <summary>The columns whose values after are kept.</summary>
    public IReadOnlyList<Column> AfterColumns => change.Kind switch
    {
        RowChangeKind.Update => BeforeColumns,
        RowChangeKind.Insert => Table.Columns,
        _ => [],
    };

    /// <summary>The names of the identity's columns.</summary>
    public IReadOnlyList<string> Keys => side.Identity.Terms.Select((_, i) => Numbered("k", i)).ToList();

    /// <summary>The names of the columns with what was there.</summary>
    public IReadOnlyList<string> Befores => BeforeColumns.Select((_, i) => Numbered("b", i)).ToList();

    /// <summary>The names of the columns with what was given.</summary>
    public IReadOnlyList<string> Afters => AfterColumns.Select((_, i) => Numbered("a", i)).ToList();

    /// <summary>The walk over the table.</summary>
    public KeyWalk Walk => KeyWalk.Over(side);

    /// <summary>The walk over the images.</summary>
    public KeyWalk ImageWalk => new(Table.WithoutRowId, [(Images, Identity)]);

    /// <summary>The statement that makes the table of images. Values have no type in it; keys compare as in the table itself.</summary>
    public string Make =>
        $"CREATE TABLE IF NOT EXISTS {Images} ({string.Join(", ", KeyDefinitions.Concat(Befores).Concat(Afters).Append(Mark))}, PRIMARY KEY ({string.Join(", ", Keys)})) WITHOUT ROWID";

    /// <summary>A query for the images of a chunk.</summary>
    public string Chunk => ImageWalk.Rows(
        Identity, "i", w => $"SELECT {string.Join(", ", Keys.Concat(Befores).Concat(Afters).Select(c => $"i.{c} AS {c}"))} FROM {Images} AS i WHERE {w}");

    /// <summary>The condition, in a statement on the images, that they are of the chunk.</summary>
    public string InChunk => $"{KeyWalk.Tuple(Keys)} IN (SELECT {string.Join(", ", Keys)} FROM ({Chunk}))";

    /// <summary>A query for a chunk's images under the names of the columns.</summary>
    public string Backup => ImageWalk.Rows(
        Identity,
        "i",
        w => $"SELECT {string.Join(", ", Keys.Select(k => $"i.{k} AS \"_tandem_{k}\"").Concat(BeforeColumns.Select((c, i) => $"i.{Befores[i]} AS {SqliteText.Quote(c.Name)}")))} FROM {Images} AS i WHERE {w}");

    /// <summary>Whether a row of the table is the one of an image.</summary>
    public string SameRow(string row, string image) => RowIdentity.Same(side.Identity.Of(row), Keys.Select(k => $"{image}.{k}"));

    /// <summary>Where a table of this migration's, or one that was there, is stored.</summary>
    public static string Physical(string table, bool isNew, RenderContext context) => isNew ? TwinNames.Of(context).Twin(table) : table;

    private RowIdentity Identity => new(Keys.ToValueList(), Hidden: false);

    private IEnumerable<string> KeyDefinitions => Table.WithoutRowId
        ? Table.PrimaryKey!.Columns.Select((c, i) => $"{Numbered("k", i)} {Definition(Table.Column(c)!)}")
        : ["k0 INTEGER"];

    private static string Numbered(string letter, int index) => letter + index.ToString(CultureInfo.InvariantCulture);

    private static string Definition(Column column) =>
        column.Type + (column.Collation is null ? "" : $" COLLATE {SqliteText.Quote(column.Collation)}");
}
