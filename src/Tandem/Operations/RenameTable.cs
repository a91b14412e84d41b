using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Gives a table another name; both names are served while live.</summary>
[Description("Gives a table another name. Old applications go on using the old name, new ones use the new.")]
public sealed record RenameTable : Operation
{
    /// <summary>The table's name now.</summary>
    [Description("The table's name now.")]
    public required string From { get; init; }

    /// <summary>The table's name in the new version.</summary>
    [Description("The table's name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [From, To];

    /// <inheritdoc />
    public override string Summarize() => $"The table {From} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(From) is not { } table || !draft.IsFree(To))
        {
            return;
        }

        if (draft.Objects.MadeOn(From) is { } made)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{made.Name} is made on {From} by this migration.", From, $"Rename {From} before, and make the trigger on {To}.");
            return;
        }

        foreach (var (_, key) in draft.Referencing(From).ToList())
        {
            key.After = key.After! with { ReferencedTable = To };
        }

        table.Name = To;
    }
}
