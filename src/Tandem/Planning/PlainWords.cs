using System.Globalization;
using Tandem.Migrations;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What a plan means for those who read no SQL: sentences made from its steps and from what was measured, nothing else. Pure.</summary>
public static class PlainWords
{
    /// <summary>The sentences; none of a plan without steps.</summary>
    public static IEnumerable<string> Of(Plan plan, Forecast forecast)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(forecast);
        if (plan.Phases.Count == 0)
        {
            yield break;
        }

        yield return plan.Changes.Any(c => c is { Before: not null, After: not null, ShapeDiffers: true })
            ? "Old and new applications work side by side from start until complete; what one writes, the other reads."
            : "Applications that are at work go on as they are.";
        yield return Waits(plan);
        if (Filled(plan) is { Count: > 0 } filled)
        {
            yield return $"{string.Join(", ", filled)} {(filled.Count == 1 ? "is" : "are")} filled in the background, in small pieces, and every row is compared afterwards. {Time(forecast.Time(Phase.Start))}";
        }

        yield return Back(plan);
    }

    private static string Waits(Plan plan)
    {
        var waiting = Forecast.Usual.SelectMany(plan.Steps)
            .Where(s => s.Locks.Any(l => l.Blocks is not "nobody" && !l.IsBrief)).Select(s => s.Title).Distinct(StringComparer.Ordinal).ToList();
        return waiting.Count > 0
            ? $"Somebody has to wait for longer than an instant while this is done: {string.Join("; ", waiting)}."
            : "Nobody has to wait for longer than an instant.";
    }

    private static List<string> Filled(Plan plan) => plan.Steps(Phase.Start).Where(s => s.Mode == StepMode.Batches).Select(s => s.Table).OfType<string>().Distinct(StringComparer.Ordinal)
        .Select(t => plan.Sizes.FirstOrDefault(s => s.Table == t) is { } size
            ? string.Create(CultureInfo.InvariantCulture, $"{t} ({(size.Counted ? "" : "about ")}{size.Rows:N0} row{(size.Rows == 1 ? "" : "s")})")
            : t).ToList();

    private static string Time(TimeEstimate time) => time.Time is { } known
        ? $"By the speed measured here that takes about {Durations.Format(TimeSpan.FromSeconds(Math.Max(1, Math.Round(known.TotalSeconds))))}."
        : "How long that takes here is not known.";

    private static string Back(Plan plan)
    {
        var until = $"Until sunset, at the earliest {Durations.Format(plan.Retain)} after complete, nothing is deleted and it can be taken back";
        return plan.NotKept.Count == 0 ? $"{until} without any loss." : $"{until}; what that would not keep is listed under Rollback.";
    }
}
