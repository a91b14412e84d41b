using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Walks;

/// <summary>A walk over a table in the order of its key; a cursor is the key's values as a JSON array of texts.</summary>
internal sealed class KeyWalk(string schema, string table, IReadOnlyList<Column> key, bool partitioned)
{
    private const string SampledRows = "10000";

    private string Relations => partitioned
        ? $"SELECT p.relid FROM pg_catalog.pg_partition_tree({Sql.Class(schema, table)}) p WHERE p.isleaf"
        : Sql.Class(schema, table);

    private string Target => $"{(partitioned ? "" : "ONLY ")}{Sql.Id(schema, table)}";

    private string Keys => string.Join(", ", key.Select(k => Sql.Id(k.Name)));

    private string Downwards => string.Join(", ", key.Select(k => $"{Sql.Id(k.Name)} DESC"));

    /// <summary>The walk with this work. It is over at once where one of these columns was never made.</summary>
    public Walk Over(string work, IReadOnlyList<string>? columns = null) => new(Start(columns ?? []), Next(), work);

    /// <summary>Ranges of keys, about as even as a sample of some thousand rows says; any keys divide the table without rest.</summary>
    public string Parts() =>
        $"""
        SELECT coalesce(pg_catalog.lag(p.upto) OVER (ORDER BY p.tile), '') AS walk_from, p.upto AS walk_end
        FROM (SELECT * FROM (SELECT DISTINCT ON (s.tile) s.tile, {Cursor("s")} AS upto
            FROM (SELECT {Keys}, pg_catalog.ntile(@parts::bigint::int) OVER (ORDER BY {Keys}) AS tile
              FROM {Target} TABLESAMPLE SYSTEM ((SELECT least(100, 100.0 * {SampledRows} / greatest(1, sum(c.reltuples))) FROM pg_catalog.pg_class c WHERE c.oid IN ({Relations})))
              WHERE @end <> '' AND {Until(null, "@end")}) s
            ORDER BY s.tile, {string.Join(", ", key.Select(k => $"s.{Sql.Id(k.Name)} DESC"))}) inner_parts WHERE inner_parts.tile < @parts::bigint
          UNION ALL SELECT @parts::bigint, @end) p ORDER BY p.tile
        """;

    /// <summary>The key of a row as it stands in a cursor.</summary>
    public string Cursor(string? alias = null) =>
        $"pg_catalog.json_build_array({string.Join(", ", key.Select(k => SteadyText.Of(k, Own(alias, k))))})::text";

    /// <summary>The cursor of a row with these values.</summary>
    public string CursorOf(Func<Column, string> value) =>
        $"pg_catalog.json_build_array({string.Join(", ", key.Select(k => SteadyText.Of(k, $"CAST({value(k)} AS {k.Type})")))})::text";

    /// <summary>The condition that a row lies in the chunk.</summary>
    public string Window(string? alias = null) => $"{After(alias)} AND {Until(alias, "@upto")}";

    /// <summary>The condition that a row is the one of a cursor.</summary>
    public string Is(string alias, string cursor) => string.Join(" AND ", key.Select((k, i) => $"{Own(alias, k)} = {Value(k, i, cursor)}"));

    private static string Own(string? alias, Column column) => alias is null ? Sql.Id(column.Name) : $"{alias}.{Sql.Id(column.Name)}";

    // Where there is no cursor there is no value either, and a domain may take no NULL.
    private static string Value(Column column, int index, string cursor)
    {
        var value = $"CAST(({cursor})::json ->> {Names.Text(index)} AS {column.Type})";
        return TypeNames.HasExactEquality(column.Type) || TypeNames.IsNumber(column.Type) ? value : $"CASE WHEN {cursor} IS NOT NULL THEN {value} END";
    }

    private string Row(string? alias) => $"({string.Join(", ", key.Select(k => Own(alias, k)))})";

    private string Values(string cursor) => $"({string.Join(", ", key.Select((k, i) => Value(k, i, cursor)))})";

    private string After(string? alias) => $"(@after = '' OR {Row(alias)} > {Values("nullif(@after, '')")})";

    private string Until(string? alias, string end) => $"{Row(alias)} <= {Values($"nullif({end}, '')")}";

    private string Start(IReadOnlyList<string> columns)
    {
        var made = columns.Count == 0 ? "" : $"WHERE {Names.Text(columns.Count)} = (SELECT count(*) FROM pg_catalog.pg_attribute a "
            + $"WHERE a.attrelid = {Sql.Class(schema, table)} AND a.attname IN ({string.Join(", ", columns.Select(Sql.Text))}))";
        return
            $"""
            SELECT coalesce((SELECT (SELECT {Cursor()} FROM {Target} ORDER BY {Downwards} LIMIT 1) {made}), '') AS walk_end,
              (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class c WHERE c.oid IN ({Relations})) AS rows_total
            """;
    }

    private string Next() =>
        $"""
        SELECT (SELECT {Cursor("_tandem_w")} FROM (
            SELECT {Keys} FROM {Target} WHERE {After(null)} AND {Until(null, "@end")} ORDER BY {Keys} LIMIT @size::bigint) _tandem_w
          ORDER BY {Downwards} LIMIT 1) AS upto
        """;
}
