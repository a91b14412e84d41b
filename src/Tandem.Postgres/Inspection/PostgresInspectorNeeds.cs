using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// Finds which object cannot be there without which. The server's account names catalogues and numbers; putting names to
/// them is done here, because no plan of a query joins them as quickly.
/// </summary>
internal static class PostgresInspectorNeeds
{
    // pg_class itself; a table is also known by the type of its rows.
    private const long RelationClass = 1259;

    /// <summary>What objects of this schema need, each once, in a stable order.</summary>
    public static ValueList<ObjectNeed> Join(IEnumerable<PostgresRows.Row> objects, IEnumerable<PostgresRows.Row> links)
    {
        var known = objects.ToLookup(
            r => (r.Number("class"), r.Number("oid")),
            r => new Known(r.Text("kind"), r.Text("name"), r.Text("schema"), r.Is("here"), r.Optional("part"), r.Number("class") == RelationClass));
        return links
            .SelectMany(l => known[(l.Number("class"), l.Number("oid"))].Where(o => o.Here)
                .SelectMany(o => known[(l.Number("needs_class"), l.Number("needs_oid"))].Where(n => Counts(o, n)).Select(n => Need(o, n))))
            .Distinct()
            .OrderBy(n => $"{n.Object}", StringComparer.Ordinal)
            .ThenBy(n => $"{n.Needs}", StringComparer.Ordinal)
            .ThenBy(n => n.Part, StringComparer.Ordinal)
            .ToValueList();
    }

    private static ObjectNeed Need(Known one, Known needed) => new(
        new ObjectName(one.Kind, one.Name), new ObjectName(needed.Kind, needed.Name, needed.Here ? null : needed.Schema))
    {
        Part = one.Kind is "table" or "domain" ? one.Part : null,
    };

    // A sequence that belongs to a column goes with it, and a partition with its table: both are in the model.
    private static bool Counts(Known one, Known needed) =>
        (one.Kind, one.Name, one.Schema) != (needed.Kind, needed.Name, needed.Schema)
        && !(one.Kind is "sequence" or "table" && needed is { Kind: "table", IsRelation: true } && one.Part is null);

    private sealed record Known(string Kind, string Name, string Schema, bool Here, string? Part, bool IsRelation);
}
