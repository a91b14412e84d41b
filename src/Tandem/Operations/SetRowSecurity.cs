using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Switches row security of a table on or off.</summary>
[Description("Switches row security of a table on or off, or lets it hold for the table's owner, too (PostgreSQL). It is one setting for both versions, in force from complete on; on a table that the same migration makes, at once.")]
public sealed record SetRowSecurity : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>Whether policies decide who sees which row.</summary>
    [Description("Whether policies decide who sees which row; as before when left out.")]
    public bool? Enabled { get; init; }

    /// <summary>Whether the policies hold for the table's owner, too.</summary>
    [Description("Whether the policies hold for the table's owner, too; as before when left out.")]
    public bool? Forced { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Enabled is { } on
        ? $"Row security of {Table} is switched {(on ? "on" : "off")}{(Forced is { } also ? $", for its owner {(also ? "too" : "not")}" : "")}."
        : $"Row security of {Table} {(Forced == true ? "holds" : "does not hold")} for its owner.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.HasRowSecurity() || draft.Table(Table) is not { } table)
        {
            return;
        }

        var after = table.Settings with { RowSecurity = Enabled ?? table.Settings.RowSecurity, RowSecurityForced = Forced ?? table.Settings.RowSecurityForced };
        if (after == table.Settings)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The row security of {Table} is already like that.", Table);
            return;
        }

        table.Settings = after;
        if (table.Before is not null)
        {
            draft.TakesEffectAtComplete($"The row security of {Table} changes", Table);
        }
    }
}
