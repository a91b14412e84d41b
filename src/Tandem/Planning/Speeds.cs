using System.Globalization;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>How long something takes, estimated.</summary>
/// <param name="Time">How long; null for unknown.</param>
/// <param name="Why">What that was worked out from, or why nobody knows: a sentence.</param>
public sealed record TimeEstimate(TimeSpan? Time, string Why);

/// <summary>How long steps take here, by how long steps of their kind took before. Pure.</summary>
public static class Speeds
{
    /// <summary>Fewer rows tell no speed: what begins and ends a step would be most of it.</summary>
    public const long FewestRows = 1000;

    private const int Latest = 3;

    /// <summary>Estimates.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rows">The rows that it goes over; null when it goes over none.</param>
    /// <param name="timings">How long steps took, the latest first.</param>
    /// <param name="tried">How long they took in a sandbox, where nothing like it ran here.</param>
    public static TimeEstimate Of(RenderedStep step, long? rows, ValueList<StepTiming> timings, ValueList<StepTiming> tried)
    {
        ArgumentNullException.ThrowIfNull(timings);
        ArgumentNullException.ThrowIfNull(tried);
        var known = Of(step, rows, timings);
        return known.Time is not null || tried.Count == 0 || Of(step, rows, tried) is not { Time: { } time } trial ? known
            : new TimeEstimate(time, rows is null
                ? "As long as it took in the sandbox; nothing of this kind has run here."
                : Text($"{rows:N0} rows, at {rows / Math.Max(time.TotalSeconds, 1e-6):N0} rows a second as tried in the sandbox on {tried.Where(t => t.Kind == step.Kind && t.Mode == step.Mode).Max(t => t.Rows):N0} rows that were made up; nothing of this kind has run here."));
    }

    /// <summary>Estimates by what ran here.</summary>
    /// <param name="step">The step.</param>
    /// <param name="rows">The rows that it goes over; null when it goes over none.</param>
    /// <param name="timings">How long steps took, the latest first.</param>
    public static TimeEstimate Of(RenderedStep step, long? rows, ValueList<StepTiming> timings)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(timings);
        if (step.Mode is StepMode.Hook or StepMode.Once or StepMode.Watch || step.Kind is StepKind.RunScript or StepKind.RevertScript)
        {
            return new TimeEstimate(null, step.Mode == StepMode.Watch ? "It looks until the old version has been quiet for long enough." : "It takes as long as what it calls.");
        }

        var like = timings.Where(t => t.Kind == step.Kind && t.Mode == step.Mode).ToList();
        var same = like.Where(t => t.Table == step.Table).ToList();
        return like.Count == 0 ? new TimeEstimate(null, "Nothing of this kind has run here.")
            : rows is { } many ? OfRows(many, same.Exists(t => t.Rows >= FewestRows) ? same : like)
            : OfCatalogue(same.Count > 0 ? same : like);
    }

    private static TimeEstimate OfRows(long rows, List<StepTiming> like)
    {
        var enough = like.Where(t => t.Rows >= FewestRows && t.Took > TimeSpan.Zero).Take(Latest).ToList();
        if (enough.Count == 0)
        {
            return new TimeEstimate(null, Text($"What of this kind has run here had {like.Max(t => t.Rows):N0} rows at most; a speed takes {FewestRows:N0}."));
        }

        var speed = enough.Sum(t => t.Rows) / enough.Sum(t => t.Took.TotalSeconds);
        return new TimeEstimate(TimeSpan.FromSeconds(rows / speed), Text($"{rows:N0} rows, at {speed:N0} rows a second as in {Named(enough)}."));
    }

    private static TimeEstimate OfCatalogue(List<StepTiming> like)
    {
        var latest = like.Take(Latest).ToList();
        return new TimeEstimate(latest.Max(t => t.Took), $"As long as the longest in {Named(latest)}.");
    }

    private static string Named(IEnumerable<StepTiming> timings) => string.Join(", ", timings.Select(t => t.Migration).Distinct(StringComparer.Ordinal));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
