using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>
/// Reads a schema from the catalogue in a few set-based queries under one snapshot. The engine's own objects are left
/// out; everything of the users' is either in the model or named as not understood, dependent or unmanaged.
/// </summary>
internal static class PostgresInspector
{
    /// <summary>Reads the schema.</summary>
    public static async Task<DatabaseSchema> InspectAsync(PostgresReading reading, string schema, CancellationToken cancellationToken)
    {
        async Task<PostgresRows> Read(string query) =>
            new(await reading.QueryAsync(Statement(query, schema), cancellationToken).ConfigureAwait(false));

        var triggers = await Read("triggers").ConfigureAwait(false);
        var tables = new PostgresInspectorTables(
            await Read("columns").ConfigureAwait(false),
            await Read("constraints").ConfigureAwait(false),
            await Read("indexes").ConfigureAwait(false),
            triggers,
            await Read("not_understood").ConfigureAwait(false));
        var result = new DatabaseSchema(schema, tables.Assemble((await Read("tables").ConfigureAwait(false)).Rows))
        {
            Enums = Sorted((await Read("types").ConfigureAwait(false)).Rows.Select(Enum), e => e.Name),
            Views = Sorted((await Read("views").ConfigureAwait(false)).Rows.Select(View), v => v.Name),
            Sequences = Sorted((await Read("sequences").ConfigureAwait(false)).Rows.Select(PostgresInspectorTables.Sequence), s => s.Name),
            Unmanaged = Sorted(
                (await Read("unmanaged").ConfigureAwait(false)).Rows.Select(r => new UnmanagedObject(r.Text("kind"), r.Text("name"))),
                u => $"{u.Kind} {u.Name}"),
        };
        var dependents = new PostgresInspectorDependents(result);
        dependents.AddCatalogue((await Read("dependents").ConfigureAwait(false)).Rows);
        dependents.AddViews();
        dependents.AddFunctions((await Read("functions").ConfigureAwait(false)).Rows);
        dependents.AddTriggers(triggers.Rows);
        var unreadable = await AddSubscriptionsAsync(reading, schema, dependents, cancellationToken).ConfigureAwait(false);
        return result with { Dependents = dependents.All, Unmanaged = [.. result.Unmanaged, .. unreadable] };
    }

    private static async Task<IEnumerable<UnmanagedObject>> AddSubscriptionsAsync(
        PostgresReading reading, string schema, PostgresInspectorDependents dependents, CancellationToken cancellationToken)
    {
        var (result, failure) = await reading.TryAsync(Statement("subscriptions", schema), cancellationToken).ConfigureAwait(false);
        if (result is not null)
        {
            dependents.AddSubscriptions(new PostgresRows(result).Rows);
            return [];
        }

        // Some providers hide this part of the catalogue from all but superusers: what is unknown is said.
        return PostgresErrors.KindOf(failure!.SqlState) == FailureKind.Permission
            ? [new UnmanagedObject("subscription", "unknown: this role may not read the list of subscriptions")]
            : throw PostgresErrors.Classify(failure);
    }

    private static SqlStatement Statement(string query, string schema) =>
        new($"{PostgresQueries.Read("target")}\n{PostgresQueries.Read(query)}", new SqlArgument("schema", schema));

    private static EnumType Enum(PostgresRows.Row row) =>
        new(row.Text("name"), row.Names("values")) { Comment = row.Optional("comment") };

    private static View View(PostgresRows.Row row) =>
        new(row.Text("name"), row.Text("definition").Trim().TrimEnd(';'), row.Is("materialized"))
        {
            Options = row.Optional("options"),
            Comment = row.Optional("comment"),
        };

    private static ValueList<T> Sorted<T>(IEnumerable<T> items, Func<T, string> key) =>
        items.OrderBy(key, StringComparer.Ordinal).ToValueList();
}
