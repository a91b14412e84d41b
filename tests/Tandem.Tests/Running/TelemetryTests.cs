using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Shouldly;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class TelemetryTests
{
    // Other tests run beside this one and tell things too: each test looks for its own migration.
    private readonly string migration = $"0001_{Guid.NewGuid():N}";

    [Fact]
    public async Task A_phase_is_a_span_with_a_span_for_each_step_in_it()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == Telemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var target = await RenameByHand.FreshAsync();
        await new Runner(target, Options).StartAsync(RenameByHand.Plan(migration), default);

        var own = spans.Where(s => (string?)s.GetTagItem("tandem.migration") == migration).OrderBy(s => s.StartTimeUtc).ToList();
        var phase = own.Single(s => s.DisplayName == "tandem start");
        var steps = own.Where(s => s.ParentSpanId == phase.SpanId).ToList();
        steps.Select(s => s.DisplayName).ShouldBe(["expand people", "backfill people", "verify", "publish new", "check after"], ignoreOrder: true);
        steps.ShouldAllBe(s => s.Status == ActivityStatusCode.Ok);
        steps.Single(s => s.DisplayName == "backfill people").GetTagItem("tandem.table").ShouldBe("people");
    }

    [Fact]
    public async Task A_step_that_fails_says_with_which_code()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == Telemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan(migration).With(Phase.Start, "publish new", s => s with { Gates = [new Gate("TDM4023", "{0} rows.", "select 3")] });
        await Should.ThrowAsync<TandemException>(new Runner(target, Options).StartAsync(plan, default));

        var failed = spans.Single(s => (string?)s.GetTagItem("tandem.migration") == migration && s.Status == ActivityStatusCode.Error);
        failed.DisplayName.ShouldBe("publish new");
        failed.GetTagItem("error.type").ShouldBe("TDM4023");
    }

    [Fact]
    public async Task Rows_batches_steps_and_locks_are_measured()
    {
        var figures = new ConcurrentBag<(string Name, double Value, string? Kind)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        listener.Start();
        await using var target = await RenameByHand.FreshAsync();
        var plan = RenameByHand.Plan(migration).With(Phase.Start, "backfill people", s => s with { Walk = s.Walk! with { Work = s.Walk.Work + " and id <> 5" } });
        await new Runner(target, Options).StartAsync(plan, default);

        figures.Where(f => f is { Name: "tandem.rows", Kind: "backfill" }).Sum(f => f.Value).ShouldBe(9);
        figures.Where(f => f is { Name: "tandem.rows", Kind: "verify" }).Sum(f => f.Value).ShouldBe(20, "two passes");
        figures.Count(f => f is { Name: "tandem.batch.duration", Kind: "backfill" }).ShouldBe(3);
        figures.Where(f => f.Name == "tandem.mismatches").Sum(f => f.Value).ShouldBe(1);
        figures.Count(f => f.Name == "tandem.step.duration").ShouldBe(5);
        figures.ShouldContain(f => f.Name == "tandem.lock.wait.duration" && f.Kind == "expand");
        figures.ShouldContain(f => f.Name == "tandem.lock.hold.duration" && f.Kind == "publish");

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? kind = null;
            var mine = false;
            foreach (var tag in tags)
            {
                mine |= tag.Key == "tandem.migration" && (string?)tag.Value == migration;
                kind = tag.Key == "tandem.step.kind" ? (string?)tag.Value : kind;
            }

            if (mine)
            {
                figures.Add((instrument.Name, value, kind));
            }
        }
    }

    private static RunnerOptions Options => RenameByHand.Options with { Time = new VirtualTime(), Holder = Guid.NewGuid().ToString() };
}
