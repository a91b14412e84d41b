namespace Tandem.Running.Health;

/// <summary>What a signal of the database's health asks of a walk that is under way.</summary>
public enum HealthLevel
{
    /// <summary>Go on, and faster if there is room.</summary>
    Go,

    /// <summary>Go on with longer pauses.</summary>
    Slow,

    /// <summary>Write nothing until it is better.</summary>
    Hold,

    /// <summary>Stop the run; a person decides how it goes on.</summary>
    Abort,
}
