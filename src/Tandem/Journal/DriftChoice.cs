using Tandem.Schema;

namespace Tandem.Journal;

/// <summary>What becomes of an object that somebody changed past Tandem.</summary>
public enum DriftDecision
{
    /// <summary>It stays as it is, and is no reason to stop.</summary>
    Ignore,

    /// <summary>A migration leads back to what was recorded.</summary>
    Revert,
}

/// <summary>
/// What a person decided about an object that somebody changed past Tandem. It holds for the object as it was then: once it
/// is changed further, it is undecided again.
/// </summary>
/// <param name="Object">The object.</param>
/// <param name="Decision">What becomes of it.</param>
/// <param name="Mark">What the object was then, as <see cref="SchemaDifferences.Marks"/> tells it.</param>
/// <param name="Reason">Why.</param>
public sealed record DriftChoice(ObjectName Object, DriftDecision Decision, string Mark, string Reason)
{
    /// <summary>The migration that leads back, or null.</summary>
    public string? Migration { get; init; }

    /// <summary>Who decided.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}
