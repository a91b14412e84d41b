using Tandem.Schema;

namespace Tandem.Running.Locks;

/// <summary>What the locks of a step cost others.</summary>
/// <param name="Waited">How long it asked for its locks before they were granted, pauses among it.</param>
/// <param name="Held">How long the transaction lasted that held them; for a walk, all its batches together.</param>
public sealed record LockCost(TimeSpan Waited, TimeSpan Held)
{
    /// <summary>How long other sessions waited for this one, all of them together; null where the database does not tell.</summary>
    public TimeSpan? Blocked { get; init; }

    /// <summary>The longest wait among them.</summary>
    public TimeSpan Worst { get; init; }

    /// <summary>How many waits there were.</summary>
    public int Waits { get; init; }

    /// <summary>Who waited: role, application and, where they can be seen, the process; the first few.</summary>
    public ValueList<string> Who { get; init; } = [];
}
