namespace Tandem.Running;

/// <summary>Rows a second of wall time, pauses included: of all the time at first, later of about the last minute.</summary>
internal sealed class Rate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private long last = time.GetTimestamp();
    private double rows;
    private double seconds;

    /// <summary>Rows a second; 0 before the first.</summary>
    public double PerSecond => seconds > 0 ? rows / seconds : 0;

    /// <summary>This many rows were done since the last call.</summary>
    public void Did(long count)
    {
        var now = time.GetTimestamp();
        var past = time.GetElapsedTime(last, now).TotalSeconds;
        if (past <= 0)
        {
            return;
        }

        // Rows and time fade alike, so that the first batch, which is small and cold, does not stand for a minute.
        last = now;
        var kept = Math.Exp(-past / Window.TotalSeconds);
        var weight = Window.TotalSeconds * (1 - kept);
        rows = (rows * kept) + (count / past * weight);
        seconds = (seconds * kept) + weight;
    }

    /// <summary>How long this many rows take; null while the rate is unknown.</summary>
    public TimeSpan? TimeFor(long count)
    {
        if (rows <= 0)
        {
            return null;
        }

        var needed = Math.Max(0, count) / PerSecond;
        return needed < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(needed) : null;
    }
}
