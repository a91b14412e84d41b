using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>Rows that are deleted or moved into an archive, and come back.</summary>
internal sealed class RemoveSql(RowImages rows)
{
    private readonly RowReferences references = new(rows);

    private string Columns => Sql.Ids(rows.Stored.Select(c => c.Name));

    private string ArchiveTarget => Sql.Id(rows.Context.Schema.Name, rows.Physical(rows.Change.Archive!.Table, rows.Change.Archive.IsNew));

    /// <summary>Deletes a chunk's rows that nothing refers to.</summary>
    public string Delete =>
        $"""
        WITH _tandem_gone AS (
          DELETE FROM {rows.Whole} WHERE {rows.Walk.Window(rows.Row)}{rows.Condition} AND {references.Childless(rows.Row)}
          RETURNING {rows.Walk.Cursor(rows.Row)} AS _tandem_key, {RowImages.Image(rows.Stored, rows.Row)} AS _tandem_image)
        {rows.Keep("_tandem_key, _tandem_image, NULL FROM _tandem_gone")}
        """;

    /// <summary>Puts a chunk's rows back where their key is free and their parents are there; what cannot come back stays kept.</summary>
    public string PutBack =>
        $"""
        WITH i AS (SELECT i.row_key, i.before_image::json AS was FROM {RowImages.Images} i WHERE {rows.Window("i")}),
        _tandem_back AS (
          INSERT INTO {rows.Target} ({Columns}) OVERRIDING SYSTEM VALUE
          SELECT {string.Join(", ", rows.Stored.Select(c => RowImages.Value(c, "i.was")))} FROM i
          WHERE {Free("i.row_key")} AND {references.HasParents(c => RowImages.Value(c, "i.was"))}
          {OnConflict}
          RETURNING {rows.Walk.Cursor(rows.Row)} AS _tandem_key)
        DELETE FROM {RowImages.Images} i WHERE {rows.Window("i")} AND i.row_key IN (SELECT b._tandem_key FROM _tandem_back b)
        """;

    /// <summary>Moves a chunk's rows that nothing refers to.</summary>
    public string Archive =>
        $"""
        WITH _tandem_gone AS (
          DELETE FROM {rows.Whole} WHERE {rows.Walk.Window(rows.Row)}{rows.Condition} AND {references.Childless(rows.Row)}
          RETURNING {rows.Walk.Cursor(rows.Row)} AS _tandem_key, {string.Join(", ", rows.Table.Columns.Select((c, i) => $"{rows.Row}.{Sql.Id(c.Name)} AS _tandem_{Names.Text(i)}"))}),
        _tandem_moved AS (
          INSERT INTO {ArchiveTarget} ({Sql.Ids(rows.Table.Columns.Select(c => c.Name))}, {Sql.Id(rows.Change.Archive!.When)}) OVERRIDING SYSTEM VALUE
          SELECT {string.Join(", ", rows.Table.Columns.Select((_, i) => $"g._tandem_{Names.Text(i)}"))}, pg_catalog.now() FROM _tandem_gone g)
        {rows.Keep("g._tandem_key, NULL, NULL FROM _tandem_gone g")}
        """;

    /// <summary>Moves a chunk's rows back where their key is free and their parents are there; the others stay in the archive.</summary>
    public (ValueList<string> Before, string Work) MoveBack =>
    (
        [$"SELECT count(*) FROM (SELECT FROM {ArchiveTarget} a JOIN {RowImages.Images} i ON {rows.Walk.Is("a", "i.row_key")} WHERE {rows.Window("i")} FOR UPDATE OF a) _tandem_l"],
        $"""
        WITH _tandem_back AS (
          INSERT INTO {rows.Target} ({Columns}) OVERRIDING SYSTEM VALUE
          SELECT {string.Join(", ", rows.Stored.Select(c => $"a.{Sql.Id(c.Name)}"))}
          FROM {RowImages.Images} i JOIN {ArchiveTarget} a ON {rows.Walk.Is("a", "i.row_key")}
          WHERE {rows.Window("i")} AND {Free("i.row_key")} AND {references.HasParents(c => $"a.{Sql.Id(c.Name)}")}
          {OnConflict}
          RETURNING {rows.Walk.Cursor(rows.Row)} AS _tandem_key),
        _tandem_gone AS (DELETE FROM {ArchiveTarget} a USING _tandem_back b WHERE {rows.Walk.Is("a", "b._tandem_key")})
        DELETE FROM {RowImages.Images} i WHERE {rows.Window("i")} AND i.row_key IN (SELECT b._tandem_key FROM _tandem_back b)
        """);

    // A deferrable rule cannot decide about a conflict; where there is one, only the key is looked at.
    private string OnConflict => rows.Table.Uniques.Any(u => u.Deferrable is not null) ? "" : "ON CONFLICT DO NOTHING";

    private string Free(string cursor) => $"NOT EXISTS (SELECT FROM {rows.Whole} _tandem_t WHERE {rows.Walk.Is("_tandem_t", cursor)})";
}
