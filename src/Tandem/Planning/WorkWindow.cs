using System.ComponentModel;
using System.Globalization;
using Tandem.Schema;

namespace Tandem.Planning;

/// <summary>Work that can be bound to times of the day.</summary>
public enum Work
{
    /// <summary>The steps of <c>start</c> besides those that fill and compare rows.</summary>
    Start,

    /// <summary>The batches that fill and compare rows.</summary>
    Backfill,

    /// <summary><c>complete</c>.</summary>
    Complete,

    /// <summary><c>sunset</c>.</summary>
    Sunset,
}

/// <summary>A time of the day, on some days or on all, at which work may be done.</summary>
public sealed record WorkWindow
{
    private static readonly TimeZoneInfo Universal = TimeZoneInfo.Utc;

    /// <summary>The work; null: all.</summary>
    [Description("The work that the window is for: start (its steps besides the batches), backfill (the batches that fill and compare rows), complete, sunset. Without it, all of them.")]
    public ValueList<Work>? For { get; init; }

    /// <summary>When it opens.</summary>
    [Description("When it opens, for example 22:00; without it 00:00.")]
    public TimeOnly? From { get; init; }

    /// <summary>When it closes: on the next day, where it is not later than the opening.</summary>
    [Description("When it closes, for example 05:30: on the next day, where that is not later than from; without it 00:00.")]
    public TimeOnly? Until { get; init; }

    /// <summary>The days on which it opens; null: every day.</summary>
    [Description("The days on which it opens; without it every day.")]
    public ValueList<DayOfWeek>? Days { get; init; }

    /// <summary>The time zone's name; null: UTC.</summary>
    [Description("The time zone, for example Europe/Berlin; without it UTC.")]
    public string? Zone { get; init; }

    private TimeOnly Opens => From ?? TimeOnly.MinValue;

    private TimeOnly Closes => Until ?? TimeOnly.MinValue;

    /// <summary>Whether this machine knows a time zone of this name.</summary>
    public static bool Knows(string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _);

    /// <summary>Whether it is for this work.</summary>
    public bool IsFor(Work work) => For is null || For.Contains(work);

    /// <summary>Whether it is open at a moment.</summary>
    public bool IsOpen(DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, TimeZone());
        var (day, time) = (local.DayOfWeek, TimeOnly.FromTimeSpan(local.TimeOfDay));
        var before = (DayOfWeek)(((int)day + 6) % 7);
        return Closes > Opens
            ? OpensOn(day) && time >= Opens && time < Closes
            : (OpensOn(day) && time >= Opens) || (OpensOn(before) && time < Closes);
    }

    /// <summary>The first moment after this one at which it opens.</summary>
    public DateTimeOffset NextOpening(DateTimeOffset moment)
    {
        var zone = TimeZone();
        var today = TimeZoneInfo.ConvertTime(moment, zone).Date;
        return Enumerable.Range(0, 9)
            .Select(days => today.AddDays(days))
            .Where(day => OpensOn(day.DayOfWeek))
            .Select(day => Moment(day + Opens.ToTimeSpan(), zone))
            .First(opening => opening > moment);
    }

    /// <summary>For people: <c>start, backfill: 22:00–05:00 Europe/Berlin on saturday, sunday</c>.</summary>
    public override string ToString()
    {
        var work = For is null ? "all work" : string.Join(", ", For.Select(w => w.ToString().ToLowerInvariant()));
        var days = Days is null ? "" : " on " + string.Join(", ", Days.Select(d => d.ToString().ToLowerInvariant()));
        return string.Create(CultureInfo.InvariantCulture, $"{work}: {Opens:HH\\:mm}–{Closes:HH\\:mm} {Zone ?? "UTC"}{days}");
    }

    private bool OpensOn(DayOfWeek day) => Days is null || Days.Contains(day);

    private TimeZoneInfo TimeZone() => Zone is null ? Universal : TimeZoneInfo.FindSystemTimeZoneById(Zone);

    // A time that a change of the clocks leaves out is an hour later by the clock.
    private static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        var real = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(real, zone.GetUtcOffset(real));
    }
}
