using Tandem.Cli.Traffic;

namespace Tandem.Cli.Demo;

/// <summary>What all applications of one version have met so far.</summary>
internal sealed class DemoMeter
{
    private const int RememberedFailures = 5;
    private readonly Lock gate = new();
    private readonly LatencyHistogram latencies = new();
    private readonly List<string> failures = [];
    private long failed;
    private long wrong;

    /// <summary>Requests that were answered.</summary>
    public long Served
    {
        get
        {
            lock (gate)
            {
                return latencies.Count;
            }
        }
    }

    /// <summary>Requests that ended with an exception.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Answers that were not what had been written.</summary>
    public long Wrong => Interlocked.Read(ref wrong);

    /// <summary>The first failures, as the driver told them.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (gate)
            {
                return [.. failures];
            }
        }
    }

    /// <summary>Notes an answer and how long it took.</summary>
    public void Answered(TimeSpan time)
    {
        lock (gate)
        {
            latencies.Add(time);
        }
    }

    /// <summary>Notes a request that failed.</summary>
    public void Fails(string request, Exception exception)
    {
        Interlocked.Increment(ref failed);
        Remember($"{request}: {exception.Message}");
    }

    /// <summary>Notes an answer that is not right.</summary>
    public void IsWrong(string request)
    {
        Interlocked.Increment(ref wrong);
        Remember($"{request}: the answer is not what was written");
    }

    /// <summary>The time within which this share of requests was answered, in milliseconds; 1 is the longest.</summary>
    public double Within(double share)
    {
        lock (gate)
        {
            return latencies.Within(share).TotalMilliseconds;
        }
    }

    private void Remember(string failure)
    {
        lock (gate)
        {
            if (failures.Count < RememberedFailures)
            {
                failures.Add(failure);
            }
        }
    }
}
