using System.Globalization;
using System.Text.Json;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Inspection;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Costs;

/// <summary>How many rows a change of rows means, and how wide they are: counted up to a limit, beyond it by the planner's estimate.</summary>
internal static class PostgresRowCosts
{
    private const int CountUpTo = 100_000;

    // Of a line among what is kept: head 24, the target's name and two numbers 24; of its index entry: head 8, pointer 4, the same again.
    private const double LineHead = 24 + 24 + 8 + 4 + 24;
    private const double RowHead = 28;

    // As in PostgresCosts.
    private const double RowRecord = 54;
    private const double EntryRecord = 56;
    private const double Filled = 0.9;

    /// <summary>Measures; null where the table is not there yet or the condition cannot be asked.</summary>
    public static async Task<RowCost?> OfAsync(PostgresReading reading, string schema, RowChange change, CancellationToken cancellationToken)
    {
        if (change.OnNewTable)
        {
            return null;
        }

        var name = PostgresText.Quote(change.Table.Name);
        var from = $"{PostgresText.Name(schema, change.Table.Name)} as {name}";
        var where = change.Kind == RowChangeKind.Insert ? "" : change.Where is { } condition ? $" where ({condition}\n)" : "";
        var image = change.Kind switch
        {
            RowChangeKind.Update => $"2 * octet_length({RowImages.Image(change.Set.Select(s => change.Table.Column(s.Column)!), name)})",
            RowChangeKind.Delete => $"octet_length({RowImages.Image(change.Stored, name)})",
            _ => "0",
        };
        var key = string.Join(" + ", change.Table.Key.Select(k => $"octet_length({name}.{PostgresText.Quote(k)}::text)").DefaultIfEmpty("0"));
        var (result, _) = await reading.TryAsync(
            new SqlStatement(
                $"""
                select count(*) as n, coalesce(avg(pg_catalog.pg_column_size({name}.*)), 0)::float8 as width,
                       coalesce(avg({image}), 0)::float8 as image, coalesce(avg({key}), 0)::float8 as key
                from (select * from {from}{where} limit {CountUpTo}) as {name}
                """), cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            return null;
        }

        var (rows, counted) = change.Kind == RowChangeKind.Insert ? (change.Rows.Count, true) : (result.Number("n"), result.Number("n") < CountUpTo);
        var entries = change.Kind is RowChangeKind.Update or RowChangeKind.Insert ? await EntriesAsync(reading, schema, change, cancellationToken).ConfigureAwait(false) : (0, 0);
        return new RowCost(
            counted ? rows : Math.Max(rows, await EstimatedAsync(reading, $"select from {from}{where}", cancellationToken).ConfigureAwait(false)),
            counted,
            RowCost.Writes(change) ? RowHead + Figure(result, "width") + entries.Bytes : 0,
            (LineHead + Figure(result, "image") + (2 * Figure(result, "key"))) / Filled)
        {
            Log = (2 * RowRecord) + ((1 + entries.Count) * EntryRecord),
        };
    }

    // Bytes of all index entries of one row, and how many there are.
    private static async Task<(double Bytes, long Count)> EntriesAsync(PostgresReading reading, string schema, RowChange change, CancellationToken cancellationToken)
    {
        var size = (await PostgresSize.MeasureAsync(reading, schema, [change.Table.Name], cancellationToken).ConfigureAwait(false))[0];
        var storage = new PostgresRows(await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read("storage"), new SqlArgument("table", PostgresText.Name(schema, change.Table.Name))), cancellationToken).ConfigureAwait(false)).Rows.Single();
        return (size.Rows == 0 ? 0 : (double)storage.Number("indexes") / size.Rows, storage.Number("index_count"));
    }

    private static async Task<long> EstimatedAsync(PostgresReading reading, string query, CancellationToken cancellationToken)
    {
        var plan = await reading.QueryAsync($"explain (format json) {query}", cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse((string)plan.Rows[0][0]!);
        return (long)document.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    private static double Figure(SqlResult result, string column) =>
        Convert.ToDouble(result.Rows[0][result.Columns.ToList().IndexOf(column)], CultureInfo.InvariantCulture);
}
