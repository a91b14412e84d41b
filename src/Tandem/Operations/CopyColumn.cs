using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Adds a column that follows another; both stay.</summary>
[Description("Adds a column with another one's type and values; both stay. While both versions are served it follows the other, until an application gives it a value of its own.")]
public sealed record CopyColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column that is copied.</summary>
    [Description("The column that is copied.")]
    public required string Column { get; init; }

    /// <summary>The new column's name.</summary>
    [Description("The new column's name.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} gets a column {To} with the values of {Column}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Column(Table, Column) is not { } found || !draft.IsFree(found.Table, To))
        {
            return;
        }

        var (table, column) = found;
        if (column.Before is not { } before || table.InLens(column))
        {
            draft.Report(
                ProblemCodes.ChangedTwice, $"{Table}.{Column} is made by an earlier operation of this migration, so there is nothing to copy yet.", $"{Table}.{Column}");
            return;
        }

        table.Add(new Column(To, before.Type, column.After!.Nullable) { Collation = before.Collation, Comment = before.Comment }, column);
        table.AddLens(new Lens([], [To], [new LensExpression(To, SqlName.Quote(before.Name))], []));
    }
}
