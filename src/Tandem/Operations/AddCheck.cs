using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Adds a check.</summary>
[Description("Adds a check. Enforced for both versions from complete on, unless enforce says live.")]
public sealed record AddCheck : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The condition, over the new version's row.</summary>
    [Description("The condition, over the new version's row.")]
    public required SqlText Expression { get; init; }

    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <summary>Whether tables that inherit from this one do not get it (PostgreSQL).</summary>
    [Description("Whether tables that inherit from this one do not get it (PostgreSQL).")]
    public bool NoInherit { get; init; }

    /// <summary>When the rule begins to hold: complete (the usual) or live (old writes can then fail).</summary>
    [Description("When the rule begins to hold: complete (the usual) or live (old writes can then fail).")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"Every row of {Table} must satisfy {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var condition = draft.Expression(Expression, $"the check {Name}");
        if (draft.Table(Table) is not { } table || condition is null || !ConstraintNames.IsFree(draft, table, Name))
        {
            return;
        }

        var columns = table.Columns.Where(c => c.After is { } a && SqlLexer.Names(condition, a.Name)).Select(c => c.After!.Name);
        table.Checks.Add(new(null, new CheckConstraint(Name, condition, columns.ToValueList()) { NoInherit = NoInherit && draft.Engine != "sqlite" }) { EnforceLive = Enforce == Enforcement.Live });
    }
}
