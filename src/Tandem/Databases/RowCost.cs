using System.Globalization;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>
/// What a change of rows writes: the rows, and for each a line that keeps what it held before and holds now, so that a rollback leads back.
/// </summary>
/// <param name="Rows">How many rows are meant.</param>
/// <param name="Counted">Whether they were counted; else that is the planner's estimate.</param>
/// <param name="Row">Bytes that the table grows by for each, with its index entries.</param>
/// <param name="Line">Bytes of the line that is kept of each, with its index entry.</param>
public sealed record RowCost(long Rows, bool Counted, double Row, double Line)
{
    /// <summary>Bytes that the log has for each row beside what is written.</summary>
    public double Log { get; init; }

    /// <summary>How much goes into the log.</summary>
    public SizeEstimate Wal => new((long)(Rows * (Row + Line + Log)), "What is written, and the head of a record for each row, line and index entry; pages that go into the log whole behind a checkpoint come on top.");

    /// <summary>How much larger the database gets.</summary>
    public SizeEstimate Disk => new(
        (long)(Rows * (Row + Line)),
        string.Create(CultureInfo.InvariantCulture, $"{(Counted ? "" : "About ")}{Rows:N0} rows are meant: {Row:N0} bytes each in the table, and {Line:N0} in the line that is kept of each."));

    /// <summary>Whether the table itself grows by a row: what is deleted leaves room behind it.</summary>
    public static bool Writes(RowChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind != RowChangeKind.Delete;
    }
}
