using Npgsql;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>Makes a target's schema again in an empty database, and finds out what it could not make.</summary>
internal static class PostgresCopy
{
    // Schemas besides the target's that hold something: a script may name it, and the copy does not have it.
    private const string OtherSchemas =
        """
        select n.nspname::text as name from pg_catalog.pg_namespace n
        where n.nspname not in (@schema, 'information_schema', 'tandem') and not starts_with(n.nspname::text, 'pg_')
          and coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') not like 'tandem version%'
          and (exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid) or exists (select from pg_catalog.pg_proc p where p.pronamespace = n.oid))
        order by n.nspname collate "C"
        """;

    /// <summary>Fills the copy of a target (of none: with its schema alone); answers with the objects that it lacks, kind and name.</summary>
    public static async Task<ValueList<string>> FillAsync(PostgresDatabase? target, PostgresDatabase copy, CancellationToken cancellationToken)
    {
        if (target is null)
        {
            await PostgresSandbox.RunAsync(copy, [$"create schema if not exists {PostgresText.Quote(copy.SchemaName)}"], cancellationToken).ConfigureAwait(false);
            return [];
        }

        var schema = await target.InspectAsync(cancellationToken).ConfigureAwait(false);
        var (sources, wanted, others) = await ReadAsync(target, cancellationToken).ConfigureAwait(false);
        var statements = new List<string>();
        if (schema.Name != "public")
        {
            statements.Add($"create schema {PostgresText.Quote(schema.Name)}");
        }

        statements.AddRange(sources.Where(s => s.StartsWith("create extension", StringComparison.Ordinal)));
        statements.AddRange(PostgresDdl.Statements(schema));
        statements.AddRange(sources.Where(s => !s.StartsWith("create extension", StringComparison.Ordinal)));
        await RunAllAsync(copy, schema.Name, statements, cancellationToken).ConfigureAwait(false);

        var made = await ObjectsAsync(copy, all: false, cancellationToken).ConfigureAwait(false);
        return wanted.Where(w => !made.TryGetValue(w.Key, out var definition) || definition != w.Value).Select(w => w.Key)
            .Concat(schema.Unmanaged.Select(u => $"{u.Kind}: {u.Name}"))
            .Concat(others.Select(o => $"schema: {o}"))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToValueList();
    }

    /// <summary>Every object of the users' with its definition.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ObjectsAsync(PostgresDatabase database, bool all, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            database, new PostgresSettings(database.SchemaName) { Canonical = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await ObjectsAsync(reading, database.SchemaName, all, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same within a transaction that is open; its settings are those of a reading then.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ObjectsAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await PostgresCommand.ExecuteAsync(
            connection, new PostgresSettings(schema) { Canonical = true }.Apply(local: true), 0, cancellationToken).ConfigureAwait(false);
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

    private static async Task<(List<string> Sources, IReadOnlyDictionary<string, string> Objects, List<string> Others)> ReadAsync(
        PostgresDatabase target, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            target, new PostgresSettings(target.SchemaName) { Canonical = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            var sources = await reading.QueryAsync(
                new SqlStatement(PostgresQueries.Read("sandbox_sources"), new SqlArgument("schema", target.SchemaName)), cancellationToken).ConfigureAwait(false);
            var objects = await ObjectsAsync(reading, target.SchemaName, all: false, cancellationToken).ConfigureAwait(false);
            var others = await reading.QueryAsync(
                new SqlStatement(OtherSchemas, new SqlArgument("schema", target.SchemaName)), cancellationToken).ConfigureAwait(false);
            return ([.. sources.Rows.Select(r => (string)r[0]!)], objects, [.. others.Rows.Select(r => (string)r[0]!)]);
        }
    }

    // A statement may need what a later one makes (a function a table, a table a function): what fails is tried again
    // as long as any other succeeds.
    private static async Task RunAllAsync(PostgresDatabase copy, string schema, List<string> statements, CancellationToken cancellationToken)
    {
        var connection = await copy.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await PostgresCommand.ExecuteAsync(connection, "set check_function_bodies = off", 0, cancellationToken).ConfigureAwait(false);
            for (var left = statements.Count + 1; statements.Count > 0 && statements.Count < left;)
            {
                left = statements.Count;
                var failed = new List<string>();
                foreach (var statement in statements)
                {
                    await PostgresCommand.ExecuteAsync(
                        connection, $"set search_path = {PostgresSettings.SearchPath(schema)}", 0, cancellationToken).ConfigureAwait(false);
                    if (!await TryAsync(connection, statement, cancellationToken).ConfigureAwait(false))
                    {
                        failed.Add(statement);
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
}
