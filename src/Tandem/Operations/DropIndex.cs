using System.ComponentModel;

namespace Tandem.Operations;

/// <summary>Drops an index at sunset.</summary>
[Description("Takes an index away. It is dropped at sunset; a unique one stops to hold at complete.")]
public sealed record DropIndex : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The index's name.</summary>
    [Description("The index's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The index {Name} of {Table} goes at sunset.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is { } table)
        {
            ConstraintNames.Drop(draft, table, table.Indexes, table.Indexes.FirstOrDefault(i => i.After?.Name == Name), Name, null);
        }
    }
}
