using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Makes a column required.</summary>
[Description("Makes a column required. Enforced for both versions from complete on, unless enforce says live.")]
public sealed record SetNotNull : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>When the rule begins to hold: complete (the usual) or live (old writes can then fail).</summary>
    [Description("When the rule begins to hold: complete (the usual) or live (old writes can then fail).")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The column {Column} of {Table} becomes required.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Column(Table, Column) is not { } found)
        {
            return;
        }

        if (!found.Column.After!.Nullable)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table}.{Column} already is required.", $"{Table}.{Column}");
            return;
        }

        found.Column.After = found.Column.After with { Nullable = false };
        found.Column.EnforceLive = Enforce == Enforcement.Live;
    }
}
