using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Takes the primary key of a table away; its columns stay, and stay required.</summary>
[Description("Takes the primary key of a table away. It holds until complete; its columns stay, and stay required.")]
public sealed record DropPrimaryKey : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} has no primary key any more.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        if (table.PrimaryKey is not { } key)
        {
            draft.Report(ProblemCodes.NoPrimaryKey, $"{Table} has no primary key.", Table);
            return;
        }

        foreach (var (other, foreign) in draft.Referencing(table.Name)
            .Where(r => r.Key.After!.ReferencedColumns.Order(StringComparer.Ordinal).SequenceEqual(key.Columns.Order(StringComparer.Ordinal))))
        {
            draft.Report(ProblemCodes.Referenced, $"{foreign.After!.Name ?? string.Join(", ", foreign.After.Columns)} of {other.Name} refers to the primary key of {Table}.", Table);
        }

        table.PrimaryKey = null;
        table.KeyEnforceLive = false;
    }
}
