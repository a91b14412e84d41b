using System.Globalization;
using System.Text.Json.Nodes;
using NJsonSchema;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Tests.Docs;

/// <summary>Checks migration files against the published JSON Schema, as an editor does.</summary>
internal sealed class SchemaCheck
{
    private readonly JsonSchema schema;

    private SchemaCheck(JsonSchema schema) => this.schema = schema;

    public static async Task<SchemaCheck> LoadAsync(string? schema = null) => new(await JsonSchema.FromJsonAsync(schema ?? MigrationSchema.Text()));

    /// <summary>What the schema finds wrong with a YAML text.</summary>
    public IEnumerable<string> Problems(string yaml)
    {
        var problems = new List<Problem>();
        var root = YamlNodes.Read("file.yaml", yaml, problems);
        return root is null || problems.Count > 0
            ? problems.Select(p => p.ToString())
            : schema.Validate(ToJson(root)!.ToJsonString()).Select(e => $"schema: {e.Path}: {e.Kind}");
    }

    private static JsonNode? ToJson(FileNode node) => node switch
    {
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        MapNode map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, ToJson(e.Value)))),
        ScalarNode { IsEmpty: true } => null,
        ScalarNode { Plain: true, Value: "true" or "false" } flag => flag.Value == "true",
        ScalarNode { Plain: true } number when long.TryParse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        ScalarNode { Plain: true } number when double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        ScalarNode scalar => scalar.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
