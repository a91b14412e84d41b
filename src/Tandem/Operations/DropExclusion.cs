using System.ComponentModel;

namespace Tandem.Operations;

/// <summary>Drops an exclusion constraint.</summary>
[Description("Drops an exclusion constraint (PostgreSQL). It holds until complete. A rollback behind that builds its index again while nobody can use the table, which takes consent (TDM2049).")]
public sealed record DropExclusion : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"Rows of {Table} may meet by {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is { } table)
        {
            ConstraintNames.Drop(draft, table, table.Exclusions, table.Exclusions.Find(e => e.After?.Name == Name), Name, null);
        }
    }
}
