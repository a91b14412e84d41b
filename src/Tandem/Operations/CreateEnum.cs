using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Makes an enumerated type.</summary>
[Description("Makes an enumerated type (PostgreSQL). It is there from the start on; a rollback leaves it, and it is dropped with what the new version had alone.")]
public sealed record CreateEnum : Operation
{
    /// <summary>The type's name.</summary>
    [Description("The type's name.")]
    public required string Name { get; init; }

    /// <summary>Its values, in their order.</summary>
    [Description("Its values, in their order.")]
    public required ValueList<string> Values { get; init; }

    /// <summary>A comment on the type.</summary>
    [Description("A comment on the type.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"There is a type {Name} with the values {string.Join(", ", Values)}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("enumerated types", EnumRules.InsteadOnSqlite) || !draft.IsFree(Name) || !EnumRules.AreDistinct(draft, Name, Values))
        {
            return;
        }

        draft.Objects.Add(new ObjectChange(null, new EnumType(Name, Values) { Comment = Comment }));
    }
}
