namespace Tandem.Running;

/// <summary>
/// How many rows the next batch takes, so that one lasts about as long as it is meant to: it shrinks at once and
/// grows slowly, because a batch that is too long makes users wait and one that is too short only costs time.
/// </summary>
internal sealed class BatchSize(RunnerOptions options)
{
    private const double Shrink = 0.1;

    // Nobody waits for rows that are only read: chunks may take longer than batches, begin bigger and grow faster.
    private const int ReadsLonger = 4, ReadsMore = 8, ReadsGrow = 4;

    private TimeSpan target = options.BatchTarget;

    private double Growth { get; init; } = 1.5;

    /// <summary>The size of chunks that are only read.</summary>
    public static BatchSize OfReading(RunnerOptions options) => new(options with { BatchTarget = options.BatchTarget * ReadsLonger, FirstBatch = options.FirstBatch * ReadsMore })
    {
        Growth = ReadsGrow,
    };

    /// <summary>Rows of the next batch.</summary>
    public int Rows { get; private set; } = Math.Clamp(options.FirstBatch, options.SmallestBatch, options.LargestBatch);

    /// <summary>Whether a failing batch is not divided any more.</summary>
    public bool IsSmallest => Rows <= options.SmallestBatch;

    /// <summary>From here on a batch is meant to last this long. A shorter time holds from the next batch on, a longer one is grown into.</summary>
    public void Aim(TimeSpan time)
    {
        if (time < target)
        {
            Rows = Math.Max((int)(Rows * (time / target)), Math.Min(Rows, options.SmallestBatch));
        }

        target = time;
    }

    /// <summary>A batch took this long.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="rows">Its rows, where they were fewer than it should take.</param>
    public void Took(TimeSpan duration, long? rows = null)
    {
        var factor = duration <= TimeSpan.Zero ? Growth : target / duration;
        var part = Math.Clamp((rows ?? Rows) / (double)Rows, 0, 1);

        // Few rows that were quick say little of how long many would take, and nothing against many.
        factor = factor >= 1 ? Math.Max(1, factor * part) : factor * part;
        var next = (int)(Rows * Math.Clamp(factor, Shrink, Growth));
        Rows = factor < 1
            ? Math.Max(next, Math.Min(Rows, options.SmallestBatch))
            : Math.Min(Math.Max(next, Rows + 1), options.LargestBatch);
    }

    /// <summary>A batch failed for a reason that a smaller one may not meet.</summary>
    public void Halve() => Rows = Math.Max(1, Rows / 2);
}
