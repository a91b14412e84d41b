using System.ComponentModel;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Takes a row security policy away.</summary>
[Description("Takes a row security policy away (PostgreSQL). There is one set of policies for both versions: it holds until complete.")]
public sealed record DropPolicy : Operation
{
    /// <summary>The table, by its name before the migration.</summary>
    [Description("The table, by its name before the migration.")]
    public required string Table { get; init; }

    /// <summary>The policy's name.</summary>
    [Description("The policy's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} loses the policy {Name} at complete.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.HasRowSecurity() && draft.Existing<RowPolicy>($"{Name} on {Table}", "policy") is { } policy)
        {
            PolicyRules.Add(draft, policy, null);
        }
    }
}
