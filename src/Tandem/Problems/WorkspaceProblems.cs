namespace Tandem.Problems;

/// <summary>Problems of a history against a target (TDM12xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>The file changed after the run was begun.</summary>
    public static readonly ProblemCode EditedSinceStart = new("TDM1201", "The migration was edited after it was begun", Severity.Error,
        "Put the file back as it was, or roll the change back, drop it with `tandem sunset`, and start the new text.");

    /// <summary>A parent is missing on the target.</summary>
    public static readonly ProblemCode ParentNotCompleted = new("TDM1202", "A migration before this one is not completed", Severity.Error,
        "Start and complete the migrations before it first, or say `depends_on` when the order does not matter.");
}
