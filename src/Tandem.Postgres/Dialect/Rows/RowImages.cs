using Tandem.Databases;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>What is kept of a change of rows, by the rows' keys, and how rows are named in it.</summary>
internal sealed class RowImages(RowChange change, RenderContext context)
{
    /// <summary>The table of images.</summary>
    public const string Images = "tandem.images";

    /// <summary>What the engine writes is no sign of an application of the old version.</summary>
    public const string NotOld = "SELECT pg_catalog.set_config('tandem.origin', 'update', true)";

    /// <summary>The change.</summary>
    public RowChange Change => change;

    /// <summary>The migration.</summary>
    public RenderContext Context => context;

    /// <summary>The table whose rows change.</summary>
    public Table Table => change.Table;

    /// <summary>The table's name, for people.</summary>
    public string Name => Table.Name;

    /// <summary>The change's number as it stands in step ids.</summary>
    public string Number => Names.Text(change.Number);

    /// <summary>The table in quotes with its schema.</summary>
    public string Target => Sql.Id(context.Schema.Name, Physical(Name, change.OnNewTable));

    /// <summary>The table as statements about its rows name it: with its partitions.</summary>
    public string Whole => $"{Partitions.Only(Table)}{Target}";

    /// <summary>The table's name as rows of it are called.</summary>
    public string Row => Sql.Id(Physical(Name, change.OnNewTable));

    /// <summary>The walk over the table.</summary>
    public KeyWalk Walk => new(context.Schema.Name, Physical(Name, change.OnNewTable), Table.Key.Select(k => Table.Column(k)!).ToList(), Table.PartitionKey is not null);

    /// <summary>The file's condition behind another one.</summary>
    public string Condition => change.Where is { } where ? $" AND {Sql.Closed(where)}" : "";

    /// <summary>The columns that are put back.</summary>
    public IReadOnlyList<Column> Stored => change.Stored.ToList();

    /// <summary>The first columns of a new line among the images, as a list of values.</summary>
    public string Ours => $"{Sql.Text(context.Schema.Name)}, {Names.Text(context.Ordinal)}, {Number}";

    /// <summary>A table that this migration makes has a hidden name until complete, and again after a rollback.</summary>
    public string Physical(string table, bool isNew) => isNew ? Names.Hidden(context.Ordinal, Side.New, table) : table;

    /// <summary>The condition that a line is of this change.</summary>
    public string Mine(string alias) =>
        $"{alias}.target = {Sql.Text(context.Schema.Name)} AND {alias}.ordinal = {Names.Text(context.Ordinal)} AND {alias}.number = {Number}";

    /// <summary>The condition that a line is of this change and in the chunk.</summary>
    public string Window(string alias) => $"{Mine(alias)} AND {alias}.row_key > @after AND {alias}.row_key <= @upto";

    /// <summary>A walk over the lines of this change.</summary>
    public Walk Over(string work) => new(
        $"SELECT coalesce(max(i.row_key), '') AS walk_end, count(*) AS rows_total FROM {Images} i WHERE {Mine("i")}",
        $"SELECT max(w.row_key) AS upto FROM (SELECT i.row_key FROM {Images} i WHERE {Mine("i")} AND i.row_key > @after AND i.row_key <= @end ORDER BY i.row_key LIMIT @size::bigint) w",
        work);

    /// <summary>The statement that keeps what a query named <c>_tandem_gone</c> tells of rows: their key and what they held.</summary>
    public string Keep(string select) =>
        $"""
        INSERT INTO {Images} (target, ordinal, number, row_key, before_image, after_image)
        SELECT {Ours}, {select}
        ON CONFLICT (target, ordinal, number, row_key) DO UPDATE SET before_image = EXCLUDED.before_image, after_image = EXCLUDED.after_image
        """;

    /// <summary>Columns of a row as one text.</summary>
    public static string Image(IEnumerable<Column> columns, string row)
    {
        // An argument list is limited to 100; so much wider tables take several objects.
        var objects = columns.Select(c => $"{Sql.Text(c.Name)}, {SteadyText.Of(c, $"{row}.{Sql.Id(c.Name)}")}").Chunk(50)
            .Select(part => $"pg_catalog.jsonb_build_object({string.Join(", ", part)})");
        return $"({string.Join(" || ", objects)})::text";
    }

    /// <summary>The value of a column in an image.</summary>
    public static string Value(Column column, string image) => $"CAST({image} ->> {Sql.Text(column.Name)} AS {column.Type})";
}
