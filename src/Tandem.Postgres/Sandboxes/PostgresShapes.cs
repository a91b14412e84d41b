using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Sandboxes;

/// <summary>What the target's statistics say about a column, as the server writes it.</summary>
/// <param name="Inherited">Whether it is about a table with its partitions.</param>
/// <param name="Figures">The figures of <c>pg_stats</c> that are there, by name.</param>
internal sealed record PostgresColumnShape(bool Inherited, IReadOnlyDictionary<string, string> Figures)
{
    /// <summary>Which part of the rows is NULL.</summary>
    public double Nulls => Number("null_frac");

    /// <summary>How many values there are: below 0, as a part of the rows; 0 for unknown.</summary>
    public double Distinct => Number("n_distinct");

    /// <summary>Bytes of a value.</summary>
    public int Width => (int)Number("avg_width");

    /// <summary>Whether the rows lie in the order of the values.</summary>
    public bool InOrder => Math.Abs(Number("correlation")) > 0.9;

    /// <summary>Which part of the rows has each of the most frequent values.</summary>
    public IReadOnlyList<double> Shares => Figures.TryGetValue("most_common_freqs", out var text)
        ? [.. text.Trim('{', '}').Split(',').Select(t => double.Parse(t, CultureInfo.InvariantCulture))]
        : [];

    /// <summary>Values that are there, as the text of an array; null where none are known.</summary>
    public string? Values => Figures.GetValueOrDefault("most_common_vals") ?? Figures.GetValueOrDefault("histogram_bounds");

    private double Number(string name) => Figures.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : 0;
}

/// <summary>The target's statistics of tables and columns, by the names that they have in the target.</summary>
internal sealed class PostgresShapes
{
    private static readonly string[] Figures =
    [
        "null_frac", "avg_width", "n_distinct", "correlation", "most_common_vals", "most_common_freqs", "histogram_bounds",
        "most_common_elems", "most_common_elem_freqs", "elem_count_histogram",
    ];

    private readonly Dictionary<(string Table, string Column), PostgresColumnShape> columns;
    private readonly Dictionary<string, (string Pages, string Rows, string Visible)> tables;

    private PostgresShapes(
        Dictionary<(string Table, string Column), PostgresColumnShape> columns, Dictionary<string, (string Pages, string Rows, string Visible)> tables) =>
        (this.columns, this.tables) = (columns, tables);

    /// <summary>Reads them.</summary>
    public static async Task<PostgresShapes> ReadAsync(PostgresReading reading, string schema, CancellationToken cancellationToken)
    {
        var columns = await RowsAsync("column_shapes").ConfigureAwait(false);
        var tables = await RowsAsync("table_shapes").ConfigureAwait(false);
        return new PostgresShapes(
            columns.Rows.ToDictionary(
                r => (r.Text("table_name"), r.Text("name")),
                r => new PostgresColumnShape(
                    r.Is("inherited"), Figures.Where(f => r.Optional(f) is not null).ToDictionary(f => f, f => r.Text(f), StringComparer.Ordinal))),
            tables.Rows.ToDictionary(r => r.Text("table_name"), r => (r.Text("relpages"), r.Text("reltuples"), r.Text("relallvisible")), StringComparer.Ordinal));

        async Task<PostgresRows> RowsAsync(string query) => new(await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read(query), new SqlArgument("schema", schema)), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whether anything is known of a table.</summary>
    public bool Knows(string table) => columns.Keys.Any(k => k.Table == table);

    /// <summary>Pages, rows and pages without dead rows of a table; null where it was never looked through.</summary>
    public (string Pages, string Rows, string Visible)? Of(string table) => tables.TryGetValue(table, out var found) ? found : null;

    /// <summary>What is known of a column, by the name that it has in the target.</summary>
    public PostgresColumnShape? Of(string table, string column) => columns.GetValueOrDefault((table, column));

    /// <summary>The column of the target that a column of the copy is, or whose values it is made from; null for neither.</summary>
    /// <param name="changes">What is other in the copy.</param>
    /// <param name="table">The table, as the copy has it.</param>
    /// <param name="column">The column, as the copy has it.</param>
    /// <returns>The column, and whether it is that very column: with its type.</returns>
    public static (string Table, string Column, bool Same)? Origin(ValueList<TableChange> changes, string table, string column)
    {
        if (changes.FirstOrDefault(c => c.After?.Name == table) is not { Before: { } before } change)
        {
            return (table, column, true);
        }

        if (change.Carried.FirstOrDefault(p => p.After!.Name == column) is { } pair)
        {
            return (before.Name, pair.Before!.Name, pair.Before.Type == pair.After!.Type);
        }

        return change.Lenses.FirstOrDefault(l => l.New.Contains(column))?.Old is [var source, ..] ? (before.Name, source, false) : null;
    }
}
