namespace Tandem.Running;

/// <summary>
/// What a sample without a finding says about the rest: discovery sampling of the auditors, by the hypergeometric distribution. Chunks are drawn, not
/// rows, and rows that differ may lie together; so it speaks of chunks.
/// </summary>
public static class SampleConfidence
{
    /// <summary>The confidence, as a share.</summary>
    public const double Level = 0.95;

    /// <summary>
    /// The fewest chunks with a row that differs of which a sample had met one with <see cref="Level"/> confidence: with as many or more it would not be
    /// clean, with fewer nobody can say.
    /// </summary>
    /// <param name="drawn">How many different chunks were drawn at random.</param>
    /// <param name="all">How many there are.</param>
    /// <returns>At most <paramref name="all"/>, which even a sample of one chunk would have met; null where nothing was drawn.</returns>
    public static long? Met(long drawn, long all)
    {
        if (drawn <= 0 || all <= 0)
        {
            return null;
        }

        var (low, high) = (1L, all);
        while (low < high)
        {
            var differing = low + ((high - low) / 2);
            (low, high) = Missed(Math.Min(drawn, all), all, differing) < 1 - Level ? (low, differing) : (differing + 1, high);
        }

        return low;
    }

    /// <summary>The probability that a sample holds none of the chunks that differ.</summary>
    private static double Missed(long drawn, long all, long differing)
    {
        var missed = 1.0;
        for (var i = 0L; i < drawn && missed > 0; i++)
        {
            missed *= Math.Max(0, all - differing - i) / (double)(all - i);
        }

        return missed;
    }
}
