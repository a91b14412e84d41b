using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Gives an index another name.</summary>
[Description("Gives an index another name, at complete.")]
public sealed record RenameIndex : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The index's name now.</summary>
    [Description("The index's name now.")]
    public required string From { get; init; }

    /// <summary>Its name in the new version.</summary>
    [Description("Its name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The index {From} of {Table} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        if (table.Indexes.FirstOrDefault(i => i.After?.Name == From) is not { } found)
        {
            draft.Report(ProblemCodes.NoSuchConstraint, $"{Table} has no index {From}.", From);
            return;
        }

        if (ConstraintNames.IsIndexFree(draft, table, To))
        {
            found.After = found.After! with { Name = To };
        }
    }
}
