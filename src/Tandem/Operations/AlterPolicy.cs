using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Gives a row security policy other roles or conditions.</summary>
[Description("Gives a row security policy other roles or conditions (PostgreSQL), at complete. It also lets a column that the policy uses get another type or go.")]
public sealed record AlterPolicy : Operation
{
    /// <summary>The table, by its name before the migration.</summary>
    [Description("The table, by its name before the migration.")]
    public required string Table { get; init; }

    /// <summary>The policy's name.</summary>
    [Description("The policy's name.")]
    public required string Name { get; init; }

    /// <summary>The roles that it is for.</summary>
    [Description("The roles that it is for; as before when left out; `public` for everybody.")]
    public ValueList<string>? Roles { get; init; }

    /// <summary>Which rows are seen, changed and deleted.</summary>
    [Description("Which rows are seen, changed and deleted, in the new version's columns; as before when left out.")]
    public SqlText? Using { get; init; }

    /// <summary>Which rows may be written.</summary>
    [Description("Which rows may be written, in the new version's columns; as before when left out.")]
    public SqlText? Check { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The policy {Name} of {Table} changes at complete.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.HasRowSecurity() | !draft.HasRoles(Roles ?? []) || draft.Existing<RowPolicy>($"{Name} on {Table}", "policy") is not { } policy)
        {
            return;
        }

        var after = policy with
        {
            Table = draft.NameNow(Table),
            Roles = Roles is null ? policy.Roles : PolicyRules.Roles(Roles),
            Using = Using is null ? policy.Using : draft.Expression(Using, $"the policy {Name}"),
            Check = Check is null ? policy.Check : draft.Expression(Check, $"the policy {Name}"),
        };
        if (after == policy)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The policy {Name} is already like that.", policy.Identity);
        }
        else if (PolicyRules.Fits(draft, after))
        {
            PolicyRules.Add(draft, policy, after);
        }
    }
}
