using System.Globalization;
using System.Text.Json;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Sandboxes;

/// <summary>
/// Asks the server for the plan of a statement without its values: the generic one, on every version by preparing it. Of what is
/// prepared the server takes one statement that reads or writes rows, and it carries nothing out.
/// </summary>
internal static class PostgresPlans
{
    private const string Name = "tandem_watched";

    /// <summary>The plan, or why there is none.</summary>
    public static async Task<QueryPlan> OfAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(connection, $"prepare {Name} as {statement.TrimEnd().TrimEnd(';')}", cancellationToken).ConfigureAwait(false);
            var places = Convert.ToInt32(
                await SendAsync(connection, $"select coalesce(pg_catalog.cardinality(parameter_types), 0)::text from pg_catalog.pg_prepared_statements where name = '{Name}'", cancellationToken).ConfigureAwait(false),
                CultureInfo.InvariantCulture);
            var values = places == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("null", places))})";
            var plan = await SendAsync(connection, $"explain (format json) execute {Name}{values}", cancellationToken).ConfigureAwait(false);
            await SendAsync(connection, $"deallocate {Name}", cancellationToken).ConfigureAwait(false);
            return Read(plan!);
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) is not (FailureKind.ConnectionLost or FailureKind.Unavailable) && !cancellationToken.IsCancellationRequested)
        {
            await SendAsync(connection, "deallocate all", cancellationToken).ConfigureAwait(false);
            return QueryPlan.Failed(PostgresErrors.Describe(e));
        }
    }

    /// <summary>Reads what EXPLAIN said in JSON.</summary>
    internal static QueryPlan Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } first || !first.TryGetProperty("Plan", out var plan))
        {
            return QueryPlan.Failed("A rule leaves nothing of it to plan.");
        }

        var accesses = new List<TableAccess>();
        Collect(plan, null, accesses);
        return new QueryPlan(plan.GetProperty("Total Cost").GetDouble(), accesses.Distinct().ToValueList());
    }

    // An index whose rows are gathered first stands below the node that names the table.
    private static void Collect(JsonElement node, string? above, List<TableAccess> found)
    {
        var table = Text(node, "Relation Name") ?? above;
        var (kind, index) = (Text(node, "Node Type"), Text(node, "Index Name"));
        if (table is not null && (index is not null || kind is "Seq Scan" or "Sample Scan"))
        {
            found.Add(new TableAccess(table, index));
        }

        if (node.TryGetProperty("Plans", out var below))
        {
            foreach (var child in below.EnumerateArray())
            {
                Collect(child, kind is "Bitmap Heap Scan" or "BitmapOr" or "BitmapAnd" ? table : null, found);
            }
        }
    }

    private static string? Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;

    // A batch's text goes to the server as it is, and the server takes no second statement in it.
    private static async Task<string?> SendAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
        }
    }
}
