using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Planning;

/// <summary>What is suggested, and from which facts.</summary>
public sealed class SuggestionsTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly RenderedStep Fill = new("backfill people", "Fill", StepMode.Batches) { Kind = StepKind.Backfill, Table = "people", Scans = true };

    private static readonly Plan Plan = new()
    {
        Migration = "0001_a", Title = "t", FileHash = "f", Ordinal = 1, OldVersion = "base", Summary = [], Phases = [new PlannedPhase(Phase.Start, [Fill])], Changes = [],
        Schema = new DatabaseSchema("public", []), Fingerprint = "p", ChangeHash = "c", PlanHash = "h",
        Sizes = [new TableSize("people", 1_000_000, 100_000_000)], Workers = [new WorkerChoice("people", 2, "It is large.")],
    };

    [Fact]
    public void Where_nothing_was_measured_it_is_unknown_and_why()
    {
        var found = Of(new Evidence());
        found.Select(s => (s.Setting, s.Value, s.IsUnknown)).ShouldBe(
            [("batch_rows", null, true), ("batch_pause", null, true), ("workers", "2", false), ("windows", null, true)]);
        found[3].Why.ShouldBe("Nothing was filled here yet, and the database keeps no record of its load by the hour.");
        Suggestions.Of(Plan with { Phases = [] }, new Forecast([]), new Evidence()).ShouldBeEmpty();
    }

    [Fact]
    public void Hours_without_a_hold_are_suggested_where_others_had_some()
    {
        var past = new PastWork([(Day.AddHours(9.1), Day.AddHours(10.9)), (Day.AddHours(22.2), Day.AddHours(23.5))], [(Day.AddHours(9.5), "replica_lag"), (Day.AddHours(10.2), "replica_lag")]);
        var found = Of(new Evidence { Past = past });
        found[1].ShouldSatisfyAllConditions(s => s.Value.ShouldBe("1"), s => s.Why.ShouldStartWith("2 earlier fills had to be slowed down 2 times, most often because of replica_lag"));
        found[3].Value.ShouldBe("[ { for: [backfill], from: 22:00, until: 00:00 } ]");
        found[3].Why.ShouldBe("Earlier fills were slowed down at 09:00, 10:00 UTC, and not at 22:00, 23:00.");
        Of(new Evidence { Past = past with { Holds = [] } }).Where(s => s.Setting is "batch_pause" or "windows").ShouldAllBe(s => s.Value == null && !s.IsUnknown);
        Of(new Evidence { Past = past with { Spans = [past.Spans[0]] } })[3].IsUnknown.ShouldBeTrue("no fill ran at another hour");
    }

    [Fact]
    public void A_batch_of_wide_rows_gets_a_limit()
    {
        Of(Ran(seconds: 10))[0].ShouldBe(new Suggestion("batch_rows", null, "people: a batch of 25 ms holds about 2,500 rows of 100 bytes with indexes; it finds that size by itself."));
        var wide = Plan with { Sizes = [new TableSize("people", 1_000_000, 10_000_000_000)] };
        Suggestions.Of(wide, Forecast.Of(wide, Ran(seconds: 10)), Ran(seconds: 10))[0].Value.ShouldBe("1600");
    }

    [Fact]
    public void Another_fillfactor_is_suggested_where_the_database_says_that_it_pays()
    {
        var nothing = new SizeEstimate(0, "");
        var found = Of(new Evidence { Costs = [new StepCost("backfill people", nothing, nothing) { Room = new PageRoom(0.58, 85, 0.97, 4) }] });
        found.Select(s => s.Setting).ShouldBe(["batch_rows", "batch_pause", "fillfactor", "workers", "windows"]);
        (found[2].Value, found[2].IsUnknown).ShouldBe(("85", false));
        found[2].Why.ShouldStartWith("people: about 58 of 100 rows find room on their page, each of the others gets an entry in 4 indexes. With this fillfactor 97 would");
    }

    private static Evidence Ran(int seconds) => new() { Timings = [new StepTiming("0000_z", StepKind.Backfill, StepMode.Batches, "people", 1_000_000, TimeSpan.FromSeconds(seconds), Day)] };

    private static ValueList<Suggestion> Of(Evidence evidence) => Suggestions.Of(Plan, Forecast.Of(Plan, evidence), evidence);
}
