namespace Tandem.Cli.Traffic;

/// <summary>
/// When requests are due. A request is due at its time whether those before it are answered or not, and its latency counts
/// from there: else a database that stands still would be asked less while it does, and look quicker than it is. (Gil Tene
/// calls it coordinated omission in "How NOT to Measure Latency"; his wrk2 keeps the pace in this way.)
/// </summary>
internal sealed class TrafficPace
{
    private readonly TimeProvider time;
    private readonly TimeSpan length;
    private readonly long begun;
    private readonly Lock gate = new();
    private TimeSpan latest;

    /// <summary>Begins now.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="length">When it is over.</param>
    public TrafficPace(TimeProvider time, TimeSpan length)
    {
        (this.time, this.length) = (time, length);
        begun = time.GetTimestamp();
    }

    /// <summary>How long it goes on already.</summary>
    public TimeSpan Now => time.GetElapsedTime(begun);

    /// <summary>How late a connection that had nothing else to do was at most: the delay of this program and its machine.</summary>
    public TimeSpan Late
    {
        get
        {
            lock (gate)
            {
                return latest;
            }
        }
    }

    /// <summary>
    /// Waits until a request is due. Returns when its latency counts from: the time at which it was due when that is over
    /// already, because the connections were busy; else now, as a timer that wakes up late is not the database's delay. Null
    /// when no more requests are to be made.
    /// </summary>
    public async Task<TimeSpan?> WaitAsync(TimeSpan due, CancellationToken stop)
    {
        if (due >= length || Now >= length || stop.IsCancellationRequested)
        {
            return null;
        }

        if (due <= Now)
        {
            return due;
        }

        try
        {
            while (due - Now is var ahead && ahead > TimeSpan.Zero)
            {
                // In whole milliseconds, as timers go, and never too early.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(ahead.TotalMilliseconds)), time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var now = Now;
        Note(now - due);
        return now;
    }

    private void Note(TimeSpan late)
    {
        lock (gate)
        {
            latest = late > latest ? late : latest;
        }
    }
}
