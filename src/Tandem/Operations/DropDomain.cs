using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a domain away.</summary>
[Description("Takes a domain away (PostgreSQL). It stays until sunset; it is refused while anything of the new version uses it.")]
public sealed record DropDomain : Operation
{
    /// <summary>The domain's name.</summary>
    [Description("The domain's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The domain {Name} goes at sunset.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.NeedsPostgres("domains", DomainRules.InsteadOnSqlite)
            && draft.Existing<Domain>(Name, "domain") is { } domain
            && TypeUse.Refuse(draft, Name))
        {
            draft.Objects.Add(new ObjectChange(domain, null));
        }
    }
}
