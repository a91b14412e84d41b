using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>Hashes of values: equal values have equal hashes, on every machine.</summary>
public static class Fingerprint
{
    /// <summary>How values are written for hashing and for the journal: properties in declaration order, enums by name.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = false,
        AllowOutOfOrderMetadataProperties = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>SHA-256 of a value's JSON text, in lower-case hex.</summary>
    public static string Of<T>(T value) => OfText(JsonSerializer.Serialize(value, Json));

    /// <summary>SHA-256 of a text's UTF-8 bytes, in lower-case hex.</summary>
    public static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
