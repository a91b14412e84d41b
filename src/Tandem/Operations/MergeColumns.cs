using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Merges several columns into one; both forms are served and kept in agreement.</summary>
[Description("Merges several columns into one. Both forms are served and kept in agreement by the up and down expressions.")]
public sealed record MergeColumns : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The columns that are merged, each with the expression that gives it back.</summary>
    [Description("The columns that are merged, each with the expression that gives it back.")]
    public required ValueList<MergeSource> From { get; init; }

    /// <summary>The column they become.</summary>
    [Description("The column they become.")]
    public required MergeTarget Into { get; init; }

    /// <summary>The new value, an expression over the old version's row.</summary>
    [Description("The new value, an expression over the old version's row.")]
    public required SqlText Up { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The columns {string.Join(" and ", From.Select(f => f.Name))} of {Table} become {Into.Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var up = draft.Expression(Up, $"up of {Table}.{Into.Name}");
        var type = draft.Expression(Into.Type, $"the type of {Table}.{Into.Name}");
        var value = draft.Expression(Into.Default, $"the default of {Table}.{Into.Name}");
        var found = From.Select(f => draft.Column(Table, f.Name)).ToList();
        var downs = From.Select(f => draft.Expression(f.Down, $"down of {Table}.{f.Name}")).ToList();
        if (From.Count == 0 || up is null || type is null || found.Contains(null) || downs.Contains(null))
        {
            return;
        }

        var table = found[0]!.Value.Table;
        var columns = found.Select(f => f!.Value.Column).ToList();
        if (!draft.IsFree(table, Into.Name, columns) || !columns.All(c => ColumnUse.Detach(draft, table, c, null, ColumnFate.Replaced)))
        {
            return;
        }

        var old = columns.Select(c => c.Before!.Name).ToList();
        table.Add(new Column(Into.Name, type, Into.Nullable, value), columns[^1]);
        columns.ForEach(table.Remove);
        table.AddLens(new Lens(
            old.ToValueList(), [Into.Name], [new LensExpression(Into.Name, up)],
            old.Select((o, i) => new LensExpression(o, downs[i]!)).ToValueList()));
    }
}
