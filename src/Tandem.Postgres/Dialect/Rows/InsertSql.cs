using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>Rows that a file lists.</summary>
internal sealed class InsertSql(RowImages rows)
{
    // Each row is a statement of its own, so that its literals take the columns' types as in any INSERT.
    private const int RowsOfAStep = 100;

    private readonly RowReferences references = new(rows);

    /// <summary>The steps that add the rows.</summary>
    public IEnumerable<RenderedStep> Add()
    {
        var parts = rows.Change.Rows.Chunk(RowsOfAStep).ToList();
        return parts.Select((part, index) => new RenderedStep(
            $"insert rows {rows.Number} {rows.Name}{(parts.Count == 1 ? "" : $" part {Names.Text(index + 1)}")}",
            $"Add rows to {rows.Name} for both versions",
            StepMode.Transaction)
        {
            Table = rows.Name,
            Gates = rows.Change.KeepExisting ? [] : [Taken(part)],
            Statements = [RowImages.NotOld, .. part.Select(Insert), Remember, .. part.SelectMany(Given).Distinct().Select(Advance)],
            Locks = [new LockFact(rows.Name, "ROW EXCLUSIVE", "writers of the same keys", "an instant")],
            Inverse = "Rows that still are as they were added are removed.",
        });
    }

    /// <summary>A row's INSERT alone, to see whether the server takes it.</summary>
    public static string Plain(RowChange change, string target, ValueList<RowCell> row, string condition) =>
        $"INSERT INTO {target} ({Sql.Ids(row.Select(c => c.Column))}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", row.Select(Literal))} WHERE {condition}";

    /// <summary>Removes a chunk's rows, but for those that were written since or are referred to.</summary>
    public (ValueList<string> Before, string Work) Remove =>
    (
        [$"SELECT count(*) FROM (SELECT FROM {rows.Whole} JOIN {RowImages.Images} i ON {rows.Walk.Is(rows.Row, "i.row_key")} WHERE {rows.Window("i")} FOR UPDATE OF {rows.Row}) _tandem_l"],
        $"""
        WITH _tandem_gone AS (
          DELETE FROM {rows.Whole} USING {RowImages.Images} i
          WHERE {rows.Window("i")} AND {rows.Walk.Is(rows.Row, "i.row_key")}
            AND {RowImages.Image(rows.Table.Columns, rows.Row)} = i.after_image AND {references.Childless(rows.Row)}
          RETURNING i.row_key)
        DELETE FROM {RowImages.Images} i WHERE {rows.Window("i")}
          AND (i.row_key IN (SELECT g.row_key FROM _tandem_gone g) OR NOT EXISTS (SELECT FROM {rows.Whole} WHERE {rows.Walk.Is(rows.Row, "i.row_key")}))
        """);

    // What a rollback left because somebody had changed it is ours, too.
    private Gate Taken(IEnumerable<ValueList<RowCell>> part) => new(
        ProblemCodes.RowsExist.Id,
        $"{{0}} rows of {rows.Name} have the keys of rows that are to be added.",
        $"SELECT count(*) FROM {rows.Whole} WHERE ({string.Join(" OR ", part.Select(r => $"({HasKey(r)})"))})"
        + $" AND NOT EXISTS (SELECT FROM {RowImages.Images} i WHERE {rows.Mine("i")} AND i.row_key = {rows.Walk.Cursor(rows.Row)})");

    private string Insert(ValueList<RowCell> row) =>
        $"""
        WITH _tandem_new AS (
          {Plain(rows.Change, rows.Target, row, $"NOT EXISTS (SELECT FROM {rows.Whole} WHERE {HasKey(row)}){Unknown(row)}")}
          RETURNING {rows.Walk.Cursor(rows.Row)} AS _tandem_key)
        {rows.Keep("_tandem_key, NULL, NULL FROM _tandem_new")}
        """;

    // On a new table a rollback hides rows instead of removing them: one that is gone was taken away by an application.
    private string Unknown(ValueList<RowCell> row) => rows.Change.OnNewTable
        ? $" AND NOT EXISTS (SELECT FROM {RowImages.Images} i WHERE {rows.Mine("i")} AND i.row_key = {rows.Walk.CursorOf(k => Literal(row.First(c => c.Column == k.Name)))})"
        : "";

    // Behind all rows, because triggers may have written them again.
    private string Remember =>
        $"UPDATE {RowImages.Images} i SET after_image = {RowImages.Image(rows.Table.Columns, rows.Row)} FROM {rows.Whole}"
        + $" WHERE {rows.Mine("i")} AND i.after_image IS NULL AND {rows.Walk.Is(rows.Row, "i.row_key")}";

    private string HasKey(ValueList<RowCell> row) =>
        string.Join(" AND ", rows.Table.Key.Select(k => $"{rows.Row}.{Sql.Id(k)} = {Literal(row.First(c => c.Column == k))}"));

    private IEnumerable<Column> Given(ValueList<RowCell> row) =>
        row.Select(c => rows.Table.Column(c.Column)!).Where(c => c.Identity != IdentityKind.None);

    // A counter does not see keys that were given, and would give them once more.
    private string Advance(Column column) =>
        $"""
        SELECT pg_catalog.setval(q.s, q.m) FROM (
          SELECT pg_catalog.pg_get_serial_sequence({Sql.Text(rows.Target)}, {Sql.Text(column.Name)})::pg_catalog.regclass AS s, (SELECT max({Sql.Id(column.Name)}) FROM {rows.Whole}) AS m) q
        WHERE q.m > coalesce(pg_catalog.pg_sequence_last_value(q.s), 0)
        """;

    // Without a type, so that the column's own rules decide, as with any application's literal.
    private static string Literal(RowCell cell) => cell.Kind switch
    {
        CellKind.Null => "NULL",
        CellKind.Sql => Sql.Closed(cell.Text),
        _ => Sql.Text(cell.Text),
    };
}
