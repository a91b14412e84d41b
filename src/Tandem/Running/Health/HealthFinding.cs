using System.Globalization;

namespace Tandem.Running.Health;

/// <summary>What a reading means under its limit.</summary>
/// <param name="Reading">The value.</param>
/// <param name="Limit">The limits that it was held against.</param>
public sealed record HealthFinding(HealthReading Reading, HealthLimit Limit)
{
    /// <summary>What it asks for.</summary>
    public HealthLevel Level => Limit.LevelOf(Reading.Value);

    /// <summary>Whether it could not be read.</summary>
    public bool IsUnknown => Reading.Value is null;

    /// <summary>The limit that the value has passed; null where it is unknown or fine.</summary>
    public double? Passed => IsUnknown ? null : Level switch
    {
        HealthLevel.Abort => Limit.Abort,
        HealthLevel.Hold => Limit.Hold,
        HealthLevel.Slow => Limit.Slow,
        _ => null,
    };

    /// <summary>A sentence's part: <c>replica lag seconds of standby1 is 4.1 s, the limit is 1 s</c>.</summary>
    public string Words
    {
        get
        {
            var name = Reading.Signal.Replace('_', ' ') + (Reading.Subject.Length > 0 ? $" of {Reading.Subject}" : "");
            return Reading.Value is not { } value ? $"{name} cannot be read{(Reading.Why.Length > 0 ? $": {Reading.Why}" : "")}"
                : Meaning is { } meaning ? $"{meaning} ({Reading.Signal} is {Figure(value)}, the limit is {Figure(Passed ?? value)})"
                : Passed is { } passed ? $"{name} is {Figure(value)}, the limit is {Figure(passed)}"
                : $"{name} is {Figure(value)}";
        }
    }

    // Two signals are steps, not amounts: their numbers say nothing by themselves.
    private string? Meaning => (Reading.Signal, Reading.Value) switch
    {
        (HealthSignals.Autovacuum, 1) => $"an autovacuum works on {Reading.Subject}",
        (HealthSignals.Autovacuum, 2) => $"an autovacuum against wraparound works on {Reading.Subject}",
        (HealthSignals.SlotRetention, 1) => $"the replication slot {Reading.Subject} keeps more log than it should",
        (HealthSignals.SlotRetention, 2) => $"the replication slot {Reading.Subject} is about to be dropped for the log that it keeps",
        _ => null,
    };

    /// <summary>The one that asks for most; of equals one that is known.</summary>
    public static HealthFinding? Worst(IEnumerable<HealthFinding> findings) => findings
        .OrderByDescending(f => f.Level).ThenBy(f => f.IsUnknown).ThenBy(f => f.Reading.Signal, StringComparer.Ordinal).ThenBy(f => f.Reading.Subject, StringComparer.Ordinal)
        .FirstOrDefault();

    private string Figure(double value)
    {
        if (double.IsInfinity(value))
        {
            return "beyond all limits";
        }

        var number = value.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
        return Limit.Unit.Length > 0 ? $"{number} {Limit.Unit}" : number;
    }
}
