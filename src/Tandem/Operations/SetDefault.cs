using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Sets or removes a column's default.</summary>
[Description("Sets or removes a column's default; each version keeps its own while both are served.")]
public sealed record SetDefault : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>The default in the new version; none when left out.</summary>
    [Description("The default in the new version; none when left out.")]
    public SqlText? Default { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {Column} of {Table} has {(Default is null ? "no default" : "another default")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var value = draft.Expression(Default, $"the default of {Table}.{Column}");
        if (draft.Column(Table, Column) is not { } found || (Default is not null && value is null))
        {
            return;
        }

        if (found.Column.After!.Default == value)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table}.{Column} already has that default.", $"{Table}.{Column}");
            return;
        }

        if (found.Column.After.Identity != IdentityKind.None || found.Column.After.Generated is not null)
        {
            draft.Report(ProblemCodes.KeyColumn, $"{Table}.{Column} gets its values from the database.", $"{Table}.{Column}");
            return;
        }

        found.Column.After = found.Column.After with { Default = value };
    }
}
