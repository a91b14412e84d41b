using System.Globalization;
using System.Text.Json.Serialization;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Steps;

namespace Tandem.Running.Guards;

/// <summary>What a condition for pausing or going back measured at one look.</summary>
/// <param name="Name">The condition's name.</param>
/// <param name="Is">The condition.</param>
/// <param name="Value">The value, in things, seconds or parts of one; null where it could not be had.</param>
/// <param name="Fired">Whether the condition is met. One that could not be measured is not.</param>
public sealed record GuardReading(string Name, string Is, double? Value, bool Fired)
{
    /// <summary>Why it could not be measured; empty where it was, or where nobody knows.</summary>
    public string Why { get; init; } = "";

    /// <summary>What is done when it fires in this part of the migration's life.</summary>
    public GuardAction Then { get; init; }

    /// <summary>A part of a sentence: <c>error_rate is 0.4 %, the condition is &gt; 0.1%</c>.</summary>
    [JsonIgnore]
    public string Words => Value is null ? $"{Name} cannot be measured{(Why.Length > 0 ? $": {Why}" : "")}" : $"{Name} is {Shown}, the condition is {Is}";

    /// <summary>The value with its unit, for people; empty where there is none.</summary>
    [JsonIgnore]
    public string Shown => Value is { } value ? Figure(value) : "";

    /// <summary>What a condition does that does not say it: as long as no application sees the new version, going back costs nobody anything.</summary>
    internal static GuardAction Usual(Phase? phase) => phase is Phase.Start or Phase.Restart ? GuardAction.Rollback : GuardAction.Pause;

    private string Figure(double value)
    {
        var unit = ThresholdCondition.TryParse(Is, out var condition) ? condition.Unit : ThresholdUnit.Count;
        return double.IsInfinity(value) ? "beyond all limits"
            : unit == ThresholdUnit.Ratio ? (value * 100).ToString("0.####", CultureInfo.InvariantCulture) + " %"
            : unit == ThresholdUnit.Seconds ? (value < 1 ? (value * 1000).ToString("0.#", CultureInfo.InvariantCulture) + " ms" : value.ToString("0.##", CultureInfo.InvariantCulture) + " s")
            : value.ToString("0.####", CultureInfo.InvariantCulture);
    }
}

/// <summary>What minding a migration came to.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Readings">What the last look measured.</param>
/// <param name="Looks">How often it was looked.</param>
public sealed record GuardReport(Journal.RunRecord Migration, Schema.ValueList<GuardReading> Readings, long Looks)
{
    /// <summary>What columns that the migration gives look otherwise than when it was started, and how.</summary>
    public Schema.ValueList<string> Quality { get; init; } = [];

    /// <summary>What fired in this call, or null.</summary>
    public GuardReading? Fired { get; init; }
}

/// <summary>How a migration is minded while it is live or retired.</summary>
public sealed record GuardOptions
{
    /// <summary>How often it is looked; a look that takes long is followed by a longer rest.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long; null: until the migration is neither live nor retired any more.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>How many rows of each table are compared at a look, at least, where mismatches count.</summary>
    public int Sample { get; init; } = 1000;
}
