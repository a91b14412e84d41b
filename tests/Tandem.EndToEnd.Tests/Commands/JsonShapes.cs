using System.Globalization;
using System.Text.Json;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>
/// The shapes that docs/reference/cli-json.md promises, read from the page as a user's program would: the tables by their
/// headings. A document has exactly the keys of its table, and each value has the type that stands there.
/// </summary>
internal sealed class JsonShapes
{
    private const string Everywhere = "Every command";

    private readonly Dictionary<string, Dictionary<string, string>> tables = new(StringComparer.Ordinal);

    private JsonShapes()
    {
    }

    public static JsonShapes Read()
    {
        var shapes = new JsonShapes();
        IReadOnlyList<string> names = [];
        foreach (var line in File.ReadLines(Path.Combine(Tool.Repository, "docs", "reference", "cli-json.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal) || line.StartsWith("### ", StringComparison.Ordinal))
            {
                names = line.TrimStart('#', ' ').Split(", ");
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                var cells = line.Split('|', StringSplitOptions.TrimEntries);
                foreach (var name in names)
                {
                    if (!shapes.tables.TryGetValue(name, out var table))
                    {
                        shapes.tables[name] = table = new Dictionary<string, string>(StringComparer.Ordinal);
                    }

                    table.Add(cells[1].Trim('`'), cells[2]);
                }
            }
        }

        return shapes;
    }

    /// <summary>The commands that the page has answers for, with the option behind them that changes the answer.</summary>
    public IEnumerable<string> Answers => tables.Keys.TakeWhile(n => n != "check").Where(n => n != Everywhere);

    /// <summary>Where an answer of a command is not as promised; empty when it is.</summary>
    /// <param name="answer">The document.</param>
    /// <param name="command">The command that gave it, with the option behind it that changes the answer.</param>
    public IReadOnlyList<string> Differences(JsonElement answer, string command)
    {
        var everywhere = tables[Everywhere];
        var keys = Keys(answer);
        var failedEarly = !answer.GetProperty("ok").GetBoolean() && keys.SetEquals(everywhere.Keys);

        // With nothing pending, plan answers as start does.
        var name = command == "plan" && keys.Contains("message") ? "start" : command;
        return [.. Differences(answer, failedEarly ? everywhere : everywhere.Concat(tables[name]), command)];
    }

    private IEnumerable<string> Differences(JsonElement value, IEnumerable<KeyValuePair<string, string>> table, string place)
    {
        var promised = table.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var missing = promised.Keys.Except(Keys(value)).Select(k => $"{place}: the key {k} is missing");
        return missing.Concat(value.EnumerateObject().SelectMany(p => promised.TryGetValue(p.Name, out var type)
            ? OfType(p.Value, type, $"{place}.{p.Name}")
            : [$"{place}: the key {p.Name} is not promised"]));
    }

    private IEnumerable<string> OfType(JsonElement value, string type, string place)
    {
        const string List = "list of ";
        const string OrNull = " or null";
        if (type.EndsWith(OrNull, StringComparison.Ordinal))
        {
            return value.ValueKind == JsonValueKind.Null ? [] : OfType(value, type[..^OrNull.Length], place);
        }

        if (type.StartsWith(List, StringComparison.Ordinal))
        {
            return value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, i) => OfType(item, type[List.Length..], $"{place}[{i}]"))
                : [$"{place}: no list"];
        }

        if (tables.TryGetValue(type, out var part))
        {
            return value.ValueKind == JsonValueKind.Object ? Differences(value, part, place) : [$"{place}: no {type}"];
        }

        var right = type switch
        {
            "text" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "true or false" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "time" => value.ValueKind == JsonValueKind.String
                && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            _ => value.ValueKind == JsonValueKind.String && type.Split(", ").Contains($"`{value.GetString()}`"),
        };
        return right ? [] : [$"{place}: {value.GetRawText()} is no {type}"];
    }

    private static HashSet<string> Keys(JsonElement value) => value.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
}
