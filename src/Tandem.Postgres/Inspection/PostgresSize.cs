using System.Text.Json;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Inspection;

/// <summary>The size of a table.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">Rows: counted when they are few or nothing else is known, else estimated as the planner does.</param>
/// <param name="Bytes">Bytes with indexes and what is stored out of line.</param>
internal sealed record PostgresSize(string Table, long Rows, long Bytes)
{
    private const int CountUpTo = 100_000;

    // Each takes a lock of the table and of each of its indexes, of which a server has a few thousand for everybody.
    private const int CountedAtOnce = 50;

    /// <summary>Whether the rows were counted.</summary>
    public bool Counted { get; init; }

    /// <summary>Measures tables: an answer for each, in their order.</summary>
    public static async Task<ValueList<PostgresSize>> MeasureAsync(
        PostgresReading reading, string schema, IReadOnlyCollection<string> tables, CancellationToken cancellationToken)
    {
        if (tables.Count == 0)
        {
            return [];
        }

        var names = JsonSerializer.Serialize(tables.Select(t => Name(schema, t)));
        var sizes = new PostgresRows(await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read("size"), new SqlArgument("tables", names)), cancellationToken).ConfigureAwait(false)).Rows.ToList();
        var told = tables.Zip(sizes, (table, size) => (Name: table, Rows: size.OptionalNumber("rows"), ByPages: size.Number("by_pages"), Bytes: size.Number("bytes"))).ToList();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var few in told.Where(t => t.ByPages > 0 && t.Rows is not > CountUpTo).Select(t => t.Name).Chunk(CountedAtOnce))
        {
            await CountAsync(reading, schema, few, counts, cancellationToken).ConfigureAwait(false);
        }

        return told.Select(t => t.Rows is { } rows and > CountUpTo ? new PostgresSize(t.Name, rows, t.Bytes)
            : counts.GetValueOrDefault(t.Name) is var n and < CountUpTo ? new PostgresSize(t.Name, n, t.Bytes) { Counted = true }

            // Never analysed and large: as many rows as fit into its pages.
            : new PostgresSize(t.Name, Math.Max(CountUpTo, t.ByPages), t.Bytes)).ToValueList();
    }

    private static async Task CountAsync(
        PostgresReading reading, string schema, string[] tables, Dictionary<string, long> counts, CancellationToken cancellationToken)
    {
        var each = tables.Select((t, place) => $"select {place}::bigint as place, count(*) as n from (select from {Name(schema, t)} limit {CountUpTo}) _tandem_few");
        var counted = await reading.GlanceAsync(new SqlStatement(string.Join("\nunion all ", each)), cancellationToken).ConfigureAwait(false);
        foreach (var row in new PostgresRows(counted).Rows)
        {
            counts[tables[row.Number("place")]] = row.Number("n");
        }
    }
}
