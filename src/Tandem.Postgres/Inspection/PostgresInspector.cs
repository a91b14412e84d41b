using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Schema;
using Of = Tandem.Postgres.Inspection.PostgresInspectorObjects;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// Reads a schema from the catalogue in a few set-based queries under one snapshot. The engine's own objects are left
/// out; everything of the users' is either in the model or named as not understood, dependent or unmanaged.
/// </summary>
internal sealed class PostgresInspector(PostgresReading reading, string schema, CancellationToken cancellationToken)
{
    /// <summary>Reads the schema.</summary>
    public static Task<DatabaseSchema> InspectAsync(PostgresReading reading, string schema, CancellationToken cancellationToken) =>
        new PostgresInspector(reading, schema, cancellationToken).RunAsync();

    private async Task<DatabaseSchema> RunAsync()
    {
        var triggers = await ReadAsync("triggers").ConfigureAwait(false);
        var indexes = await ReadAsync("indexes").ConfigureAwait(false);
        var tables = new PostgresInspectorTables(
            await ReadAsync("columns").ConfigureAwait(false),
            await ReadAsync("constraints").ConfigureAwait(false),
            indexes,
            triggers,
            await ReadAsync("not_understood").ConfigureAwait(false));
        var rows = (await ReadAsync("tables").ConfigureAwait(false)).Rows.ToLookup(r => r.Is("is_partition"));
        var result = new DatabaseSchema(schema, tables.Assemble(rows[false]))
        {
            Partitions = tables.Assemble(rows[true]),
            Enums = Sorted((await ReadAsync("types").ConfigureAwait(false)).Rows.Select(Of.Enum), e => e.Name),
            Views = await ViewsAsync(indexes, triggers).ConfigureAwait(false),
            Sequences = Sorted((await ReadAsync("sequences").ConfigureAwait(false)).Rows.Select(Of.Sequence), s => s.Name),
            Objects = await ObjectsAsync().ConfigureAwait(false),
            Roles = Sorted((await ReadAsync("roles").ConfigureAwait(false)).Rows.Select(Of.Role), r => r.Name),
            Access = Sorted((await ReadAsync("access").ConfigureAwait(false)).Rows.Select(Of.Access), a => $"{a.On}"),
            Needs = PostgresInspectorNeeds.Join(
                (await ReadAsync("need_objects").ConfigureAwait(false)).Rows, (await ReadAsync("need_links").ConfigureAwait(false)).Rows),
            Comment = (await ReadAsync("schema").ConfigureAwait(false)).Rows.Select(r => r.Optional("comment")).FirstOrDefault(),
            Unmanaged = Sorted(
                (await ReadAsync("unmanaged").ConfigureAwait(false)).Rows.Select(PostgresInspectorObjects.Unmanaged),
                u => $"{u.Kind} {u.Name}"),
        };
        var dependents = new PostgresInspectorDependents(result);
        dependents.AddCatalogue((await ReadAsync("dependents").ConfigureAwait(false)).Rows);
        dependents.AddCatalogue((await ReadAsync("object_dependents").ConfigureAwait(false)).Rows);
        dependents.AddViews();
        dependents.AddFunctions((await ReadAsync("functions").ConfigureAwait(false)).Rows);
        dependents.AddTriggers(triggers.Rows);
        var unreadable = await AddSubscriptionsAsync(dependents).ConfigureAwait(false);
        return result with { Dependents = dependents.All, Unmanaged = [.. result.Unmanaged, .. unreadable] };
    }

    private async Task<PostgresRows> ReadAsync(string query) =>
        new(await reading.QueryAsync(Statement(query), cancellationToken).ConfigureAwait(false));

    private async Task<ValueList<View>> ViewsAsync(PostgresRows indexes, PostgresRows triggers)
    {
        var columns = (await ReadAsync("view_columns").ConfigureAwait(false)).ByTable();
        var (indexesOf, triggersOf) = (indexes.ByTable(), triggers.ByTable());
        return Sorted(
            (await ReadAsync("views").ConfigureAwait(false)).Rows.Select(Of.View).Select(v => v with
            {
                Columns = columns[v.Name].Select(Of.ViewColumn).ToValueList(),
                Indexes = indexesOf[v.Name].Select(PostgresInspectorTables.Index).ToValueList(),
                Triggers = triggersOf[v.Name].Select(Of.Trigger).ToValueList(),
            }),
            v => v.Name);
    }

    private async Task<ValueList<SchemaObject>> ObjectsAsync()
    {
        async Task<IEnumerable<SchemaObject>> Objects(string query, Func<PostgresRows.Row, SchemaObject> read) =>
            (await ReadAsync(query).ConfigureAwait(false)).Rows.Select(read);

        async Task<List<PostgresRows.Row>> From15(string query) =>
            reading.Capabilities.Version.Major >= 15 ? (await ReadAsync(query).ConfigureAwait(false)).Rows.ToList() : [];

        var schemas = await From15("publication_schemas").ConfigureAwait(false);
        var filters = await From15("publication_filters").ConfigureAwait(false);
        var hasDefined = (await ReadAsync("has_defined").ConfigureAwait(false)).Rows.Single().Is("present");
        IEnumerable<SchemaObject> all =
        [
            .. await Objects("domains", Of.Domain).ConfigureAwait(false),
            .. await Objects("composites", Of.Composite).ConfigureAwait(false),
            .. await Objects("ranges", Of.Range).ConfigureAwait(false),
            .. await Objects("collations", Of.Collation).ConfigureAwait(false),
            .. await Objects("routines", Of.Routine).ConfigureAwait(false),
            .. await Objects("rules", Of.Rule).ConfigureAwait(false),
            .. await Objects("policies", Of.Policy).ConfigureAwait(false),
            .. await Objects("statistics", Of.Statistics).ConfigureAwait(false),
            .. await Objects("extensions", Of.Extension).ConfigureAwait(false),
            .. await Objects("publications", r => Of.Publication(r, schemas, filters)).ConfigureAwait(false),
            .. await Objects("event_triggers", Of.EventTrigger).ConfigureAwait(false),
            .. await Objects("default_privileges", Of.Defaults).ConfigureAwait(false),
            .. hasDefined ? await Objects("defined", Of.Defined).ConfigureAwait(false) : [],
        ];
        return Sorted(all, o => $"{o.Kind}\0{o.Identity}");
    }

    private async Task<IEnumerable<UnmanagedObject>> AddSubscriptionsAsync(PostgresInspectorDependents dependents)
    {
        var (result, failure) = await reading.TryAsync(Statement("subscriptions"), cancellationToken).ConfigureAwait(false);
        if (result is not null)
        {
            var rows = new PostgresRows(result).Rows.ToList();
            dependents.AddSubscriptions(rows);
            return rows.Select(r => new UnmanagedObject("subscription", r.Text("name"))).Distinct();
        }

        // Some providers hide this part of the catalogue from all but superusers: what is unknown is said.
        return PostgresErrors.KindOf(failure!.SqlState) == FailureKind.Permission
            ? [new UnmanagedObject("subscription", "unknown: this role may not read the list of subscriptions")]
            : throw PostgresErrors.Classify(failure);
    }

    private SqlStatement Statement(string query) =>
        new($"{PostgresQueries.Read("target")}\n{PostgresQueries.Read(query)}", new SqlArgument("schema", schema));

    private static ValueList<T> Sorted<T>(IEnumerable<T> items, Func<T, string> key) =>
        items.OrderBy(key, StringComparer.Ordinal).ToValueList();
}
