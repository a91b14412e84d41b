namespace Tandem.Problems;

/// <summary>Problems of conditions for pausing and going back (TDM219x at plan time, TDM405x in a run).</summary>
public static partial class ProblemCodes
{
    /// <summary>A condition names what nobody measures.</summary>
    public static readonly ProblemCode CriterionNotMeasured = new("TDM2190", "A condition for going back cannot be measured here", Severity.Error,
        "Give it a source (`query`, `watch`, `url`, `nulls`, `domain` or `distribution`) in the file or under `rollback_when` of the target, or take it out.");

    /// <summary>A condition was met.</summary>
    public static readonly ProblemCode GuardFired = new("TDM4050", "A condition for pausing or going back was met", Severity.Error,
        "Look at what the message names. `tandem resume` goes on and goes on minding it, `tandem resume --lift NAME` leaves that condition out; `tandem rollback` goes back.");

    /// <summary>A migration is held.</summary>
    public static readonly ProblemCode HeldByGuard = new("TDM4051", "A migration is held by one of its conditions", Severity.Error,
        "See to what the message names, then `tandem resume` the migration that is held, or roll it back.");

    /// <summary>Runs have blocked others for too long lately.</summary>
    public static readonly ProblemCode LockBudgetSpent = new("TDM4052", "Runs on this database have made others wait for too long lately", Severity.Error,
        "Come back later: what was more than an hour ago no longer counts. `tandem status` says which steps made whom wait; the limit is `blocked_per_hour` of the target. A rollback is possible at any time.");
}
