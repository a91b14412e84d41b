using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Splits one column into several; both forms are served and kept in agreement.</summary>
[Description("Splits one column into several. Both forms are served and kept in agreement by the up and down expressions.")]
public sealed record SplitColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column that is split.</summary>
    [Description("The column that is split.")]
    public required string Column { get; init; }

    /// <summary>The columns it becomes.</summary>
    [Description("The columns it becomes.")]
    public required ValueList<SplitTarget> Into { get; init; }

    /// <summary>The old value, an expression over the new version's row.</summary>
    [Description("The old value, an expression over the new version's row.")]
    public required SqlText Down { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {Column} of {Table} becomes {string.Join(" and ", Into.Select(i => i.Name))}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var down = draft.Expression(Down, $"down of {Table}.{Column}");
        if (draft.Column(Table, Column) is not { } found || down is null)
        {
            return;
        }

        var (table, column) = found;
        var targets = Into.Select(i => i.Freeze(draft, Table)).ToList();
        if (Into.Count == 0 || !Into.All(i => draft.IsFree(table, i.Name, column)) || targets.Contains(null)
            || !ColumnUse.Detach(draft, table, column, null, ColumnFate.Replaced))
        {
            return;
        }

        var old = column.Before!;
        var behind = column;
        foreach (var (added, _) in targets.Select(t => t!.Value))
        {
            table.Add(added, behind);
            behind = table.Columns[table.Columns.IndexOf(behind) + 1];
        }

        table.Remove(column);
        table.AddLens(new Lens(
            [old.Name], Into.Select(i => i.Name).ToValueList(),
            targets.Select(t => t!.Value.Up).ToValueList(), [new LensExpression(old.Name, down)]));
    }
}
