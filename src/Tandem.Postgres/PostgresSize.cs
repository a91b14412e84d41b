using Tandem.Databases;

namespace Tandem.Postgres;

/// <summary>The size of a table.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">Rows: counted when they are few or nothing else is known, else estimated as the planner does.</param>
/// <param name="Bytes">Bytes with indexes and what is stored out of line.</param>
internal sealed record PostgresSize(string Table, long Rows, long Bytes)
{
    private const int CountUpTo = 100_000;

    /// <summary>Whether the rows were counted.</summary>
    public bool Counted { get; init; }

    /// <summary>Measures.</summary>
    public static async Task<PostgresSize> MeasureAsync(
        PostgresReading reading, string schema, string table, CancellationToken cancellationToken)
    {
        var size = await reading.QueryAsync(
            new SqlStatement(PostgresQueries.Read("size"), new SqlArgument("table", PostgresDdl.Name(schema, table))),
            cancellationToken).ConfigureAwait(false);
        if (size.Rows[0][0] is long rows && rows > CountUpTo)
        {
            return new PostgresSize(table, rows, size.Number("bytes"));
        }

        var counted = await reading.QueryAsync(
            $"select count(*) as n from (select from {PostgresDdl.Name(schema, table)} limit {CountUpTo}) _tandem_few",
            cancellationToken).ConfigureAwait(false);

        // Never analysed and large: as many rows as fit into its pages.
        var all = counted.Number("n") < CountUpTo;
        return new PostgresSize(table, all ? counted.Number("n") : Math.Max(CountUpTo, size.Number("by_pages")), size.Number("bytes")) { Counted = all };
    }
}
