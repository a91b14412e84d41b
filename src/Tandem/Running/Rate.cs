namespace Tandem.Running;

/// <summary>Rows a second of wall time, pauses included, smoothed over about a minute.</summary>
internal sealed class Rate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private long last = time.GetTimestamp();
    private double? rate;

    /// <summary>Rows a second; 0 before the first.</summary>
    public double PerSecond => rate ?? 0;

    /// <summary>This many rows were done since the last call.</summary>
    public void Did(long rows)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(last, now).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        last = now;
        var weight = 1 - Math.Exp(-seconds / Window.TotalSeconds);
        var present = rows / seconds;
        rate = rate is { } before ? before + (weight * (present - before)) : present;
    }

    /// <summary>How long this many rows take; null while the rate is unknown.</summary>
    public TimeSpan? TimeFor(long rows)
    {
        if (rate is not > 0)
        {
            return null;
        }

        var seconds = Math.Max(0, rows) / rate.Value;
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
