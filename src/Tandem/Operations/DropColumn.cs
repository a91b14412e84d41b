using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a column out of the new version; it is backed up and dropped at sunset.</summary>
[Description("Takes a column out of the new version. Its values stay until sunset, which backs them up before the drop.")]
public sealed record DropColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>An expression over the new version's row that fills the column for old applications, for rows that new applications insert. Needed when the column is required and has no default.</summary>
    [Description("An expression over the new version's row that fills the column for old applications, for rows that new applications insert. Needed when the column is required and has no default.")]
    public SqlText? Down { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {Column} of {Table} is no longer served; at sunset it is backed up and dropped.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Column(Table, Column) is not { } found || !ColumnUse.Detach(draft, found.Table, found.Column, null, ColumnFate.Dropped))
        {
            return;
        }

        var old = found.Column.Before!;
        var down = draft.Expression(Down, $"down of {Table}.{Column}");
        var madeBy = old.Generated is not null ? "generated" : old.Identity != IdentityKind.None ? "identity" : null;
        if (madeBy is not null && Down is not null)
        {
            draft.Report(ProblemCodes.KeyColumn, $"{Table}.{Column} gets its values from the database ({madeBy}).", $"{Table}.{Column}", "Leave `down` out: the database goes on making them for the old version.");
            return;
        }

        if (down is null && !old.Nullable && old.Default is null && madeBy is null)
        {
            draft.Report(ProblemCodes.DroppedRequired, $"{Table}.{Column} is required in the old version and has no default.", $"{Table}.{Column}");
            return;
        }

        var domains = DomainUse.Of(draft, old.Type).ToList();
        if (down is null && old.Default is null && domains.Exists(d => !d.Nullable) && domains.TrueForAll(d => d.Default is null))
        {
            draft.Report(ProblemCodes.DroppedRequired, $"The domain of {Table}.{Column}, {old.Type}, takes no NULL, and the column has no default.", $"{Table}.{Column}",
                "In an earlier migration give the column a default (`set_default`), or let the domain take NULL (`alter_domain`).");
            return;
        }

        found.Table.Remove(found.Column);
        if (down is not null)
        {
            found.Table.AddLens(new Lens([old.Name], [], [], [new LensExpression(old.Name, down)]));
        }
    }
}
