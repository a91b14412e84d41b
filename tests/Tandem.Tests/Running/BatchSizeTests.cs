using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class BatchSizeTests
{
    private static readonly RunnerOptions Options = new() { FirstBatch = 1000, SmallestBatch = 100, LargestBatch = 50_000, BatchTarget = TimeSpan.FromMilliseconds(25) };

    [Theory]
    [InlineData(25, 1001)]
    [InlineData(20, 1250)]
    [InlineData(5, 1500)]
    [InlineData(0, 1500)]
    [InlineData(50, 500)]
    [InlineData(250, 100)]
    [InlineData(25_000, 100)]
    public void A_batch_grows_slowly_and_shrinks_at_once(int milliseconds, int rows)
    {
        var size = new BatchSize(Options);
        size.Took(TimeSpan.FromMilliseconds(milliseconds));
        size.Rows.ShouldBe(rows);
    }

    [Theory]
    [InlineData(5, 100, 1001)] // a tenth of the rows in a fifth of the time: no reason for more
    [InlineData(5, 500, 1500)]
    [InlineData(20, 1000, 1250)]
    [InlineData(50, 500, 250)]
    public void A_batch_that_had_to_stay_small_is_no_reason_for_big_ones(int milliseconds, int taken, int rows)
    {
        var size = new BatchSize(Options);
        size.Took(TimeSpan.FromMilliseconds(milliseconds), taken);
        size.Rows.ShouldBe(rows);
    }

    [Fact]
    public void A_batch_comes_to_last_as_long_as_it_is_meant_to()
    {
        var size = new BatchSize(Options);
        for (var i = 0; i < 50; i++)
        {
            size.Took(TimeSpan.FromMicroseconds(size.Rows * 5));
        }

        size.Rows.ShouldBeInRange(4900, 5100);
        for (var i = 0; i < 50; i++)
        {
            size.Took(TimeSpan.FromMicroseconds(size.Rows * 0.001));
        }

        size.Rows.ShouldBe(50_000);
    }

    [Fact]
    public void A_batch_that_is_to_be_shorter_is_so_at_once_and_a_longer_one_is_grown_into()
    {
        var size = new BatchSize(Options);
        size.Aim(TimeSpan.FromMilliseconds(5));
        size.Rows.ShouldBe(200);
        size.Took(TimeSpan.FromMilliseconds(10));
        size.Rows.ShouldBe(100);
        size.Aim(TimeSpan.FromMilliseconds(25));
        size.Rows.ShouldBe(100);
        size.Took(TimeSpan.FromMilliseconds(5));
        size.Rows.ShouldBe(150);

        size.Aim(TimeSpan.FromMilliseconds(1));
        size.Rows.ShouldBe(100, "not below the smallest batch");
    }

    [Fact]
    public void A_batch_is_halved_down_to_one_row_and_grows_again()
    {
        var size = new BatchSize(Options);
        for (var i = 0; i < 20; i++)
        {
            size.Halve();
        }

        size.Rows.ShouldBe(1);
        size.IsSmallest.ShouldBeTrue();
        size.Took(TimeSpan.FromSeconds(1));
        size.Rows.ShouldBe(1);
        size.Took(TimeSpan.FromMilliseconds(1));
        size.Rows.ShouldBe(2);
    }

    [Fact]
    public void The_time_left_follows_the_rate_and_is_unknown_at_first()
    {
        var time = new VirtualTime();
        var rate = new Rate(time);
        rate.TimeFor(100).ShouldBeNull();
        for (var i = 0; i < 300; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            rate.Did(200);
        }

        rate.PerSecond.ShouldBe(200, 0.001);
        rate.TimeFor(1000)!.Value.TotalSeconds.ShouldBe(5, 0.001);
        time.Advance(TimeSpan.FromMinutes(5));
        rate.Did(0);
        rate.PerSecond.ShouldBeLessThan(2);
    }

    [Fact]
    public void The_first_batch_does_not_stand_for_a_minute()
    {
        var time = new VirtualTime();
        var rate = new Rate(time);
        foreach (var rows in new[] { 10, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000 })
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            rate.Did(rows);
        }

        rate.PerSecond.ShouldBe(9010, 50);
    }
}
