using Tandem.Schema;

namespace Tandem.Running.Health;

/// <summary>How walks over tables mind the database's health.</summary>
public sealed record HealthOptions
{
    /// <summary>The signals that count, with their limits. One that stands in none of them is not looked at.</summary>
    public ValueList<HealthLimit> Limits { get; init; } = HealthSignals.Usual;

    /// <summary>What is asked besides the database's own signals.</summary>
    public ValueList<HealthSource> Sources { get; init; } = [];

    /// <summary>How often signals are read.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a step holds in all before it gives up and the run stops; it can be resumed.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromHours(6);
}
