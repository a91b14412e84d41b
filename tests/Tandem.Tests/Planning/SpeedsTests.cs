using Shouldly;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Planning;

/// <summary>How long steps take, by how long others of their kind took.</summary>
public sealed class SpeedsTests
{
    private static readonly RenderedStep Backfill = new("backfill people", "Fill", StepMode.Batches) { Kind = StepKind.Backfill, Table = "people" };
    private static readonly RenderedStep Publish = new("publish", "Serve", StepMode.Transaction) { Kind = StepKind.Publish };

    [Fact]
    public void Nothing_is_made_up()
    {
        Speeds.Of(Backfill, 5000, []).ShouldBe(new TimeEstimate(null, "Nothing of this kind has run here."));
        Speeds.Of(Backfill, 5000, [Timing(StepKind.Verify, StepMode.Verification, 5000, 1)]).Time.ShouldBeNull();
        Speeds.Of(Backfill, 5000, [Timing(StepKind.Backfill, StepMode.Batches, 999, 1)])
            .ShouldBe(new TimeEstimate(null, "What of this kind has run here had 999 rows at most; a speed takes 1,000."));
        Speeds.Of(Backfill with { Kind = StepKind.RunScript }, 5000, [Timing(StepKind.RunScript, StepMode.Batches, 5000, 1)]).Time.ShouldBeNull();
    }

    [Fact]
    public void The_speed_is_that_of_the_last_three_and_of_the_same_table_where_it_can_be()
    {
        var others = Timing(StepKind.Backfill, StepMode.Batches, 10_000, 100) with { Table = "orders", Migration = "0009_orders" };
        Speeds.Of(Backfill, 5000, [others]).ShouldBe(new TimeEstimate(TimeSpan.FromSeconds(50), "5,000 rows, at 100 rows a second as in 0009_orders."));
        var same = Enumerable.Range(1, 4).Select(n => Timing(StepKind.Backfill, StepMode.Batches, 10_000, n < 4 ? 10 : 10_000) with { Migration = $"000{n}" });
        Speeds.Of(Backfill, 5000, [others, .. same]).ShouldBe(new TimeEstimate(TimeSpan.FromSeconds(5), "5,000 rows, at 1,000 rows a second as in 0001, 0002, 0003."));
    }

    [Fact]
    public void What_goes_over_no_rows_takes_as_long_as_the_longest_before()
    {
        var times = new[] { 1, 3, 2, 60 }.Select(s => Timing(StepKind.Publish, StepMode.Transaction, 0, s));
        Speeds.Of(Publish, null, [.. times]).ShouldBe(new TimeEstimate(TimeSpan.FromSeconds(3), "As long as the longest in 0001."));
    }

    private static StepTiming Timing(StepKind kind, StepMode mode, long rows, int seconds) =>
        new("0001", kind, mode, kind == StepKind.Publish ? null : "people", rows, TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch);
}
