using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// When objects were changed last, by the times at which the transactions that wrote their catalogue rows committed. Who did it
/// PostgreSQL does not keep.
/// </summary>
internal static class PostgresTraces
{
    private const string Known = "The newest of its catalogue rows is of then: a change, or a TRUNCATE or REINDEX. What was dropped from it later leaves no row, and who did it PostgreSQL does not keep.";
    private const string Forgotten = "The server does not have the time of it any more, or it was before track_commit_timestamp was on; who did it PostgreSQL does not keep.";
    private const string NotTracked = "The server does not keep the times of transactions (track_commit_timestamp is off), and who changed an object PostgreSQL does not keep.";
    private const string NotAsked = "The catalogue is not asked about objects of this kind.";
    private const string Gone = "It is gone, and with it what the server knew about it.";

    private static readonly HashSet<string> Asked =
    [
        "schema", "table", "view", "materialized view", "sequence", "enum", "domain", "range type", "composite type", "function", "procedure", "aggregate",
        "trigger", "policy", "rule", "statistics", "collation", "extension", "publication", "event trigger",
    ];

    /// <summary>Asks.</summary>
    public static async Task<ValueList<ObjectTrace>> ReadAsync(PostgresReading reading, string schema, IReadOnlyList<ObjectName> objects, CancellationToken cancellationToken)
    {
        var found = await reading.QueryAsync(new SqlStatement(PostgresQueries.Read("traces"), new SqlArgument("schema", schema)), cancellationToken).ConfigureAwait(false);
        var rows = new PostgresRows(found).Rows.ToLookup(r => new ObjectName(r.Text("kind"), r.Text("identity")));
        return objects.Select(o => rows[o].Select(r => Trace(o, r)).FirstOrDefault() ?? new ObjectTrace(o, null, null, Asked.Contains(o.Kind) ? Gone : NotAsked)).ToValueList();
    }

    private static ObjectTrace Trace(ObjectName name, PostgresRows.Row row)
    {
        var at = row.Optional("changed_at") is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : (DateTimeOffset?)null;
        return new ObjectTrace(name, at, row.Optional("owner"), at is not null ? Known : row.Is("tracked") ? Forgotten : NotTracked);
    }
}
