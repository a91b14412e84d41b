namespace Tandem.Postgres.Dialect.Rows;

/// <summary>New values in a table's rows.</summary>
internal sealed class UpdateSql(RowImages rows)
{
    private readonly List<Schema.Column> columns = rows.Change.Set.Select(s => rows.Table.Column(s.Column)!).ToList();

    /// <summary>
    /// Writes a chunk. A row that came to be meant after the rows were locked is locked here, so that what is kept is what the
    /// last writer left and not what the snapshot shows.
    /// </summary>
    public string Update =>
        $"""
        WITH _tandem_before AS (
          SELECT {rows.Walk.Cursor(rows.Row)} AS _tandem_key, {RowImages.Image(columns, rows.Row)} AS _tandem_image
          FROM {rows.Whole} WHERE {rows.Walk.Window(rows.Row)}{rows.Condition}
            AND NOT EXISTS (SELECT FROM {RowImages.Images} _tandem_i WHERE {rows.Mine("_tandem_i")} AND _tandem_i.row_key = {rows.Walk.Cursor(rows.Row)})
          FOR UPDATE OF {rows.Row}),
        _tandem_after AS (
          UPDATE {rows.Whole} SET {string.Join(", ", rows.Change.Set.Select(s => $"{Sql.Id(s.Column)} = {Sql.Closed(s.Sql)}"))}
          FROM _tandem_before _tandem_b WHERE {rows.Walk.Is(rows.Row, "_tandem_b._tandem_key")}
          RETURNING _tandem_b._tandem_key, _tandem_b._tandem_image, {RowImages.Image(columns, rows.Row)} AS _tandem_now)
        {rows.Keep("_tandem_key, _tandem_image, _tandem_now FROM _tandem_after")}
        """;

    /// <summary>Puts a chunk back, but for rows that were written since.</summary>
    public string Restore
    {
        get
        {
            var unchanged = columns.Select(c => $"{SteadyText.Of(c, $"{rows.Row}.{Sql.Id(c.Name)}")} IS NOT DISTINCT FROM i.became ->> {Sql.Text(c.Name)}");
            return $"""
                WITH i AS (
                  DELETE FROM {RowImages.Images} i WHERE {rows.Window("i")}
                  RETURNING i.row_key, i.before_image::json AS was, i.after_image::json AS became)
                UPDATE {rows.Whole} SET {string.Join(", ", columns.Select(c => $"{Sql.Id(c.Name)} = {RowImages.Value(c, "i.was")}"))} FROM i
                WHERE {rows.Walk.Is(rows.Row, "i.row_key")} AND {string.Join(" AND ", unchanged)}
                """;
        }
    }
}
