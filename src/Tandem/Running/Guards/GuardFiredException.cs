namespace Tandem.Running.Guards;

/// <summary>Thrown where a run stops because a condition of its migration's is met.</summary>
internal sealed class GuardFiredException(GuardReading reading, string step) : Exception("A condition for pausing or going back is met.")
{
    /// <summary>What was measured.</summary>
    public GuardReading Reading => reading;

    /// <summary>The step that was under way.</summary>
    public string Step => step;
}
