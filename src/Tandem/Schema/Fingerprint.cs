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

    /// <summary>
    /// What fingerprints of schemas and plans cover: 1, which had no prefix, knew nothing of the rights and policies of what a
    /// plan touches; 2 covers owners, rights, policies and default privileges.
    /// </summary>
    public const string Form = "2";

    private const string Prefix = $"{Form}:";

    /// <summary>The fingerprint of a schema or of what a plan touches, marked with its form.</summary>
    public static string Marked<T>(T value) => Prefix + Of(value);

    /// <summary>Whether a stored fingerprint is of this form; one of another form can be compared with nothing.</summary>
    public static bool IsCurrent(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.StartsWith(Prefix, StringComparison.Ordinal);
    }

    /// <summary>SHA-256 of a value's JSON text, in lower-case hex.</summary>
    public static string Of<T>(T value) => OfText(JsonSerializer.Serialize(value, Json));

    /// <summary>SHA-256 of a text's UTF-8 bytes, in lower-case hex.</summary>
    public static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
