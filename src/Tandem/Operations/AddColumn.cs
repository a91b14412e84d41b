using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Adds a column that the old version does not see.</summary>
[Description("Adds a column that old applications do not see.")]
public sealed record AddColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The new column's name.</summary>
    [Description("The new column's name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required SqlText Type { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    [Description("Whether NULL is allowed.")]
    public bool Nullable { get; init; } = true;

    /// <summary>The default for rows that are there and for inserts that leave the column out.</summary>
    [Description("The default for rows that are there and for inserts that leave the column out.")]
    public SqlText? Default { get; init; }

    /// <summary>An expression over the old version's row that fills the column, also for what old applications write later.</summary>
    [Description("An expression over the old version's row that fills the column, also for what old applications write later.")]
    public SqlText? Up { get; init; }

    /// <summary>A comment on the column.</summary>
    [Description("A comment on the column.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} gets a column {Name}{(Nullable ? "" : ", which is required")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var type = draft.Expression(Type, $"the type of {Table}.{Name}");
        var value = draft.Expression(Default, $"the default of {Table}.{Name}");
        var up = draft.Expression(Up, $"up of {Table}.{Name}");
        if (draft.Table(Table) is not { } table || !draft.IsFree(table, Name) || type is null)
        {
            return;
        }

        if (!Nullable && value is null && up is null)
        {
            draft.Report(ProblemCodes.RequiredWithoutValue, $"{Table}.{Name} is required, but nothing fills it for rows that are there and for old applications.", $"{Table}.{Name}");
            return;
        }

        table.Add(new Column(Name, type, Nullable, value) { Comment = Comment });
        if (up is not null)
        {
            table.AddLens(new Lens([], [Name], [new LensExpression(Name, up)], []));
        }
    }
}
