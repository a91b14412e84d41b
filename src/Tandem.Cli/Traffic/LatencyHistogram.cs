using System.Numerics;

namespace Tandem.Cli.Traffic;

/// <summary>
/// Counts latencies in buckets that are exact up to 255 µs and from there on are a 128th of their power of two wide, as
/// HdrHistogram's are: what is read from it is never too small, and too great by at most 0.8 % of the value or a
/// microsecond. Its memory does not grow with what is counted. Not for use by two callers at once.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int ExactBits = 8;
    private const int PartBits = ExactBits - 1;
    private const int Exact = 1 << ExactBits;
    private const int Parts = 1 << PartBits;
    private const int MostBits = 37;

    // 2^37 µs are 38 hours; what lasts longer is counted there.
    private const long Longest = (1L << MostBits) - 1;

    private readonly long[] counts = new long[Exact + ((MostBits - ExactBits) * Parts)];
    private TimeSpan max;

    /// <summary>How many latencies were counted.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, exactly.</summary>
    public TimeSpan Max => max;

    /// <summary>The buckets that hold anything, each with the longest latency that falls into it.</summary>
    public IEnumerable<(TimeSpan UpTo, long Count)> Buckets =>
        counts.Select((count, index) => (UpperEnd(index), count)).Where(b => b.count > 0);

    /// <summary>Counts a latency.</summary>
    public void Add(TimeSpan latency)
    {
        counts[IndexOf(latency)]++;
        Count++;
        max = latency > max ? latency : max;
    }

    /// <summary>The time within which this share of what was counted lies; 1 is the longest, and zero stands for nothing.</summary>
    public TimeSpan Within(double share)
    {
        var wanted = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(1, Count));
        var seen = 0L;
        foreach (var (upTo, count) in Buckets)
        {
            seen += count;
            if (seen >= wanted)
            {
                return upTo < max ? upTo : max;
            }
        }

        return TimeSpan.Zero;
    }

    private static int IndexOf(TimeSpan latency)
    {
        var value = Math.Clamp((long)Math.Ceiling(latency.TotalMicroseconds), 0, Longest);
        if (value < Exact)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - PartBits;
        return Exact + ((shift - 1) * Parts) + (int)(value >> shift) - Parts;
    }

    private static TimeSpan UpperEnd(int index)
    {
        if (index < Exact)
        {
            return TimeSpan.FromMicroseconds(index);
        }

        var (shift, part) = Math.DivRem(index - Exact, Parts);
        return TimeSpan.FromMicroseconds(((Parts + part + 1L) << (shift + 1)) - 1);
    }
}
