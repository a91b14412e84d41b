using System.Globalization;
using Tandem.Schema;

namespace Tandem.Databases;

/// <summary>A session, or a transaction that waits for its end, which holds what a step must lock.</summary>
/// <param name="Process">The session's process; null for a transaction that has none.</param>
/// <param name="Held">For how long its transaction has lasted.</param>
/// <param name="Who">Role, application and state, as far as they can be seen.</param>
public sealed record LockHolder(long? Process, TimeSpan Held, string Who)
{
    /// <summary>What a step's query for holders answered: <c>pid</c>, <c>seconds</c>, <c>what</c>.</summary>
    public static ValueList<LockHolder> Read(SqlResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var columns = result.Columns.ToList();
        var (pid, seconds, what) = (columns.IndexOf("pid"), columns.IndexOf("seconds"), columns.IndexOf("what"));
        return
        [
            .. result.Rows.Select(row => new LockHolder(
                row[pid] is { } process ? Convert.ToInt64(process, CultureInfo.InvariantCulture) : null,
                TimeSpan.FromSeconds(Convert.ToDouble(row[seconds] ?? 0d, CultureInfo.InvariantCulture)),
                $"{row[what]}")),
        ];
    }

    /// <summary>Who it is and for how long, as part of a sentence.</summary>
    public override string ToString() => Process is { } process
        ? string.Create(CultureInfo.InvariantCulture, $"process {process} for {Held.TotalSeconds:0} s ({Who})")
        : string.Create(CultureInfo.InvariantCulture, $"{Who} for {Held.TotalSeconds:0} s");
}
