using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Schema;

/// <summary>How an object differs between two schemas.</summary>
public enum DifferenceKind
{
    /// <summary>Only the second schema has it.</summary>
    Added,

    /// <summary>Only the first schema has it.</summary>
    Missing,

    /// <summary>Both have it, and it is not the same.</summary>
    Changed,
}

/// <summary>An object that is not the same in two schemas.</summary>
/// <param name="Object">The object; its kind is <c>schema</c> for the schema itself.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Parts">For one that changed, what is other: a sentence each, with both values.</param>
public sealed record ObjectDifference(ObjectName Object, DifferenceKind Kind, ValueList<string> Parts);

/// <summary>
/// Compares schemas object by object and property by property. Whatever is part of the model is compared, so that an object
/// of a kind that comes later, or a property more, needs nothing here.
/// </summary>
public static class SchemaDifferences
{
    private static readonly Dictionary<string, string> Singular = new(StringComparer.Ordinal)
    {
        ["uniques"] = "unique constraint",
        ["indexes"] = "index",
        ["exclusions"] = "exclusion constraint",
        ["notNulls"] = "not-null constraint",
    };

    /// <summary>What the second schema has otherwise, by kind and name.</summary>
    /// <param name="first">What was, or was meant.</param>
    /// <param name="second">What is.</param>
    public static ValueList<ObjectDifference> Of(DatabaseSchema first, DatabaseSchema second)
    {
        var (before, after) = (Objects(first), Objects(second));
        return before.Keys.Union(after.Keys)
            .Select(name => Difference(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
            .OfType<ObjectDifference>()
            .Concat(Foreign(first, second))
            .OrderBy(d => d.Object.Kind, StringComparer.Ordinal).ThenBy(d => d.Object.Identity, StringComparer.Ordinal)
            .ToValueList();
    }

    /// <summary>What tells each of some objects from every other form of it: equal marks, nothing differs; empty for one that is missing.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="names">The objects.</param>
    public static IReadOnlyDictionary<ObjectName, string> Marks(DatabaseSchema schema, IEnumerable<ObjectName> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var objects = Objects(schema);
        return names.ToDictionary(n => n, n => objects.TryGetValue(n, out var json) ? Fingerprint.OfText(json.ToJsonString(Fingerprint.Json)) : "");
    }

    // What is stored of them is that they are there; two servers tell more.
    private static IEnumerable<ObjectDifference> Foreign(DatabaseSchema first, DatabaseSchema second) =>
        from was in first.Unmanaged
        let now = second.Unmanaged.FirstOrDefault(u => u.Reference == was.Reference)
        let parts = now is null ? [] : was.DifferencesTo(now).ToValueList()
        where parts.Count > 0
        select new ObjectDifference(was.Reference, DifferenceKind.Changed, parts);

    private static ObjectDifference? Difference(ObjectName name, JsonObject? before, JsonObject? after)
    {
        if (before is null || after is null)
        {
            return new ObjectDifference(name, before is null ? DifferenceKind.Added : DifferenceKind.Missing, []);
        }

        var parts = Parts("", before, after).ToValueList();
        return parts.Count == 0 ? null : new ObjectDifference(name, DifferenceKind.Changed, parts);
    }

    private static Dictionary<ObjectName, JsonObject> Objects(DatabaseSchema schema)
    {
        var objects = new Dictionary<ObjectName, JsonObject>
        {
            [new("schema", schema.Name)] = new() { ["comment"] = schema.Comment },
        };
        foreach (var table in schema.Tables.Concat(schema.Partitions))
        {
            var json = Json(table);

            // Triggers are objects themselves; the others follow from what stands in the schema anyway.
            json.Remove("triggers");
            json.Remove("key");
            json.Remove("notUnderstood");
            objects[new("table", table.Name)] = json;
        }

        foreach (var item in schema.AllObjects)
        {
            var json = Json(item);
            json.Remove("triggers");
            objects[item.Reference] = json;
        }

        foreach (var item in schema.Unmanaged)
        {
            objects[new(item.Kind, item.Name)] = [];
        }

        foreach (var access in schema.Access)
        {
            if (objects.TryGetValue(access.On, out var item))
            {
                item["owner"] = access.Owner;
                item["grants"] = access.Grants is { } grants ? JsonSerializer.SerializeToNode(grants.Select(Words).Order(StringComparer.Ordinal), Fingerprint.Json) : null;
            }
        }

        return objects;
    }

    private static JsonObject Json<T>(T value) => JsonSerializer.SerializeToNode(value, Fingerprint.Json)!.AsObject();

    private static string Words(Grant grant) =>
        $"{grant.Privilege}{(grant.Column is { } column ? $" ({column})" : "")} to {RoleRights.Called(grant.Grantee)}"
        + (grant.Grantable ? " with grant option" : "") + (grant.Grantor is { } by ? $" by {by}" : "");

    private static IEnumerable<string> Parts(string of, JsonObject before, JsonObject after) =>
        before.Select(p => p.Key).Union(after.Select(p => p.Key)).SelectMany(name => Parts(of, name, before[name], after[name]));

    private static IEnumerable<string> Parts(string of, string name, JsonNode? before, JsonNode? after) => (before, after) switch
    {
        _ when JsonNode.DeepEquals(before, after) => [],
        (JsonObject a, JsonObject b) => Parts($"{of}{Spaced(name)}: ", a, b),
        (JsonArray or null, JsonArray or null) => Members(of, name, before as JsonArray ?? [], after as JsonArray ?? []),
        _ => [$"{of}{Spaced(name)} was {Value(before)}, is {Value(after)}"],
    };

    private static IEnumerable<string> Members(string of, string name, JsonArray before, JsonArray after)
    {
        var one = Singular.GetValueOrDefault(name) ?? Spaced(name.EndsWith('s') ? name[..^1] : name);
        var (old, present) = (Named(before), Named(after));
        foreach (var (key, item) in old)
        {
            if (!present.TryGetValue(key, out var other))
            {
                yield return $"{of}{one} {key} is missing";
            }
            else if (item is JsonObject a && other is JsonObject b)
            {
                foreach (var part in Parts($"{of}{one} {key}: ", a, b))
                {
                    yield return part;
                }
            }
        }

        foreach (var key in present.Keys.Where(key => !old.ContainsKey(key)))
        {
            yield return $"{of}{one} {key} was added";
        }

        if (!old.Keys.Where(present.ContainsKey).SequenceEqual(present.Keys.Where(old.ContainsKey)))
        {
            yield return $"{of}{Spaced(name)} stand in another order: {string.Join(", ", present.Keys)}";
        }
    }

    // What has no name is told by its text; the same text may stand there more than once.
    private static OrderedDictionary<string, JsonNode?> Named(JsonArray items)
    {
        var named = new OrderedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var key = item is JsonObject o && o["name"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : Value(item);
            for (var again = 2; !named.TryAdd(key, item); again++)
            {
                key = $"{key} ({again})";
            }
        }

        return named;
    }

    private static string Value(JsonNode? value) => value switch
    {
        null => "not set",
        JsonValue one when one.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(Fingerprint.Json),
    };

    private static string Spaced(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
