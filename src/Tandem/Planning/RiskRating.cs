using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>How risky a change is, in a word.</summary>
public enum RiskLevel
{
    /// <summary>Below 25.</summary>
    Low,

    /// <summary>From 25 on.</summary>
    Medium,

    /// <summary>From 50 on.</summary>
    High,

    /// <summary>From 75 on.</summary>
    VeryHigh,
}

/// <summary>One reason of a rating.</summary>
/// <param name="Key">Which fact: the key of its weight.</param>
/// <param name="Points">What it adds.</param>
/// <param name="Fact">The measured fact, as a sentence.</param>
public sealed record RiskReason(string Key, int Points, string Fact);

/// <summary>How risky a change is on its target, with every reason. Pure: the same facts give the same rating; in no hash.</summary>
/// <param name="Score">0 to 100: the reasons' points together.</param>
/// <param name="Reasons">What adds to it, most first.</param>
public sealed record RiskRating(int Score, ValueList<RiskReason> Reasons)
{
    private const int Most = 100;
    private const long ManyRows = 10_000;

    /// <summary>In a word.</summary>
    public RiskLevel Level => Score switch { < 25 => RiskLevel.Low, < 50 => RiskLevel.Medium, < 75 => RiskLevel.High, _ => RiskLevel.VeryHigh };

    /// <summary>Rates a plan.</summary>
    /// <param name="plan">The plan; one with errors is rated, too, by what is known of it.</param>
    /// <param name="forecast">What it is expected to cost.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="findings">The plan's findings as the policy weighs them.</param>
    public static RiskRating Of(Plan plan, Forecast forecast, Evidence evidence, IReadOnlyList<Problem> findings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(findings);
        var reasons = Sizes(plan, forecast).Concat(Locks(plan, forecast, evidence)).Concat(WaysBack(plan)).Concat(Uses(evidence, findings))
            .Where(r => r.Points > 0).OrderByDescending(r => r.Points).ToValueList();
        return new RiskRating(Math.Min(Most, reasons.Sum(r => r.Points)), reasons);
    }

    private static IEnumerable<RiskReason> Sizes(Plan plan, Forecast forecast)
    {
        var written = forecast.Steps.Where(f => plan.Steps(f.Phase).Any(s => s.Id == f.Step && s.Mode == StepMode.Batches)).Sum(f => f.Rows ?? 0);
        yield return Reason(RiskWeights.Rows, RiskWeights.Reached(RiskWeights.RowSteps, written), Text($"Backfills write {written:N0} rows."));
        yield return Reason(
            RiskWeights.Disk, RiskWeights.Reached(RiskWeights.ByteSteps, forecast.Disk), Text($"The database is expected to grow by {forecast.Disk / 1e9:N1} GB."));
        if (forecast.Time(Phase.Start).Time is { } time)
        {
            yield return Reason(RiskWeights.Time, RiskWeights.Reached(RiskWeights.SecondSteps, time.TotalSeconds), Text($"Start is expected to take {time.TotalMinutes:N0} minutes."));
        }

        var unknown = forecast.Steps.Where(s => s is { Rows: >= ManyRows, Time.Time: null }).Select(s => s.Step).Distinct(StringComparer.Ordinal).ToList();
        yield return Reason(RiskWeights.TimeUnknown, unknown.Count, $"How long is unknown: {string.Join(", ", unknown)}.");
    }

    private static IEnumerable<RiskReason> Locks(Plan plan, Forecast forecast, Evidence evidence)
    {
        var locks = Forecast.Usual.SelectMany(phase => plan.Steps(phase).SelectMany(s => s.Locks.Select(l => (Phase: phase, Step: s, Lock: l)))).ToList();
        var all = locks.Where(l => l.Lock.Blocks.StartsWith("readers and writers", StringComparison.Ordinal) && !l.Lock.IsBrief).ToList();
        yield return Reason(RiskWeights.StopsAll, all.Select(l => l.Step.Id).Distinct().Count(), $"Readers and writers wait: {Named(all)}.");
        var writers = locks.Where(l => l.Lock.Blocks == "writers" && !l.Lock.IsBrief && forecast.Find(l.Phase, l.Step.Id)?.Rows >= ManyRows).ToList();
        yield return Reason(RiskWeights.StopsWriters, writers.Select(l => l.Step.Id).Distinct().Count(), $"Writers wait: {Named(writers)}.");
        var tables = locks.Where(l => l.Lock is { Blocks: "readers and writers", Held: "an instant" }).Select(l => l.Lock.Object).Distinct(StringComparer.Ordinal).ToList();
        yield return Reason(RiskWeights.Instant, tables.Count, $"Everybody waits for an instant at {string.Join(", ", tables)}.");
        var holders = evidence.Sessions.Select(s => s.Holder).ToList();
        yield return Reason(RiskWeights.Holders, holders.Count, $"At this moment a lock is held by {string.Join("; ", holders)}.");
        var rewrites = Forecast.Usual.SelectMany(plan.Steps).Where(s => s.Rewrites).Select(s => s.Id).ToList();
        yield return Reason(RiskWeights.Rewrites, rewrites.Count, $"A table is rewritten: {string.Join(", ", rewrites)}.");
    }

    private static IEnumerable<RiskReason> WaysBack(Plan plan)
    {
        var lost = plan.Scripts.Where(s => s.Down is null).Select(s => s.Number).ToList();
        yield return Reason(RiskWeights.NoWayBack, lost.Count, $"Nothing takes back sql {Numbers(lost)}.");
        var untried = plan.Scripts.Where(s => s.Effect is null).Select(s => s.Number).ToList();
        yield return Reason(RiskWeights.NotTried, untried.Count, $"Tried nowhere: sql {Numbers(untried)}.");
        yield return Reason(RiskWeights.NotKept, plan.NotKept.Count, Text($"A rollback could not keep, or hides: {plan.NotKept.Count} (see Rollback)."));
        var drops = plan.Changes.Where(c => c.Before is not null).SelectMany(c => c.After is null
            ? [c.Name]
            : c.Columns.Where(p => p.Dropped).Select(p => $"{c.Name}.{p.Before!.Name}")).ToList();
        yield return Reason(RiskWeights.Drops, drops.Count, $"Sunset drops {string.Join(", ", drops)}.");
    }

    private static IEnumerable<RiskReason> Uses(Evidence evidence, IReadOnlyList<Problem> findings)
    {
        var warnings = findings.Where(f => f.Severity == Severity.Warning).Select(f => f.Code.Id).ToList();
        yield return Reason(RiskWeights.Warnings, warnings.Count, Text($"Warnings: {string.Join(", ", warnings.CountBy(w => w).Select(w => w.Value == 1 ? w.Key : $"{w.Key} ({w.Value})"))}."));
        yield return Reason(RiskWeights.Breaking, evidence.Uses?.Breaking ?? 0, Text($"Without the old version {evidence.Uses?.Breaking} objects or statements do not work (see tandem impact)."));
        yield return Reason(RiskWeights.UsesUnknown, evidence.Uses?.Unknown ?? 0, Text($"Of {evidence.Uses?.Unknown} objects or statements nobody can say (see tandem impact)."));
        var worse = evidence.Trial.Queries.Count(q => q.Verdict is QueryVerdict.Worse or QueryVerdict.Fails);
        yield return Reason(RiskWeights.Queries, worse, Text($"Watched statements that fail on the new version or get a worse plan: {worse} of {evidence.Trial.Queries.Count}."));
        yield return Reason(RiskWeights.Sensitive, evidence.Sensitive.Count, $"Marked as sensitive: {string.Join(", ", evidence.Sensitive)}.");
    }

    private static RiskReason Reason(RiskWeight weight, int count, string fact) => new(weight.Key, Math.Min(weight.Most, weight.Each * count), fact);

    private static string Named(IEnumerable<(Phase Phase, RenderedStep Step, LockFact Lock)> locks) =>
        string.Join(", ", locks.Select(l => $"{l.Step.Id}, {l.Lock.Object}, {l.Lock.Held}").Distinct(StringComparer.Ordinal));

    private static string Numbers(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
