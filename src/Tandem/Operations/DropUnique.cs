using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Ends a unique rule.</summary>
[Description("Ends a unique rule. It holds until complete.")]
public sealed record DropUnique : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public string? Name { get; init; }

    /// <summary>Its columns, where the constraint has no name.</summary>
    [Description("Its columns, where the constraint has no name.")]
    public ValueList<string>? Columns { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The rule {Name ?? string.Join(", ", Columns ?? [])} of {Table} no longer holds.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        var found = table.Uniques.FirstOrDefault(u => u.After is { } a && (Name is null ? Columns is not null && a.Columns.Equals(Columns) : a.Name == Name));
        ConstraintNames.Drop(draft, table, table.Uniques, found, Name, Columns);
    }
}
