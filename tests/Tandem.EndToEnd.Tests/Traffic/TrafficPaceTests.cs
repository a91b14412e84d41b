using Shouldly;
using Tandem.Cli.Traffic;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.EndToEnd.Tests.Traffic;

public sealed class TrafficPaceTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly VirtualTime time = new();

    [Fact]
    public async Task A_request_waits_until_it_is_due()
    {
        var pace = new TrafficPace(time, Length);

        (await pace.WaitAsync(TimeSpan.FromMilliseconds(20), default)).ShouldBe(TimeSpan.FromMilliseconds(20));

        pace.Now.ShouldBe(TimeSpan.FromMilliseconds(20));
        pace.Late.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_request_that_comes_late_because_of_others_counts_from_when_it_was_due()
    {
        var pace = new TrafficPace(time, Length);
        time.Advance(TimeSpan.FromSeconds(2));

        (await pace.WaitAsync(TimeSpan.FromSeconds(1), default)).ShouldBe(TimeSpan.FromSeconds(1));

        pace.Now.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_delay_of_the_own_timer_is_not_the_databases()
    {
        var pace = new TrafficPace(time, Length);

        (await pace.WaitAsync(TimeSpan.FromMilliseconds(1.25), default)).ShouldBe(TimeSpan.FromMilliseconds(2));

        pace.Late.ShouldBe(TimeSpan.FromMilliseconds(0.75));
    }

    [Fact]
    public async Task Behind_the_end_nothing_is_due()
    {
        var pace = new TrafficPace(time, Length);
        (await pace.WaitAsync(Length, default)).ShouldBeNull();
        pace.Now.ShouldBe(TimeSpan.Zero);

        time.Advance(Length);
        (await pace.WaitAsync(TimeSpan.FromSeconds(1), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_is_told_to_stop_makes_no_more_requests()
    {
        using var stop = new CancellationTokenSource();
        var pace = new TrafficPace(TimeProvider.System, TimeSpan.FromHours(2));
        var waiting = pace.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        waiting.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();

        (await waiting).ShouldBeNull();
        (await pace.WaitAsync(TimeSpan.Zero, stop.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_that_stands_still_is_seen_by_all_requests_that_were_due_meanwhile()
    {
        var script = new TrafficScript([Table("t", writes: 1)], rate: 100, writes: 0, seed: 1);
        var pace = new TrafficPace(time, Length);
        var latencies = new LatencyHistogram();
        for (var made = 0; await pace.WaitAsync(script.Next().Due, default) is { } from; made++)
        {
            time.Advance(made == 0 ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
            latencies.Add(pace.Now - from);
        }

        // 500 of 1,000 were due in the five seconds, and waited for four of them or less in four of five cases.
        latencies.Count.ShouldBe(1_000);
        latencies.Max.ShouldBe(TimeSpan.FromSeconds(5));
        latencies.Within(0.9).TotalSeconds.ShouldBe(4, 0.05);
        latencies.Within(0.5).TotalSeconds.ShouldBe(0, 0.05);
    }

    [Fact]
    public void The_same_seed_makes_the_same_requests_and_another_one_others()
    {
        List<TrafficRequest> Requests(int seed)
        {
            var script = new TrafficScript([Table("a", writes: 3), Table("b", writes: 0)], rate: 50, writes: 40, seed);
            return [.. Enumerable.Range(0, 2_000).Select(_ => script.Next())];
        }

        var requests = Requests(7);
        requests.Select(r => (r.Due, r.Sql, r.Key.Values[0])).ShouldBe(Requests(7).Select(r => (r.Due, r.Sql, r.Key.Values[0])));
        requests.Select(r => r.Sql).ShouldNotBe(Requests(8).Select(r => r.Sql));
        requests.Select(r => r.Due).ShouldBe(Enumerable.Range(0, 2_000).Select(i => TimeSpan.FromMilliseconds(20 * i)));

        // Half of the requests go to a table that can only be read.
        requests.Count(r => r.Kind == TrafficKind.Write).ShouldBeInRange(300, 500);
        requests.Where(r => r.Kind == TrafficKind.Write).Select(r => r.Sql).Distinct().Order().ShouldBe(["write a 0", "write a 1", "write a 2"]);
        requests.Count(r => r.Sql == "read b").ShouldBeInRange(900, 1_100);
    }

    [Fact]
    public void What_is_due_before_a_time_is_what_is_made_until_then()
    {
        var script = new TrafficScript([Table("t", writes: 1)], rate: 30, writes: 50, seed: 1);
        var due = Enumerable.Range(0, 100).Select(_ => script.Next().Due).ToList();
        foreach (var time in (double[])[0, 0.5, 1, 1.01, 3])
        {
            script.DueBefore(TimeSpan.FromSeconds(time)).ShouldBe(due.Count(d => d < TimeSpan.FromSeconds(time)), $"{time}");
        }
    }

    private static TrafficTable Table(string name, int writes) => new(
        name, $"read {name}", [.. Enumerable.Range(0, writes).Select(i => $"write {name} {i}")], [.. Enumerable.Range(0, 10).Select(i => new TrafficKey([i]))]);
}
