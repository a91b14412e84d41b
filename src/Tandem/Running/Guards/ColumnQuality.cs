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

    private double NullShare => Rows == 0 ? 0 : (double)Nulls / Rows;

    private double DistinctShare => Rows == Nulls ? 0 : (double)DistinctValues / (Rows - Nulls);

    /// <summary>How columns look now, as far as steps know how to ask; nothing of a table that does not answer.</summary>
    internal static async Task<ValueList<ColumnQuality>> ReadAsync(Ask ask, IEnumerable<RenderedStep> steps, CancellationToken cancellationToken)
    {
        var found = new List<ColumnQuality>();
        foreach (var profile in steps.Select(s => s.Walk?.Profile).OfType<Profile>().Distinct())
        {
            try
            {
                var answer = await ask(new SqlStatement(profile.Sql), cancellationToken).ConfigureAwait(false);
                var columns = answer.Columns.ToList();
                int[] places = [columns.IndexOf("column_name"), columns.IndexOf("rows"), columns.IndexOf("nulls"), columns.IndexOf("distinct_values")];
                found.AddRange(answer.Rows.Select(r => new ColumnQuality((string)r[places[0]]!, Number(r[places[1]]), Number(r[places[2]]), Number(r[places[3]]))));
            }
            catch (DatabaseException e) when (e.Kind is FailureKind.StatementTimeout or FailureKind.LockTimeout or FailureKind.Data or FailureKind.Permission)
            {
                // What cannot be looked at is no finding.
            }
        }

        return found.OrderBy(c => c.Column, StringComparer.Ordinal).ToValueList();
    }

    /// <summary>
    /// What is otherwise than it was, as sentences' parts: NULL in at least five of a hundred rows more, or in a column of a hundred rows and more twice
    /// or half as many different values for each row.
    /// </summary>
    internal static ValueList<string> Drift(ValueList<ColumnQuality> before, ValueList<ColumnQuality> now) =>
        (from one in before
         join other in now on one.Column equals other.Column
         from finding in one.Against(other)
         select finding).ToValueList();

    /// <summary>The columns that an entry of the journal tells of.</summary>
    internal static ValueList<ColumnQuality> Read(JournalEntry entry) =>
        JsonDocument.Parse(entry.Detail).RootElement.GetProperty("columns").Deserialize<ValueList<ColumnQuality>>(Fingerprint.Json) ?? [];

    private IEnumerable<string> Against(ColumnQuality now)
    {
        if (now.NullShare - NullShare >= NullsMore)
        {
            yield return $"{Column} is NULL in {Percent(now.NullShare)} of the rows, {Percent(NullShare)} when it was started";
        }

        if (Math.Min(Rows - Nulls, now.Rows - now.Nulls) >= FewestRows && DistinctShare > 0
            && (now.DistinctShare >= DistinctShare * Factor || now.DistinctShare * Factor <= DistinctShare))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{Column} has {now.DistinctValues} different values in {now.Rows - now.Nulls} rows, {DistinctValues} in {Rows - Nulls} when it was started");
        }
    }

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
