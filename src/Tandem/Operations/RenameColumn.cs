using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Gives a column another name; both names are served while live.</summary>
[Description("Gives a column another name. Old applications go on using the old name, new ones use the new.")]
public sealed record RenameColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column's name now.</summary>
    [Description("The column's name now.")]
    public required string From { get; init; }

    /// <summary>The column's name in the new version.</summary>
    [Description("The column's name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {From} of {Table} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Column(Table, From) is not { } found || !draft.IsFree(found.Table, To))
        {
            return;
        }

        if (found.Table.InLens(found.Column))
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{Table}.{From} is made by an earlier operation of this migration; give it its name there.", $"{Table}.{From}");
            return;
        }

        foreach (var (other, key) in draft.Referencing(found.Table.Name).Where(r => r.Table != found.Table))
        {
            key.After = key.After! with
            {
                ReferencedColumns = key.After.ReferencedColumns.Select(c => c == From ? To : c).ToValueList(),
            };
        }

        found.Table.Rename(found.Column, To);
    }
}
