using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes an enumerated type away.</summary>
[Description("Takes an enumerated type away (PostgreSQL). It stays until sunset; it is refused while anything of the new version uses the type.")]
public sealed record DropEnum : Operation
{
    /// <summary>The type's name.</summary>
    [Description("The type's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The type {Name} goes at sunset.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("enumerated types", EnumRules.InsteadOnSqlite)
            || draft.Existing<EnumType>(Name, "enum") is not { } type)
        {
            return;
        }

        if (TypeUse.Refuse(draft, Name))
        {
            draft.Objects.Add(new ObjectChange(type, null));
        }
    }
}
