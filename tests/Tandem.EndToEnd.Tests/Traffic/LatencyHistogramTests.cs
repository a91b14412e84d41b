using Shouldly;
using Tandem.Cli.Traffic;
using Xunit;

namespace Tandem.EndToEnd.Tests.Traffic;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_read_is_never_too_small_and_hardly_too_great(int seed)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        var latencies = Enumerable.Range(0, 20_000).Select(_ => TimeSpan.FromMicroseconds(Math.Pow(10, random.NextDouble() * 9))).ToList();
        latencies.ForEach(histogram.Add);

        latencies.Sort();
        foreach (var share in (double[])[0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1])
        {
            var exact = latencies[(int)Math.Ceiling(share * latencies.Count) - 1].TotalMicroseconds;
            histogram.Within(share).TotalMicroseconds.ShouldBeInRange(exact, exact + Math.Max(1, exact * 0.008), $"{share}");
        }

        histogram.Max.ShouldBe(latencies[^1]);
        histogram.Count.ShouldBe(latencies.Count);
    }

    [Fact]
    public void Buckets_hold_everything_that_was_counted_in_order()
    {
        var histogram = new LatencyHistogram();
        var counted = Enumerable.Range(0, 3_000).Select(i => TimeSpan.FromMicroseconds(i * 7)).ToList();
        counted.ForEach(histogram.Add);

        var buckets = histogram.Buckets.ToList();
        buckets.Select(b => b.UpTo).ShouldBe(buckets.Select(b => b.UpTo).Distinct().Order());
        foreach (var (bucket, below) in buckets.Zip(buckets.Select(b => b.UpTo).Prepend(TimeSpan.FromTicks(-1))))
        {
            bucket.Count.ShouldBe(counted.Count(c => c > below && c <= bucket.UpTo), $"{bucket.UpTo}");
        }
    }

    [Fact]
    public void The_ends_of_what_can_be_counted()
    {
        var histogram = new LatencyHistogram();
        histogram.Within(0.5).ShouldBe(TimeSpan.Zero);
        histogram.Buckets.ShouldBeEmpty();

        histogram.Add(TimeSpan.FromTicks(-1));
        histogram.Within(1).ShouldBe(TimeSpan.Zero);
        histogram.Add(TimeSpan.FromDays(10));
        histogram.Max.ShouldBe(TimeSpan.FromDays(10));
        histogram.Buckets.Sum(b => b.Count).ShouldBe(2);
    }
}
