using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Inspection;
using Tandem.Postgres.Scripts;
using Tandem.Schema;

namespace Tandem.Postgres.Sandboxes;

/// <summary>Makes a target's schema again in an empty database, and finds out what it could not make.</summary>
internal static class PostgresCopy
{
    // Where every tenant has a schema of its own, a copy of all of them takes longer than what it is made for.
    private const int MostOthers = 16;

    private const string OtherSchemas =
        """
        select n.nspname::text as name from pg_catalog.pg_namespace n
        where n.nspname not in (@schema, 'information_schema', 'tandem') and not starts_with(n.nspname::text, 'pg_')
          and coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') not like 'tandem version%'
        order by n.nspname collate "C"
        """;

    /// <summary>
    /// Fills the copy of a target (of none: with its schema alone), with the other schemas of its database, which functions and
    /// scripts may name; answers with the objects that it lacks, kind and name.
    /// </summary>
    public static async Task<ValueList<string>> FillAsync(PostgresDatabase? target, PostgresDatabase copy, CancellationToken cancellationToken)
    {
        if (target is null)
        {
            await PostgresSandbox.RunAsync(copy, [$"create schema if not exists {PostgresText.Quote(copy.SchemaName)}"], cancellationToken).ConfigureAwait(false);
            return [];
        }

        var others = await OthersAsync(target, cancellationToken).ConfigureAwait(false);
        var parts = new List<Part>();
        foreach (var name in others.Take(MostOthers).Prepend(target.SchemaName))
        {
            parts.Add(await ReadAsync(target, name, cancellationToken).ConfigureAwait(false));
        }

        await RunAllAsync(copy, [.. Statements(parts)], cancellationToken).ConfigureAwait(false);
        var lacking = others.Skip(MostOthers).Select(o => $"schema: {o}").ToList();
        foreach (var part in parts)
        {
            var made = await ObjectsAsync(copy, part.Schema.Name, all: false, cancellationToken).ConfigureAwait(false);
            var place = part.Schema.Name == target.SchemaName ? "" : $" in {part.Schema.Name}";
            lacking.AddRange(part.Objects.Where(w => !made.TryGetValue(w.Key, out var definition) || definition != w.Value).Select(w => w.Key + place));
            lacking.AddRange(part.Schema.Unmanaged.Select(u => $"{u.Kind}: {u.Name}{place}"));
        }

        return lacking.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();
    }

    // Each with the schema on whose path it is written.
    private static IEnumerable<(string Schema, string Sql)> Statements(List<Part> parts)
    {
        var own = parts[0].Schema.Name;
        return parts.Where(p => p.Schema.Name != "public").Select(p => (own, $"create schema {PostgresText.Quote(p.Schema.Name)}"))
            .Concat(parts[0].Sources.Where(IsExtension).Select(s => (own, s)))
            .Concat(parts.SelectMany(p => PostgresDdl.Statements(p.Schema).Select(s => (p.Schema.Name, s))))
            .Concat(parts.SelectMany(p => p.Sources.Where(s => !IsExtension(s)).Select(s => (p.Schema.Name, s))));
    }

    private static bool IsExtension(string statement) => statement.StartsWith("create extension", StringComparison.Ordinal);

    /// <summary>Every object of the users' with its definition.</summary>
    public static Task<IReadOnlyDictionary<string, string>> ObjectsAsync(PostgresDatabase database, bool all, CancellationToken cancellationToken) =>
        ObjectsAsync(database, database.SchemaName, all, cancellationToken);

    /// <summary>The same within a transaction that is open; its settings are those of a reading then.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ObjectsAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await PostgresCommand.ExecuteAsync(
            connection, new PostgresSettings(schema) { Catalogue = true }.Apply(local: true), 0, cancellationToken).ConfigureAwait(false);
        return Objects(await PostgresCommand.ExecuteAsync(connection, PostgresText.Prepare(Query(schema, all: true))[0], 0, 0, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyDictionary<string, string>> ObjectsAsync(
        PostgresReading reading, string schema, bool all, CancellationToken cancellationToken) =>
        Objects(await reading.QueryAsync(Query(schema, all), cancellationToken).ConfigureAwait(false));

    private static SqlStatement Query(string schema, bool all) =>
        new(PostgresQueries.Read("sandbox_objects"), new SqlArgument("schema", schema), new SqlArgument("all", all ? "1" : "0"));

    private static Dictionary<string, string> Objects(SqlResult result) =>
        new PostgresRows(result).Rows.GroupBy(r => r.Text("object"), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Join('\n', g.Select(r => r.Text("definition"))), StringComparer.Ordinal);

    private static async Task<IReadOnlyDictionary<string, string>> ObjectsAsync(
        PostgresDatabase database, string schema, bool all, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(database, new PostgresSettings(schema) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await ObjectsAsync(reading, schema, all, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<string>> OthersAsync(PostgresDatabase target, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(target, new PostgresSettings(target.SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            var others = await reading.QueryAsync(new SqlStatement(OtherSchemas, new SqlArgument("schema", target.SchemaName)), cancellationToken).ConfigureAwait(false);
            return [.. others.Rows.Select(r => (string)r[0]!)];
        }
    }

    private static async Task<Part> ReadAsync(PostgresDatabase target, string schema, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(target, new PostgresSettings(schema) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            var sources = await reading.QueryAsync(
                new SqlStatement(PostgresQueries.Read("sandbox_sources"), new SqlArgument("schema", schema)), cancellationToken).ConfigureAwait(false);
            return new Part(
                await PostgresInspector.InspectAsync(reading, schema, cancellationToken).ConfigureAwait(false),
                [.. sources.Rows.Select(r => (string)r[0]!)],
                await ObjectsAsync(reading, schema, all: false, cancellationToken).ConfigureAwait(false));
        }
    }

    // A statement may need what a later one makes (a function a table, a table a function): what fails is tried again
    // as long as any other succeeds.
    private static async Task RunAllAsync(PostgresDatabase copy, List<(string Schema, string Sql)> statements, CancellationToken cancellationToken)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await PostgresCommand.ExecuteAsync(connection, "set check_function_bodies = off", 0, cancellationToken).ConfigureAwait(false);
            for (var left = statements.Count + 1; statements.Count > 0 && statements.Count < left;)
            {
                left = statements.Count;
                var failed = new List<(string Schema, string Sql)>();
                foreach (var (schema, statement) in statements)
                {
                    await PostgresCommand.ExecuteAsync(
                        connection, $"set search_path = {PostgresSettings.SearchPath(schema)}", 0, cancellationToken).ConfigureAwait(false);
                    if (!await TryAsync(connection, statement, cancellationToken).ConfigureAwait(false))
                    {
                        failed.Add((schema, statement));
                    }
                }

                statements = failed;
            }
        }
    }

    private static async Task<bool> TryAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await PostgresCommand.ExecuteAsync(connection, statement, 0, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) is FailureKind.Statement or FailureKind.Data or FailureKind.Permission)
        {
            // What cannot be made is found by comparing the copy with the target.
            return false;
        }
    }

    /// <summary>A schema of the target's: as it was read, what it holds besides, and every object with its definition.</summary>
    private sealed record Part(DatabaseSchema Schema, List<string> Sources, IReadOnlyDictionary<string, string> Objects);
}
