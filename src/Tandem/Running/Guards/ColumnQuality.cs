using System.Globalization;
using System.Text.Json;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running.Guards;

/// <summary>How the values of a column looked at one moment; none of them is told.</summary>
/// <param name="Column">The column of the new version, <c>table.column</c>.</param>
/// <param name="Rows">The rows that were looked at.</param>
/// <param name="Nulls">Those in which it is NULL.</param>
/// <param name="DistinctValues">How many different values it has in them.</param>
public sealed record ColumnQuality(string Column, long Rows, long Nulls, long DistinctValues)
{
    /// <summary>The journal's word for how columns looked when the new version was about to be served.</summary>
    internal const string Baseline = "quality_baseline";

    /// <summary>The journal's word for columns that look otherwise than then.</summary>
    internal const string Drifted = "quality";

    private const double NullsMore = 0.05;
    private const double Factor = 2;
    private const long FewestRows = 100;
    private const double NewValues = 0.01;

    /// <summary>Up to so many different values a column is thought to have a fixed set of them.</summary>
    private const long MostOfASet = 20;

    /// <summary>How many rows have values of which length.</summary>
    public ValueList<ValueBucket> Lengths { get; init; } = [];

    /// <summary>How many rows have which value, by its hash: the most frequent ones, and in what is kept only those of a column with a fixed set.</summary>
    public ValueList<ValueBucket> Values { get; init; } = [];

    private long Filled => Rows - Nulls;

    private double NullShare => Rows == 0 ? 0 : (double)Nulls / Rows;

    private double DistinctShare => Filled == 0 ? 0 : (double)DistinctValues / Filled;

    /// <summary>How columns look now, as far as steps know how to ask; nothing of a table that does not answer.</summary>
    internal static async Task<ValueList<ColumnQuality>> ReadAsync(Ask ask, IEnumerable<RenderedStep> steps, CancellationToken cancellationToken)
    {
        var found = new List<ColumnQuality>();
        foreach (var profile in steps.Select(s => s.Walk?.Profile).OfType<Profile>().Distinct())
        {
            if (await TryAsync(ask, profile.Sql, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                var columns = answer.Columns.ToList();
                int[] places = [columns.IndexOf("column_name"), columns.IndexOf("rows"), columns.IndexOf("nulls"), columns.IndexOf("distinct_values")];
                var buckets = await BucketsAsync(ask, profile.Buckets, cancellationToken).ConfigureAwait(false);
                found.AddRange(answer.Rows.Select(r => new ColumnQuality((string)r[places[0]]!, Number(r[places[1]]), Number(r[places[2]]), Number(r[places[3]])).With(buckets)));
            }
        }

        return found.OrderBy(c => c.Column, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>
    /// What is otherwise than it was, as sentences' parts: NULL in at least five of a hundred rows more; and in a column of a hundred rows and more twice
    /// or half as many different values for each row, values outside of its fixed set in one of a hundred rows, or a major shift beyond chance.
    /// </summary>
    internal static ValueList<string> Drift(ValueList<ColumnQuality> before, ValueList<ColumnQuality> now) =>
        (from one in before
         join other in now on one.Column equals other.Column
         from finding in one.Against(other)
         select finding).ToValueList();

    /// <summary>How the columns looked when the new version was about to be served.</summary>
    internal static async Task<ValueList<ColumnQuality>> BaselineAsync(JournalReader reader, string migration, CancellationToken cancellationToken) =>
        (await reader.SinceStartAsync(Baseline, migration, cancellationToken).ConfigureAwait(false)).SelectMany(Read).ToValueList();

    private static ValueList<ColumnQuality> Read(JournalEntry entry) =>
        JsonDocument.Parse(entry.Detail).RootElement.GetProperty("columns").Deserialize<ValueList<ColumnQuality>>(Fingerprint.Json) ?? [];

    /// <summary>What is kept to be held against what comes: the values only of a column that has a fixed set of them.</summary>
    internal ColumnQuality Kept() => this with { Values = DistinctValues <= MostOfASet && Filled >= FewestRows ? Values : [] };

    /// <summary>The share of values that are none of those that the column had; null where it had no fixed set, or nobody could look.</summary>
    internal double? Outside(ColumnQuality now) => Values.Count == 0 ? null
        : now.Filled == 0 ? 0
        : now.Values.Count == 0 ? null
        : (double)ValueShares.Within(Values, now.Values, now.Filled)[^1].Rows / now.Filled;

    /// <summary>How far the values have moved (<see cref="ValueShares"/>): between the values of a fixed set, else between lengths; null where nothing is known.</summary>
    internal double? Shift(ColumnQuality now) => Spread(now) is var (before, after) ? ValueShares.Shift(before, after) : null;

    private (ValueList<ValueBucket> Before, ValueList<ValueBucket> Now)? Spread(ColumnQuality now) =>
        now.Lengths.Count == 0 ? null
        : Values.Count > 0 ? (Values, ValueShares.Within(Values, now.Values, now.Filled))
        : Lengths.Count > 0 ? (Lengths, now.Lengths)
        : null;

    private ColumnQuality With(List<(string Column, string Kind, ValueBucket Bucket)> buckets)
    {
        ValueList<ValueBucket> Of(string kind) => buckets.Where(b => b.Column == Column && b.Kind == kind).Select(b => b.Bucket).ToValueList();
        return this with { Lengths = Of("length"), Values = Of("value") };
    }

    // What cannot be looked at is no finding.
    private static async Task<SqlResult?> TryAsync(Ask ask, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(new SqlStatement(query), cancellationToken).ConfigureAwait(false);
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.StatementTimeout or FailureKind.LockTimeout or FailureKind.Data or FailureKind.Permission)
        {
            return null;
        }
    }

    private static async Task<List<(string Column, string Kind, ValueBucket Bucket)>> BucketsAsync(Ask ask, string? query, CancellationToken cancellationToken)
    {
        if (query is null || await TryAsync(ask, query, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return [];
        }

        var columns = answer.Columns.ToList();
        int[] places = [columns.IndexOf("column_name"), columns.IndexOf("kind"), columns.IndexOf("bucket"), columns.IndexOf("rows")];
        return answer.Rows.Select(r => ((string)r[places[0]]!, (string)r[places[1]]!, new ValueBucket((string)r[places[2]]!, Number(r[places[3]])))).ToList();
    }

    private IEnumerable<string> Against(ColumnQuality now)
    {
        if (now.NullShare - NullShare >= NullsMore)
        {
            yield return $"{Column} is NULL in {Percent(now.NullShare)} of the rows, {Percent(NullShare)} when it was started";
        }

        if (Math.Min(Filled, now.Filled) < FewestRows)
        {
            yield break;
        }

        if (DistinctShare > 0 && (now.DistinctShare >= DistinctShare * Factor || now.DistinctShare * Factor <= DistinctShare))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{Column} has {now.DistinctValues} different values in {now.Filled} rows, {DistinctValues} in {Filled} when it was started");
        }

        if (Outside(now) is >= NewValues and var outside)
        {
            yield return $"{Column} has values in {Percent(outside)} of its rows that it had in none when it was started";
        }

        if (Spread(now) is var (before, after) && ValueShares.Shift(before, after) is >= ValueShares.Major and var shift && ValueShares.IsMore(shift, before, after))
        {
            yield return $"{Column} has its values spread otherwise than when it was started: the stability index is {shift.ToString("0.##", CultureInfo.InvariantCulture)}, from {ValueShares.Major.ToString("0.##", CultureInfo.InvariantCulture)} on the shift is a major one";
        }
    }

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
