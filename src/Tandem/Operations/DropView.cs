using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a view away.</summary>
[Description("Takes a view away at complete. On PostgreSQL it is hidden until sunset, with its grants and comments.")]
public sealed record DropView : Operation
{
    /// <summary>The view's name.</summary>
    [Description("The view's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The view {Name} is no longer served.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Existing<View>(Name, "view") is { } view)
        {
            ViewRules.Add(draft, view, null);
        }
    }
}
