namespace Tandem.Problems;

// TDM33xx: the policy that lint goes by.
public static partial class ProblemCodes
{
    /// <summary>A suppression whose time is over.</summary>
    public static readonly ProblemCode SuppressionOver = new(
        "TDM3301", "A finding was left aside, and the time is over", Severity.Warning,
        "Put right what was left aside and take the entry out, or give it another day and say why.");

    /// <summary>A suppression without a finding.</summary>
    public static readonly ProblemCode SuppressionIdle = new(
        "TDM3302", "Something is left aside that is not found", Severity.Note,
        "Take the entry out: it would hide the next finding of its kind.");

    /// <summary>A policy that means nothing.</summary>
    public static readonly ProblemCode PolicyUnclear = new(
        "TDM3303", "The policy cannot be followed", Severity.Error,
        "Correct what the message names; the reference lists every code, and those of lint begin with TDM3.");
}
