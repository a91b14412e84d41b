using System.Text.Json;

namespace Tandem.Cli.Output;

/// <summary>What an entry of the journal tells, for people: its details are JSON for programs.</summary>
internal static class EntryWords
{
    /// <summary>The step, and what became of it: <c>backfill customers: 300,000 rows, 142 batches</c>.</summary>
    public static string Of(EntryView entry)
    {
        using var detail = JsonDocument.Parse(entry.Detail);
        var told = Told(detail.RootElement);
        return entry.Step.Length == 0 ? told : told.Length == 0 ? entry.Step : $"{entry.Step}: {told}";
    }

    private static string Told(JsonElement detail)
    {
        string? Text(string name) => detail.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return Text("why") is { } why ? Text("then") is { } then ? $"{why}: {then}" : why
            : Text("message") is { } message ? Text("code") is { } code ? $"{code}: {message}" : message
            : detail.TryGetProperty("waits", out var waits) ? Locks(waits.GetInt64(), detail)
            : string.Join(", ", detail.EnumerateObject().Select(Told).Where(t => t.Length > 0));
    }

    private static string Locks(long waits, JsonElement detail) => waits == 0
        ? ""
        : $"{Figures.Count(waits, "session")} waited {Figures.Time(TimeSpan.FromMilliseconds(detail.GetProperty("blocked_ms").GetDouble()))} in all";

    private static string Told(JsonProperty property)
    {
        var (name, value) = (property.Name.Replace('_', ' '), property.Value);
        return (property.Name, value.ValueKind) switch
        {
            ("rows", JsonValueKind.Number) => Figures.Count(value.GetInt64(), "row"),
            ("fingerprint", _) => "",
            ("plan_hash", JsonValueKind.String) => $"plan {Figures.Short(value.GetString()!)}",
            ("state" or "reason" or "failure", JsonValueKind.String) => value.GetString()!,
            (_, JsonValueKind.String) => $"{name} {value.GetString()}",
            (_, JsonValueKind.Number) => value.GetDouble() == 0 ? "" : $"{name} {value.GetRawText()}",
            (_, JsonValueKind.True) => $"{name} yes",
            (_, JsonValueKind.False) => $"{name} no",
            (_, JsonValueKind.Array) => string.Join(", ", value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString())),
            _ => "",
        };
    }
}
