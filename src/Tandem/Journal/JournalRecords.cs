using Tandem.Steps;

namespace Tandem.Journal;

/// <summary>A step of one attempt of a phase.</summary>
public sealed record StepRecord(string Migration, Phase Phase, int Attempt, int Index, string Id)
{
    /// <summary>Where it stands.</summary>
    public StepStatus Status { get; init; }

    /// <summary>The lease's epoch in which it was last written.</summary>
    public long Epoch { get; init; }

    /// <summary>How far its walk came; empty before the first chunk.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>Where its walk ends, fixed at its start; null before.</summary>
    public string? WalkEnd { get; init; }

    /// <summary>Rows to do, as estimated at the start of the walk.</summary>
    public long RowsTotal { get; init; }

    /// <summary>Rows done.</summary>
    public long RowsDone { get; init; }

    /// <summary>Batches or chunks done.</summary>
    public long Batches { get; init; }

    /// <summary>Rows that did not agree, over all passes of this attempt.</summary>
    public long Mismatched { get; init; }

    /// <summary>Rows in quarantine, as counted by the last pass.</summary>
    public long Quarantined { get; init; }

    /// <summary>The problem it stopped with: its code, or null.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The problem it stopped with: its sentence, or null.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done, or stopped.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool Finished => Status is StepStatus.Done or StepStatus.Skipped;
}

/// <summary>A part of a walk that several sessions share. Its line in the journal is also the fence of whoever works on it.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Step">The step.</param>
/// <param name="Number">Which part, from 1 on.</param>
public sealed record PartRecord(string Migration, Phase Phase, string Step, long Number)
{
    /// <summary>The lease's epoch in which it may be worked on.</summary>
    public long Epoch { get; init; }

    /// <summary>Transactions on it that were committed; never goes back.</summary>
    public long Tick { get; init; }

    /// <summary>Where it begins (after it).</summary>
    public string From { get; init; } = "";

    /// <summary>How far it came.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>Where it ends.</summary>
    public string End { get; init; } = "";

    /// <summary>Rows done.</summary>
    public long RowsDone { get; init; }

    /// <summary>The number of its last batch; it begins behind the batches that the step had before.</summary>
    public long Batches { get; init; }
}

/// <summary>Something that happened. Entries are only added.</summary>
/// <param name="Id">Counts up in the target.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Kind">What, for example <c>step_done</c>.</param>
/// <param name="Migration">Of which migration, or empty.</param>
/// <param name="Detail">More about it: JSON without values of users' rows.</param>
public sealed record JournalEntry(long Id, DateTimeOffset At, string Actor, string Kind, string Migration, string Detail)
{
    /// <summary>The phase, or null.</summary>
    public Phase? Phase { get; init; }

    /// <summary>The step's id, or empty.</summary>
    public string Step { get; init; } = "";

    /// <summary>The lease's epoch; 0 for a request from outside the run.</summary>
    public long Epoch { get; init; }
}

/// <summary>One chunk of a walk: what was done there.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Attempt">The phase's attempt.</param>
/// <param name="Step">The step.</param>
/// <param name="From">Where the chunk begins (after it).</param>
/// <param name="To">Where it ends.</param>
public sealed record LedgerRecord(string Migration, Phase Phase, int Attempt, string Step, string From, string To)
{
    /// <summary>The pass of a verification; 0 for batches.</summary>
    public int Pass { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Rows written or seen.</summary>
    public long Rows { get; init; }

    /// <summary>Checksum of the side that was read.</summary>
    public string SourceSum { get; init; } = "";

    /// <summary>Checksum of the other side.</summary>
    public string TargetSum { get; init; } = "";

    /// <summary>Rows that did not agree.</summary>
    public long Mismatched { get; init; }
}

/// <summary>A row that a backfill wrote, or a comparison or a reconciliation repaired.</summary>
/// <param name="Phase">The phase; for a reconciliation, the one before it.</param>
/// <param name="Attempt">Which attempt of the phase: one that starts anew finds other values than the one before. For a reconciliation, its number.</param>
/// <param name="Step">The step; for a reconciliation, <c>reconcile</c> and the table.</param>
/// <param name="Key">Its key: the values as a JSON array of texts, or a row number.</param>
/// <param name="Before">A hash of the values that the step is about, as they were; empty when there was no such row.</param>
/// <param name="After">The same, as they are since; empty when the row was taken away.</param>
public sealed record LedgerRow(Phase Phase, int Attempt, string Step, string Key, string Before, string After);

/// <summary>Who may write.</summary>
/// <param name="Holder">The process; empty when nobody holds the lease.</param>
/// <param name="Epoch">Counts the holders.</param>
/// <param name="ExpiresAt">When another may take it; null when nobody holds it.</param>
public sealed record LeaseRecord(string Holder, long Epoch, DateTimeOffset? ExpiresAt)
{
    /// <summary>Transactions of the holder's that were committed: tells after a lost answer whether one was.</summary>
    public long Tick { get; init; }

    /// <summary>Whether a runner held it, by the database's clock, when it was read.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>An approval that the engine checks: bound to a change and signed.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="PlanHash">The hash it binds to.</param>
/// <param name="Approver">Who approved.</param>
/// <param name="KeyId">The key it is signed with.</param>
/// <param name="Signature">The signature.</param>
/// <param name="At">When.</param>
public sealed record ApprovalRecord(
    string Migration, string PlanHash, string Approver, string KeyId, string Signature, DateTimeOffset At);
