using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Makes a row security policy.</summary>
[Description("Makes a row security policy on a table (PostgreSQL). There is one set of policies for both versions: it holds from complete on; on a table that the same migration makes, at once.")]
public sealed record CreatePolicy : Operation
{
    /// <summary>The table, by its name in the new version.</summary>
    [Description("The table, by its name in the new version.")]
    public required string Table { get; init; }

    /// <summary>The policy's name.</summary>
    [Description("The policy's name.")]
    public required string Name { get; init; }

    /// <summary>Whether it only keeps rows back that other policies let through.</summary>
    [Description("Whether it only keeps rows back that other policies let through; else it lets rows through.")]
    public bool Restrictive { get; init; }

    /// <summary>The command that it is for.</summary>
    [Description("The command that it is for.")]
    public PolicyCommand Command { get; init; }

    /// <summary>The roles that it is for.</summary>
    [Description("The roles that it is for; everybody when left out.")]
    public ValueList<string>? Roles { get; init; }

    /// <summary>Which rows are seen, changed and deleted.</summary>
    [Description("Which rows are seen, changed and deleted: a condition in the new version's columns.")]
    public SqlText? Using { get; init; }

    /// <summary>Which rows may be written.</summary>
    [Description("Which rows may be written; as `using` when left out.")]
    public SqlText? Check { get; init; }

    /// <summary>Its comment.</summary>
    [Description("Its comment.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} has a policy {Name} for {(Roles is null ? "everybody" : string.Join(", ", Roles))}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.HasRowSecurity() | !draft.HasRoles(Roles ?? []) || draft.Table(Table) is not { } table)
        {
            return;
        }

        var policy = new RowPolicy(Name, Table)
        {
            Permissive = !Restrictive,
            Command = Command.ToString().ToUpperInvariant(),
            Roles = PolicyRules.Roles(Roles),
            Using = draft.Expression(Using, $"the policy {Name}"),
            Check = draft.Expression(Check, $"the policy {Name}"),
            Comment = Comment,
        };
        var former = $"{Name} on {table.Before?.Name}";
        var gone = draft.Objects.Gone<RowPolicy>(former);
        if (gone is null && (draft.Objects.Has<RowPolicy>(policy.Identity) || draft.Schema.Find("policy", former) is not null))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{Table} has a policy {Name}.", policy.Identity);
        }
        else if (gone is not null && PolicyRules.Fits(draft, policy))
        {
            draft.Objects.Return(gone, policy);
        }
        else if (PolicyRules.Fits(draft, policy))
        {
            PolicyRules.Add(draft, null, policy);
        }
    }
}
