using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>What a fence that did not hold says.</summary>
internal static class Fences
{
    /// <summary>Whether a failure is that of a fence.</summary>
    public static bool DidNotHold(DatabaseException e) => e.Kind == FailureKind.Expectation && e.ProblemCode == ProblemCodes.LostLease.Id;

    /// <summary>The problem of a runner that lost its lease.</summary>
    public static TandemException Lost(DatabaseException e) => new(ProblemCodes.LostLease, ProblemCodes.LostLease.Title + "; this one stopped and changed nothing.", e);

    /// <summary>The problem of a runner whose last transactions a server that went down did not keep.</summary>
    public static TandemException SetBack(DatabaseException? e = null) => new(
        ProblemCodes.DatabaseUnavailable, "The server went down and did not keep the last transactions of this run. The run can be resumed.", new SetBackException(e));

    /// <summary>Whether a failure is <see cref="SetBack"/>: what the journal says now holds, and the session can be used.</summary>
    public static bool IsSetBack(TandemException e) => e.InnerException is SetBackException;

    private sealed class SetBackException(DatabaseException? cause) : Exception("The journal is behind this process.", cause);
}
