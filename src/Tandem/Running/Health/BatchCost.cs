namespace Tandem.Running.Health;

/// <summary>
/// How many times as long a row takes now as when the walk began: the median of the last batches against the median of
/// the first ones, so that what the walk itself does to the server in the course of time does not become the measure.
/// </summary>
internal sealed class BatchCost
{
    private const int Window = 9;

    private readonly List<double> first = [];
    private readonly Queue<double> last = new();

    /// <summary>The factor; null before there are two windows of batches.</summary>
    public double? Factor => first.Count < Window || last.Count < Window ? null : Median(last) / Median(first);

    /// <summary>A batch of so many rows took so long.</summary>
    public void Took(long rows, TimeSpan duration)
    {
        if (rows <= 0 || duration <= TimeSpan.Zero)
        {
            return;
        }

        var cost = duration.TotalSeconds / rows;
        if (first.Count < Window)
        {
            first.Add(cost);
            return;
        }

        last.Enqueue(cost);
        if (last.Count > Window)
        {
            last.Dequeue();
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Window / 2);
}
