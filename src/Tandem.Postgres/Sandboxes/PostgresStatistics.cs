using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Sandboxes;

/// <summary>
/// Takes the target's statistics over into a copy, on a server of 18 or newer. How many rows there are the planner goes on
/// reckoning from the pages that are really there; how many lie in a page, and what is in the columns, is as in the target.
/// </summary>
internal sealed class PostgresStatistics(
    NpgsqlConnection connection, string schema, PostgresShapes shapes, ValueList<TableChange> changes, CancellationToken cancellationToken)
{
    private const string Columns =
        """
        select c.relname::text as table_name, a.attname::text as name
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname = @schema and c.relkind in ('r', 'p')
        """;

    // An older server's figures are texts of the same form.
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["null_frac"] = "real", ["avg_width"] = "integer", ["n_distinct"] = "real", ["correlation"] = "real",
        ["most_common_vals"] = "text", ["most_common_freqs"] = "real[]", ["histogram_bounds"] = "text",
        ["most_common_elems"] = "text", ["most_common_elem_freqs"] = "real[]", ["elem_count_histogram"] = "real[]",
    };

    /// <summary>Takes over what the copy has columns for.</summary>
    public async Task TakeOverAsync()
    {
        var prepared = PostgresText.Prepare(new SqlStatement(Columns, new SqlArgument("schema", schema)));
        var there = new PostgresRows(await PostgresCommand.ExecuteAsync(connection, prepared[0], 0, 0, cancellationToken).ConfigureAwait(false));
        foreach (var table in there.Rows.GroupBy(r => r.Text("table_name"), StringComparer.Ordinal))
        {
            await TableAsync(table.Key).ConfigureAwait(false);
            foreach (var column in table)
            {
                if (PostgresShapes.Origin(changes, table.Key, column.Text("name")) is { Same: true } origin && shapes.Of(origin.Table, origin.Column) is { } shape)
                {
                    await ColumnAsync(table.Key, column.Text("name"), shape).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task TableAsync(string table)
    {
        var known = changes.FirstOrDefault(c => c.After?.Name == table)?.Before?.Name ?? table;
        if (shapes.Of(known) is { } found)
        {
            await SendAsync(
                $"select pg_catalog.pg_restore_relation_stats({Place(table)}, 'relpages', {found.Pages}::integer, 'reltuples', {found.Rows}::real, 'relallvisible', {found.Visible}::integer)").ConfigureAwait(false);
        }
    }

    private Task<SqlResult> ColumnAsync(string table, string column, PostgresColumnShape shape) => SendAsync(
        $"select pg_catalog.pg_restore_attribute_stats({Place(table)}, 'attname', {PostgresText.Literal(column)}, 'inherited', {(shape.Inherited ? "true" : "false")}"
        + string.Concat(shape.Figures.Select(f => string.Create(CultureInfo.InvariantCulture, $", '{f.Key}', {PostgresText.Literal(f.Value)}::{Types[f.Key]}"))) + ")");

    private string Place(string table) => $"'schemaname', {PostgresText.Literal(schema)}, 'relname', {PostgresText.Literal(table)}";

    private Task<SqlResult> SendAsync(string sql) => PostgresCommand.ExecuteAsync(connection, sql, 0, cancellationToken);
}
