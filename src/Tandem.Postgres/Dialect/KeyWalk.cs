using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>A walk over a table in the order of its key; a cursor is the key's values as a JSON array of texts.</summary>
internal sealed class KeyWalk(string schema, string table, IReadOnlyList<Column> key)
{
    private string Target => Sql.Id(schema, table);

    private string Keys => string.Join(", ", key.Select(k => Sql.Id(k.Name)));

    private string Downwards => string.Join(", ", key.Select(k => $"{Sql.Id(k.Name)} DESC"));

    /// <summary>The walk with this work.</summary>
    public Walk Over(string work) => new(Start(), Next(), work);

    /// <summary>The key of a row as it stands in a cursor.</summary>
    public string Cursor(string? alias = null) =>
        $"pg_catalog.json_build_array({string.Join(", ", key.Select(k => $"{Own(alias, k)}::text"))})::text";

    /// <summary>The cursor of a row with these values.</summary>
    public string CursorOf(Func<Column, string> value) =>
        $"pg_catalog.json_build_array({string.Join(", ", key.Select(k => $"CAST({value(k)} AS {k.Type})::text"))})::text";

    /// <summary>The condition that a row lies in the chunk.</summary>
    public string Window(string? alias = null) => $"{After(alias)} AND {Until(alias, "@upto")}";

    /// <summary>The condition that a row is the one of a cursor.</summary>
    public string Is(string alias, string cursor) => string.Join(" AND ", key.Select((k, i) => $"{Own(alias, k)} = {Value(k, i, cursor)}"));

    private static string Own(string? alias, Column column) => alias is null ? Sql.Id(column.Name) : $"{alias}.{Sql.Id(column.Name)}";

    private static string Value(Column column, int index, string cursor) =>
        $"CAST(({cursor})::json ->> {Names.Text(index)} AS {column.Type})";

    private string Row(string? alias) => $"({string.Join(", ", key.Select(k => Own(alias, k)))})";

    private string Values(string cursor) => $"({string.Join(", ", key.Select((k, i) => Value(k, i, cursor)))})";

    private string After(string? alias) => $"(@after = '' OR {Row(alias)} > {Values("nullif(@after, '')")})";

    private string Until(string? alias, string end) => $"{Row(alias)} <= {Values($"nullif({end}, '')")}";

    private string Start() =>
        $"""
        SELECT coalesce((SELECT {Cursor()} FROM ONLY {Target} ORDER BY {Downwards} LIMIT 1), '') AS walk_end,
          (SELECT greatest(c.reltuples, 0)::bigint FROM pg_catalog.pg_class c WHERE c.oid = {Sql.Class(schema, table)}) AS rows_total
        """;

    private string Next() =>
        $"""
        SELECT (SELECT {Cursor("_tandem_w")} FROM (
            SELECT {Keys} FROM ONLY {Target} WHERE {After(null)} AND {Until(null, "@end")} ORDER BY {Keys} LIMIT @size::bigint) _tandem_w
          ORDER BY {Downwards} LIMIT 1) AS upto
        """;
}
