using Tandem.Schema;

namespace Tandem.Running.Guards;

/// <summary>How many rows have a value of one class. No value can be read from it.</summary>
/// <param name="Bucket">The class: a value's hash, or how long values are.</param>
/// <param name="Rows">Rows.</param>
public sealed record ValueBucket(string Bucket, long Rows);

/// <summary>
/// How far the values of a column have moved: the population stability index, Σ (now − before) · ln(now ÷ before) over the shares of each
/// class. It is symmetrical, 0 for equal shares and has no upper limit; in the practice of credit scoring, where it comes from, less than 0.1 is
/// no shift and more than 0.25 a major one (N. Siddiqi, Credit Risk Scorecards, 2006).
/// </summary>
internal static class ValueShares
{
    /// <summary>From here on a shift is a major one.</summary>
    public const double Major = 0.25;

    private const string Other = "";

    // Half a row more in each class, so that an empty one does not make the sum infinite.
    private const double Smoothing = 0.5;

    // A sum of chance is beyond three standard deviations once in some hundred looks at most.
    private const double Deviations = 3;

    /// <summary>The index.</summary>
    public static double Shift(ValueList<ValueBucket> before, ValueList<ValueBucket> now)
    {
        var classes = Classes(before, now);
        var (all, allNow) = (Total(before), Total(now));
        return classes.Sum(c =>
        {
            var (share, shareNow) = (Share(Rows(before, c), all, classes.Count), Share(Rows(now, c), allNow, classes.Count));
            return (shareNow - share) * Math.Log(shareNow / share);
        });
    }

    /// <summary>
    /// Whether a shift is more than what samples of so many rows show by chance: the index over (1 ÷ rows + 1 ÷ rows now) is distributed as χ² with one
    /// degree of freedom less than there are classes (B. Yurdakul, Statistical Properties of Population Stability Index, 2018).
    /// </summary>
    public static bool IsMore(double shift, ValueList<ValueBucket> before, ValueList<ValueBucket> now)
    {
        var freedom = Classes(before, now).Count - 1;
        return Total(before) > 0 && Total(now) > 0
            && shift / ((1.0 / Total(before)) + (1.0 / Total(now))) > freedom + (Deviations * Math.Sqrt(2.0 * freedom));
    }

    /// <summary>The classes that are known, and all else as one.</summary>
    public static ValueList<ValueBucket> Within(ValueList<ValueBucket> known, ValueList<ValueBucket> now, long rows)
    {
        var there = now.Where(n => known.Any(k => k.Bucket == n.Bucket)).ToList();
        return [.. there, new ValueBucket(Other, Math.Max(0, rows - there.Sum(t => t.Rows)))];
    }

    private static List<string> Classes(ValueList<ValueBucket> before, ValueList<ValueBucket> now) =>
        before.Concat(now).Select(b => b.Bucket).Distinct(StringComparer.Ordinal).ToList();

    private static long Total(ValueList<ValueBucket> buckets) => buckets.Sum(b => b.Rows);

    private static long Rows(ValueList<ValueBucket> buckets, string bucket) => buckets.Where(b => b.Bucket == bucket).Sum(b => b.Rows);

    private static double Share(long rows, long all, int classes) => (rows + Smoothing) / (all + (Smoothing * classes));
}
