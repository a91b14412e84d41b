using System.Text.Json;
using Tandem.Journal;

namespace Tandem.Running.Locks;

/// <summary>What the journal says of the cost of locks.</summary>
public static class LockCosts
{
    /// <summary>The entry's kind.</summary>
    public const string Kind = "locks";

    /// <summary>The entry's detail: times in milliseconds.</summary>
    internal static (string Name, object? Value)[] Detail(LockCost cost) =>
    [
        ("waited_ms", Milliseconds(cost.Waited)), ("held_ms", Milliseconds(cost.Held)), ("blocked_ms", cost.Blocked is { } blocked ? Milliseconds(blocked) : null),
        ("worst_ms", Milliseconds(cost.Worst)), ("waits", cost.Waits), ("who", cost.Who),
    ];

    /// <summary>The cost that an entry tells of.</summary>
    public static LockCost Read(JournalEntry entry)
    {
        var detail = JsonDocument.Parse(entry.Detail).RootElement;
        return new LockCost(Time(detail, "waited_ms"), Time(detail, "held_ms"))
        {
            Blocked = detail.GetProperty("blocked_ms").ValueKind == JsonValueKind.Null ? null : Time(detail, "blocked_ms"),
            Worst = Time(detail, "worst_ms"),
            Waits = detail.GetProperty("waits").GetInt32(),
            Who = [.. detail.GetProperty("who").EnumerateArray().Select(w => w.GetString()!)],
        };
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    private static TimeSpan Time(JsonElement detail, string name) => TimeSpan.FromMilliseconds(detail.GetProperty(name).GetDouble());
}
