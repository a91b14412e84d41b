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

    /// <summary>One JSON object a line.</summary>
    public static void WriteJson<T>(Screen screen, IEnumerable<T> lines)
    {
        foreach (var line in lines)
        {
            screen.Verbatim(JsonSerializer.Serialize(line, Line));
        }
    }

    /// <summary>RFC 4180, with a head.</summary>
    public static void WriteCsv(Screen screen, string head, IEnumerable<object[]> lines)
    {
        screen.Verbatim(head);
        foreach (var line in lines)
        {
            WriteCsv(screen, line);
        }
    }

    /// <summary>One line of it.</summary>
    public static void WriteCsv(Screen screen, params object[] line) => screen.Verbatim(string.Join(',', line.Select(Cell)));

    private static string Cell(object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
