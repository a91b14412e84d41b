using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A part of a composite type.</summary>
public sealed record TypePart
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>Its type.</summary>
    [Description("Its type.")]
    public required string Type { get; init; }

    /// <summary>Its collation when it is not the type's own.</summary>
    [Description("Its collation when it is not the type's own, as SQL writes it.")]
    public string? Collation { get; init; }

    /// <summary>Its comment.</summary>
    [Description("Its comment.")]
    public string? Comment { get; init; }
}

/// <summary>Makes a composite type or a range type.</summary>
[Description("Makes a composite type or a range type (PostgreSQL). It is there from the start on; a rollback leaves it, and it is dropped with what the new version had alone.")]
public sealed record CreateType : Operation
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>A composite type: its parts in order.</summary>
    [Description("A composite type: its parts in order.")]
    public ValueList<TypePart>? Attributes { get; init; }

    /// <summary>A range type: what stands in the brackets behind AS RANGE.</summary>
    [Description("A range type: what stands in the brackets behind AS RANGE, as SQL writes it: subtype = float8, subtype_diff = float8mi.")]
    public string? Range { get; init; }

    /// <summary>A comment on the type.</summary>
    [Description("A comment on the type.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => Attributes is { } parts ? $"There is a type {Name} of {string.Join(", ", parts.Select(p => p.Name))}." : $"There is a range type {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("composite or range types", EnumRules.InsteadOnSqlite) || !draft.IsFree(Name))
        {
            return;
        }

        if (Attributes is null == Range is null)
        {
            draft.Report(ProblemCodes.Incomplete, $"The type {Name} is either of parts or a range.", Name, "Give `attributes` or `range`.");
            return;
        }

        if (Attributes?.GroupBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The type {Name} has the part {twice.Key} more than once.", Name);
            return;
        }

        if (Attributes?.FirstOrDefault(a => SqlLexer.Tokenize(a.Type) is [var first, ..] && first.Name == Name) is { } itself)
        {
            draft.Report(ProblemCodes.TypeNotThere, $"{itself.Name} of the type {Name} cannot have the type {itself.Type}: a type is no part of itself.", Name);
            return;
        }

        draft.Objects.Add(new ObjectChange(null, Range is { } text
            ? new RangeType(Name, text) { Comment = Comment }
            : new CompositeType(Name, Attributes!.Select(a => new Column(a.Name, a.Type, true, null) { Collation = a.Collation, Comment = a.Comment }).ToValueList()) { Comment = Comment }));
    }
}
