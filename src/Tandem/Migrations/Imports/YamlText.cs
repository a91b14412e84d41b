using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tandem.Migrations.Imports;

/// <summary>Writes a tree of values as the YAML that migration files are written in. What is read back is the same tree.</summary>
internal static partial class YamlText
{
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>The text of a mapping.</summary>
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        WriteObject(text, root, 0, startsInLine: false);
        return text.ToString();
    }

    private static void WriteObject(StringBuilder text, JsonObject node, int indent, bool startsInLine)
    {
        foreach (var (key, value) in node)
        {
            text.Append(startsInLine ? "" : new string(' ', indent)).Append(Scalar(key)).Append(':');
            startsInLine = false;
            WriteValue(text, value, indent);
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } mapping:
                text.Append('\n');
                WriteObject(text, mapping, indent + 2, startsInLine: false);
                break;
            case JsonArray { Count: > 0 } list when list.All(i => i is JsonValue):
                text.Append(" [ ").AppendJoin(", ", list.Select(i => Scalar(i!))).Append(" ]\n");
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                {
                    text.Append(' ', indent + 2).Append("- ");
                    WriteObject(text, (JsonObject)item!, indent + 4, startsInLine: true);
                }

                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String && IsBlock(scalar.GetValue<string>()):
                WriteBlock(text, scalar.GetValue<string>(), indent + 2);
                break;
            default:
                text.Append(' ').Append(value is null ? "null" : value is JsonValue ? Scalar(value) : value is JsonArray ? "[]" : "{}").Append('\n');
                break;
        }
    }

    private static string Scalar(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? Scalar(value.GetValue<string>()) : value.ToJsonString();

    private static string Scalar(string text) =>
        Plain().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase) ? text : Quoted(text);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or (>= '\u007f' and < '\u00a0') or '\u2028' or '\u2029' or '\uFEFF' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    // A block is read as it stands only without characters that YAML escapes and without spaces at the ends of lines.
    private static bool IsBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && !text.StartsWith('\n') && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) && !text.Any(c => c is '\u2028' or '\u2029' or '\uFEFF')
        && !text.Split('\n').Any(l => l.Length > 0 && char.IsWhiteSpace(l[^1]));

    private static void WriteBlock(StringBuilder text, string value, int indent)
    {
        var ends = value.EndsWith('\n');
        text.Append(value.StartsWith(' ') ? " |2" : " |").Append(ends ? "\n" : "-\n");
        foreach (var line in (ends ? value[..^1] : value).Split('\n'))
        {
            text.Append(line.Length == 0 ? "" : new string(' ', indent)).Append(line).Append('\n');
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./()-]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
