using Shouldly;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Health;
using Xunit;

namespace Tandem.Tests.Running.Health;

public sealed class HealthOptionsTests
{
    [Fact]
    public void What_is_not_said_stays_usual_and_what_is_said_holds()
    {
        var options = With("""
            replica_lag_seconds: { hold: 20, abort: 600 }
            autovacuum: { off: true }
            active_sessions: { slow: 12.5, hold: 16 }
            lock_wait_seconds: { slow: 5 }
            """);
        Limit(options, "replica_lag_seconds").ShouldBe(new HealthLimit("replica_lag_seconds", 1, 20) { Abort = 600, Unit = "s" });
        options.Limits.ShouldNotContain(l => l.Signal == "autovacuum");
        (Limit(options, "active_sessions").Slow, Limit(options, "active_sessions").Hold).ShouldBe((12.5, 16));
        (Limit(options, "lock_wait_seconds").Slow, Limit(options, "lock_wait_seconds").Hold).ShouldBe((5, 5));
        Limit(options, "archive_backlog").ShouldBe(HealthSignals.Usual.Single(l => l.Signal == "archive_backlog"));
    }

    [Fact]
    public async Task Signals_of_ones_own_come_from_queries_and_addresses()
    {
        var asked = new List<string>();
        var options = With(
            """
            backlog: { query: select count(*) from jobs, slow: 10, hold: 100 }
            checkout: { watch: select 1, slow: 0.02 }
            errors: { url: "http://somewhere/x" }
            """,
            (url, _) =>
            {
                asked.Add(url);
                return Task.FromResult<Measured>(0.5);
            });
        options.Queries.Select(q => (q.Limit.Signal, q.Sql, q.Timed)).ShouldBe([("backlog", "select count(*) from jobs", false), ("checkout", "select 1", true)]);
        options.Queries[1].Limit.Unit.ShouldBe("s");
        (await options.Sources.ShouldHaveSingleItem().ReadAsync(default)).ShouldBe(0.5);
        asked.ShouldBe(["http://somewhere/x"]);
        options.Limits.ShouldBe(HealthSignals.Usual);
    }

    [Theory]
    [InlineData("replica_lag_second: { slow: 1 }", "There is no signal replica_lag_second. Did you mean replica_lag_seconds?")]
    [InlineData("mine: { slow: 1 }", "needs `query`, `watch` or `url`")]
    [InlineData("autovacuum: { query: select 1 }", "it takes no `query`")]
    [InlineData("mine: { query: select 1, url: x, slow: 1 }", "must have one of")]
    [InlineData("mine: { query: select 1 }", "needs limits")]
    [InlineData("active_sessions: { }", "needs limits")]
    [InlineData("autovacuum: { slow: 3, hold: 2 }", "must rise")]
    [InlineData("autovacuum: { slow: much }", "must be a number")]
    public void What_cannot_be_meant_is_refused(string throttle, string message)
    {
        var failure = Should.Throw<TandemException>(() => With(throttle));
        failure.Problems.ShouldHaveSingleItem().Message.ShouldContain(message);
        failure.Problems[0].Place.ShouldNotBeNull().Line.ShouldBe(5);
    }

    [Fact]
    public void A_migrations_signals_come_before_the_targets()
    {
        var first = new RunSettings { Throttle = [new SignalSetting("autovacuum", new SignalLimits { Off = true })] };
        var last = new RunSettings
        {
            Throttle = [new SignalSetting("autovacuum", new SignalLimits { Slow = 2 }), new SignalSetting("active_sessions", new SignalLimits { Slow = 3 })],
        };
        first.Else(last).Throttle!.Select(s => (s.Signal, s.Limits.Off)).ShouldBe([("autovacuum", true), ("active_sessions", null)]);
        new RunSettings().Else(last).Throttle.ShouldBe(last.Throttle);
    }

    private static HealthLimit Limit(HealthOptions options, string signal) => options.Limits.Single(l => l.Signal == signal);

    private static HealthOptions With(string throttle, Func<string, CancellationToken, Task<Measured>>? ask = null)
    {
        var lines = string.Concat(throttle.Split('\n').Select(l => $"\n      {l}"));
        var file = TargetsFile.Parse("tandem.yaml", $"targets:\n  here:\n    url: sqlite:x.db\n    throttle:{lines}\n");
        return new HealthOptions().With(file.Targets[0].Settings.Throttle!, ask);
    }
}
