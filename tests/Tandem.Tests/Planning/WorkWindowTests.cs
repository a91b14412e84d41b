using System.Globalization;
using Shouldly;
using Tandem.Planning;
using Xunit;

namespace Tandem.Tests.Planning;

public sealed class WorkWindowTests
{
    // 2026-01-05 is a Monday.
    [Theory]
    [InlineData("08:00", "18:00", null, "2026-01-05T08:00Z", true)]
    [InlineData("08:00", "18:00", null, "2026-01-05T17:59Z", true)]
    [InlineData("08:00", "18:00", null, "2026-01-05T18:00Z", false)]
    [InlineData("22:00", "05:00", null, "2026-01-05T23:00Z", true)]
    [InlineData("22:00", "05:00", null, "2026-01-05T04:59Z", true)]
    [InlineData("22:00", "05:00", null, "2026-01-05T05:00Z", false)]
    [InlineData("22:00", "05:00", DayOfWeek.Sunday, "2026-01-05T04:00Z", true)]
    [InlineData("22:00", "05:00", DayOfWeek.Monday, "2026-01-05T04:00Z", false)]
    [InlineData(null, null, DayOfWeek.Monday, "2026-01-05T12:00Z", true)]
    [InlineData(null, null, DayOfWeek.Monday, "2026-01-06T00:00Z", false)]
    [InlineData("06:00", "06:00", null, "2026-01-05T05:00Z", true)]
    public void It_is_open_between_its_times(string? from, string? until, DayOfWeek? day, string moment, bool open) =>
        Window(from, until, day).IsOpen(Moment(moment)).ShouldBe(open);

    [Theory]
    [InlineData("08:00", "18:00", null, "2026-01-05T18:00Z", "2026-01-06T08:00Z")]
    [InlineData("08:00", "18:00", null, "2026-01-05T07:00Z", "2026-01-05T08:00Z")]
    [InlineData("08:00", "18:00", DayOfWeek.Monday, "2026-01-05T18:00Z", "2026-01-12T08:00Z")]
    [InlineData("08:00", "18:00", DayOfWeek.Monday, "2026-01-05T08:00Z", "2026-01-12T08:00Z")]
    [InlineData("08:00", "18:00", DayOfWeek.Saturday, "2026-01-05T18:00Z", "2026-01-10T08:00Z")]
    public void It_says_when_it_opens_next(string from, string until, DayOfWeek? day, string moment, string opens) =>
        Window(from, until, day).NextOpening(Moment(moment)).ShouldBe(Moment(opens));

    [Theory]
    [InlineData("2026-01-05T21:30Z", true)]
    [InlineData("2026-01-05T20:30Z", false)]
    [InlineData("2026-07-06T20:30Z", true)]
    public void Its_times_are_those_of_its_zone(string moment, bool open) =>
        (Window("22:00", "05:00", null) with { Zone = "Europe/Berlin" }).IsOpen(Moment(moment)).ShouldBe(open);

    // On 29 March 2026 Berlin's clocks go from 02:00 to 03:00.
    [Fact]
    public void A_time_that_the_clocks_leave_out_opens_an_hour_later_by_the_clock() =>
        (Window("02:30", "05:00", null) with { Zone = "Europe/Berlin" }).NextOpening(Moment("2026-03-29T00:00Z")).ShouldBe(Moment("2026-03-29T01:30Z"));

    [Fact]
    public void Work_that_no_window_is_for_may_be_done_at_any_time()
    {
        var settings = new RunSettings { Windows = [Window("22:00", "05:00", null) with { For = [Work.Backfill] }, Window("12:00", "13:00", null) with { For = [Work.Backfill, Work.Sunset] }] };
        var noon = Moment("2026-01-05T11:00Z");
        settings.OpensAt(Work.Start, noon).ShouldBeNull();
        settings.OpensAt(Work.Backfill, noon).ShouldBe(Moment("2026-01-05T12:00Z"));
        settings.OpensAt(Work.Sunset, Moment("2026-01-05T13:00Z")).ShouldBe(Moment("2026-01-06T12:00Z"));
        settings.OpensAt(Work.Backfill, Moment("2026-01-05T23:00Z")).ShouldBeNull();
    }

    private static WorkWindow Window(string? from, string? until, DayOfWeek? day) => new()
    {
        From = Time(from), Until = Time(until), Days = day is { } d ? [d] : null,
    };

    private static TimeOnly? Time(string? text) => text is null ? null : TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
