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
        foreach (var sentence in Walks(plan, Time(forecast.Time(Phase.Start))))
        {
            yield return sentence;
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

    // Tables whose other shape is filled are compared behind it; rows that change for both versions are not there twice.
    private static IEnumerable<string> Walks(Plan plan, string time)
    {
        var compared = plan.Steps(Phase.Start).Where(s => s.Mode == StepMode.Verification).Select(s => s.Table).ToHashSet();
        var walks = plan.Steps(Phase.Start).Where(s => s is { Mode: StepMode.Batches, Table: not null }).Select(s => s.Table!).Distinct(StringComparer.Ordinal)
            .GroupBy(compared.Contains).OrderByDescending(g => g.Key).ToList();
        foreach (var walk in walks)
        {
            var what = walk.Key ? "filled in the background, in small pieces, and every row is compared afterwards" : "read in the background, and rows are changed in small pieces";
            yield return $"{string.Join(", ", walk.Select(t => Sized(plan, t)))} {(walk.Count() == 1 ? "is" : "are")} {what}.{(walk == walks[^1] ? $" {time}" : "")}";
        }
    }

    private static string Sized(Plan plan, string table) => plan.Sizes.FirstOrDefault(s => s.Table == table) is { } size
        ? string.Create(CultureInfo.InvariantCulture, $"{table} ({(size.Counted ? "" : "about ")}{size.Rows:N0} row{(size.Rows == 1 ? "" : "s")})")
        : table;

    private static string Time(TimeEstimate time) => time.Time is { } known
        ? $"By the speed measured here that takes about {Durations.Format(TimeSpan.FromSeconds(Math.Max(1, Math.Round(known.TotalSeconds))))}."
        : "How long that takes here is not known.";

    private static string Back(Plan plan)
    {
        var until = $"Until sunset, at the earliest {Days(plan.Retain)} after complete, nothing is deleted and it can be taken back";
        return plan.NotKept.Count == 0 ? $"{until} without any loss." : $"{until}; what that would not keep is listed under Rollback.";
    }

    private static string Days(TimeSpan time) => time is { TotalDays: >= 1 } && time.Ticks % TimeSpan.TicksPerDay == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Days} day{(time.Days == 1 ? "" : "s")}")
        : Durations.Format(time);
}
