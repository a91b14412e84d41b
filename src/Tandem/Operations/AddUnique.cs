using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Makes combinations of columns unique.</summary>
[Description("Makes combinations of columns unique. Enforced for both versions from complete on, unless enforce says live.")]
public sealed record AddUnique : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The columns, in the order of the index behind the rule.</summary>
    [Description("The columns, in the order of the index behind the rule.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The constraint's name; table_columns_key when left out.</summary>
    [Description("The constraint's name; table_columns_key when left out.")]
    public string? Name { get; init; }

    /// <summary>Columns that its index carries along (PostgreSQL).</summary>
    [Description("Columns that its index carries along without being a part of the rule, so that queries are answered by the index alone (PostgreSQL).")]
    public ValueList<string> Include { get; init; } = [];

    /// <summary>Whether two rows without a value collide (PostgreSQL 15).</summary>
    [Description("Whether two rows without a value collide (PostgreSQL from 15 on).")]
    public bool NullsNotDistinct { get; init; }

    /// <summary>When it is looked at, where it may wait for the end of a transaction (PostgreSQL).</summary>
    [Description("When it is looked at, where it may wait for the end of a transaction (PostgreSQL): immediate, deferred. Left out, it may not wait. No foreign key can refer to such a rule.")]
    public Deferral? Deferrable { get; init; }

    /// <summary>When the rule begins to hold: complete (the usual) or live (old writes can then fail).</summary>
    [Description("When the rule begins to hold: complete (the usual) or live (old writes can then fail).")]
    public Enforcement Enforce { get; init; } = Enforcement.Complete;

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} may hold each combination of {string.Join(", ", Columns)} once.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table || !ConstraintNames.Exist(draft, table, Columns) || (Include.Count > 0 && !ConstraintNames.Exist(draft, table, Include)))
        {
            return;
        }

        var rule = new NewUnique { Columns = Columns, Name = Name, Include = Include, NullsNotDistinct = NullsNotDistinct, Deferrable = Deferrable }.Freeze(draft, table.Name);
        if (rule is not null && ConstraintNames.IsFree(draft, table, rule.Name!) && (draft.Engine == "sqlite" || ConstraintNames.IsIndexFree(draft, table, rule.Name!)))
        {
            table.Uniques.Add(new(null, rule) { EnforceLive = Enforce == Enforcement.Live });
        }
    }
}
