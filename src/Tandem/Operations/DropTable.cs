using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Takes a table out of the new version; it is backed up and dropped at sunset.</summary>
[Description("Takes a table out of the new version. Its rows stay until sunset, which backs them up before the drop.")]
public sealed record DropTable : Operation
{
    /// <summary>The table.</summary>
    [Description("The table.")]
    public required string Table { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The table {Table} is no longer served; at sunset it is backed up and dropped.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        foreach (var (other, key) in draft.Referencing(Table).Where(r => r.Table != table))
        {
            draft.Report(ProblemCodes.Referenced, $"The foreign key {key.After!.Name} of {other.Name} refers to {Table}.", Table);
        }

        if (draft.Objects.MadeOn(Table) is { } made)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{made.Name} is made on {Table} by this migration.", Table, $"Leave the trigger out: {Table} goes.");
            return;
        }

        table.Dropped = true;
    }
}
