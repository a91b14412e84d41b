using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Lets a column be NULL.</summary>
[Description("Lets a column be NULL. The old rule holds until complete.")]
public sealed record DropNotNull : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {Column} of {Table} is no longer required.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Column(Table, Column) is not { } found)
        {
            return;
        }

        if (found.Column.After!.Nullable || found.Table.IsKey(Column))
        {
            draft.Report(
                found.Column.After.Nullable ? ProblemCodes.NothingToDo : ProblemCodes.KeyColumn,
                found.Column.After.Nullable ? $"{Table}.{Column} may be NULL already." : $"{Table}.{Column} is part of the primary key.",
                $"{Table}.{Column}");
            return;
        }

        found.Column.After = found.Column.After with { Nullable = true };
    }
}
