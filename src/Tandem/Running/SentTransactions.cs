namespace Tandem.Running;

/// <summary>Counts the transactions that a runner's sessions send, so that they can be told from those of others. Several threads count at once.</summary>
internal sealed class SentTransactions
{
    private long all;
    private long begun;
    private long over;

    /// <summary>The counts now.</summary>
    public SentCounts Counts => new(Interlocked.Read(ref all), Interlocked.Read(ref begun), Interlocked.Read(ref over));

    /// <summary>One is sent; it is over, whatever came of it, when the answer is disposed of.</summary>
    public IDisposable Begin(bool writes)
    {
        _ = Interlocked.Increment(ref all);
        _ = writes ? Interlocked.Increment(ref begun) : 0;
        return new Sending(this, writes);
    }

    private sealed class Sending(SentTransactions sent, bool writes) : IDisposable
    {
        public void Dispose() => _ = writes ? Interlocked.Increment(ref sent.over) : 0;
    }
}

/// <summary>How many transactions were sent.</summary>
/// <param name="All">All of them.</param>
/// <param name="WritesBegun">Those that write and were begun.</param>
/// <param name="WritesOver">Those of them that are over.</param>
internal sealed record SentCounts(long All, long WritesBegun, long WritesOver);
