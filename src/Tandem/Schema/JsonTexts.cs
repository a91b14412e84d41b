using System.Text.Json.Nodes;

namespace Tandem.Schema;

/// <summary>The texts that a JSON value holds, however deep.</summary>
internal static class JsonTexts
{
    /// <summary>All of them, but those under a key that does not count.</summary>
    public static IEnumerable<string> Of(JsonNode? node, string? but = null) => node switch
    {
        JsonObject mapping => mapping.Where(p => p.Key != but).SelectMany(p => Of(p.Value, but)),
        JsonArray list => list.SelectMany(n => Of(n, but)),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
