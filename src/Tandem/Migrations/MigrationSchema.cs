using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Operations;

namespace Tandem.Migrations;

/// <summary>
/// The JSON Schemas of migration files and of <c>tandem.yaml</c>, made from the same records that the parser fills. An editor
/// completes and checks with them what the parser would check.
/// </summary>
public static class MigrationSchema
{
    /// <summary>The key by which a JSON file names its schema; the parser passes over it.</summary>
    public const string Key = "$schema";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema of a migration file as text (JSON Schema draft 7).</summary>
    public static string Text() => Text(typeof(Migration), "Tandem migration", "One migration: why, typed operations, checks and expectations.");

    /// <summary>The schema of files that say what a record says.</summary>
    /// <param name="record">The record.</param>
    /// <param name="title">The schema's title.</param>
    /// <param name="description">What such a file is.</param>
    /// <param name="meaning">What a key says, where the record itself does not carry it.</param>
    internal static string Text(Type record, string title, string description, Func<FileKey, string>? meaning = null) =>
        new Builder(meaning ?? (k => k.Description)).Document(record, title, description).ToJsonString(Readable) + "\n";

    private sealed class Builder(Func<FileKey, string> meaning)
    {
        private readonly SortedDictionary<string, JsonObject> definitions = new(StringComparer.Ordinal);

        public JsonObject Document(Type record, string title, string description)
        {
            var root = Record(record);
            ((JsonObject)root["properties"]!).Insert(0, Key, new JsonObject { ["type"] = "string" });
            var document = new JsonObject
            {
                [Key] = "http://json-schema.org/draft-07/schema#",
                ["title"] = title,
                ["description"] = description,
            };
            foreach (var (name, value) in root.ToArray())
            {
                root.Remove(name);
                document[name] = value;
            }

            var named = new JsonObject();
            foreach (var (name, definition) in definitions)
            {
                named[name] = definition;
            }

            document["definitions"] = named;
            return document;
        }

        private JsonObject Record(Type type)
        {
            var form = FileForm.Of(type);
            var properties = new JsonObject();
            foreach (var key in form.Keys)
            {
                var value = Value(key.Type, key.Filled);
                properties[key.Name] = meaning(key) is { Length: > 0 } text ? Describe(value, text) : value;
            }

            var record = new JsonObject { ["type"] = "object" };
            if (form.Description.Length > 0)
            {
                record["description"] = form.Description;
            }

            record["properties"] = properties;
            var required = form.Keys.Where(k => k.Required).Select(k => (JsonNode)k.Name).ToArray();
            if (required.Length > 0)
            {
                record["required"] = new JsonArray(required);
            }

            record["additionalProperties"] = false;
            return record;
        }

        // In draft 7 whatever stands beside $ref is passed over, so a described reference is wrapped.
        private static JsonObject Describe(JsonObject value, string description) => value.ContainsKey("$ref")
            ? new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(value) }
            : Prepend(value, "description", description);

        private static JsonObject Prepend(JsonObject value, string name, JsonNode first)
        {
            value.Insert(0, name, first);
            return value;
        }

        private JsonObject Value(Type type, bool required)
        {
            if (FileForm.ItemOf(type) is { } item)
            {
                return FileForm.IsMappingEntry(item)
                    ? new JsonObject
                    {
                        ["type"] = "object",
                        ["additionalProperties"] = Value(FileForm.Of(item).Keys[1].Type, required: true),
                    }
                    : List(item, required);
            }

            return type switch
            {
                _ when FileChoice.Of(type) is { } choice => Reference(choice.Name, () => Choice(choice)),
                _ when type == typeof(CellValue) => Reference("cell_value", CellValueChoice),
                _ when type == typeof(SqlText) => Reference("sql_text", SqlTextChoice),
                _ when ScalarBinder.CanBind(type) => Scalar(type, required),
                _ => Reference(FileForm.Snake(type.Name), () => FileForm.ShortFormOf(type) is null ? Record(type) : new JsonObject { ["anyOf"] = new JsonArray(AnyText(), Record(type)) }),
            };
        }

        private JsonObject List(Type item, bool required)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = Value(item, required: false) };
            if (required)
            {
                list["minItems"] = 1;
            }

            return list;
        }

        private JsonObject Reference(string name, Func<JsonObject> make)
        {
            if (!definitions.ContainsKey(name))
            {
                definitions.Add(name, []);
                definitions[name] = make();
            }

            return new JsonObject { ["$ref"] = "#/definitions/" + name };
        }

        // One object with every keyword rather than a choice of objects: editors then complete keywords and say which
        // key of which operation is wrong instead of "matches none of 22 forms".
        private JsonObject Choice(FileChoice choice)
        {
            var keywords = new JsonObject();
            foreach (var (keyword, type) in choice.Types)
            {
                var record = Reference(FileForm.Snake(type.Name), () => Record(type));
                keywords[keyword] = FileForm.Of(type).Description is { Length: > 0 } text ? Describe(record, text) : record;
            }

            return new JsonObject
            {
                ["type"] = "object",
                ["description"] = $"One {choice.Name}: its keyword with its keys.",
                ["properties"] = keywords,
                ["minProperties"] = 1,
                ["maxProperties"] = 1,
                ["additionalProperties"] = false,
            };
        }

        private static JsonObject SqlTextChoice()
        {
            var engines = new JsonObject();
            foreach (var key in FileForm.Of(typeof(SqlText)).Keys.Where(k => k.Property.Name != nameof(SqlText.Any)))
            {
                engines[key.Name] = AnyText();
            }

            return new JsonObject
            {
                ["description"] = "SQL: one text for every engine, or a text per engine.",
                ["anyOf"] = new JsonArray(
                    AnyText(),
                    new JsonObject
                    {
                        ["type"] = "object", ["properties"] = engines, ["minProperties"] = 1, ["additionalProperties"] = false,
                    }),
            };
        }

        private static JsonObject CellValueChoice()
        {
            var keys = new JsonObject { ["sql"] = AnyText() };
            foreach (var key in FileForm.Of(typeof(SqlText)).Keys.Where(k => k.Property.Name != nameof(SqlText.Any)))
            {
                keys[key.Name] = AnyText();
            }

            return new JsonObject
            {
                ["description"] = "A value: null, a number, true, false, a text, or SQL as { sql: … }.",
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = new JsonArray("null", "string", "number", "boolean") },
                    new JsonObject { ["type"] = "object", ["properties"] = keys, ["minProperties"] = 1, ["additionalProperties"] = false }),
            };
        }

        private static JsonObject AnyText() => new() { ["type"] = new JsonArray("string", "number", "boolean") };

        private static JsonObject Scalar(Type type, bool required)
        {
            var scalar = type switch
            {
                _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
                _ when type == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = Durations.Pattern },
                _ when type == typeof(DateOnly) => new JsonObject
                {
                    ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                },
                _ when type == typeof(TimeOnly) => new JsonObject { ["type"] = "string", ["pattern"] = "^([01][0-9]|2[0-3]):[0-5][0-9]$" },
                { IsEnum: true } => new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. ScalarBinder.Choices(type).Keys.Select(k => (JsonNode)k)]),
                },
                _ when type == typeof(string) => AnyText(),
                _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
                _ => new JsonObject { ["type"] = "integer" },
            };
            if (type == typeof(string) && required)
            {
                scalar["minLength"] = 1;
            }

            return scalar;
        }
    }
}
