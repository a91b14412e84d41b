using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a composite type or a range type away.</summary>
[Description("Takes a composite type or a range type away (PostgreSQL). It stays until sunset; it is refused while anything of the new version uses it.")]
public sealed record DropType : Operation
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
        if (!draft.NeedsPostgres("composite or range types", EnumRules.InsteadOnSqlite))
        {
            return;
        }

        var type = draft.Schema.Objects.FirstOrDefault(o => o is CompositeType or RangeType && o.Name == Name);
        if (type is null)
        {
            draft.Report(ProblemCodes.NoSuchObject, $"There is no composite or range type {Name}.", Name);
        }
        else if (draft.Objects.All.Any(o => o.Before?.Reference == type.Reference))
        {
            draft.Report(ProblemCodes.ObjectChangedTwice, $"The type {Name} is already changed by an earlier operation of this migration.", Name);
        }
        else if (TypeUse.Refuse(draft, Name))
        {
            draft.Objects.Add(new ObjectChange(type, null));
        }
    }
}
