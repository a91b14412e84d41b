using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Cli.Output;

/// <summary>Writes a ledger for programs.</summary>
internal static class LedgerLines
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A line that is a JSON object.</summary>
    public static void WriteJson<T>(Screen screen, T line) => screen.Verbatim(JsonSerializer.Serialize(line, Line));

    /// <summary>A line of RFC 4180, the head among them.</summary>
    public static void WriteCsv(Screen screen, params object[] line) => screen.Verbatim(string.Join(',', line.Select(Cell)));

    private static string Cell(object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
