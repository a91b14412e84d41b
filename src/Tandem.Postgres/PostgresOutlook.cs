using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>What a server's counters and rights say about a schema.</summary>
/// <param name="Risks">What is worth knowing before a change.</param>
/// <param name="RowsPerDay">How many rows a table gains a day; without those of which that is not known.</param>
/// <param name="Neighbours">Tables in other schemas by which a platform is recognised.</param>
public sealed record PostgresOutlook(ValueList<SchemaRisk> Risks, IReadOnlyDictionary<string, long> RowsPerDay, ValueList<string> Neighbours)
{
    private const string Marks =
        """
        select n.nspname || '.' || c.relname as name
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('hdb_catalog', 'auth', 'storage') and c.relkind in ('r', 'p') order by 1
        """;

    internal static async Task<PostgresOutlook> ReadAsync(PostgresReading reading, string schema, CancellationToken cancellationToken)
    {
        var risks = await RowsAsync("risks").ConfigureAwait(false);
        var growth = await RowsAsync("growth").ConfigureAwait(false);
        var marks = new PostgresRows(await reading.QueryAsync(Marks, cancellationToken).ConfigureAwait(false));
        return new PostgresOutlook(
            risks.Rows.Select(r => new SchemaRisk(r.Text("subject"), r.Text("text"))).ToValueList(),
            growth.Rows.ToDictionary(r => r.Text("table_name"), r => r.Number("rows_per_day"), StringComparer.Ordinal),
            marks.Rows.Select(r => r.Text("name")).ToValueList());

        async Task<PostgresRows> RowsAsync(string query) => new(await reading.QueryAsync(
            new SqlStatement($"{PostgresQueries.Read("target")}\n{PostgresQueries.Read(query)}", new SqlArgument("schema", schema)), cancellationToken).ConfigureAwait(false));
    }
}
