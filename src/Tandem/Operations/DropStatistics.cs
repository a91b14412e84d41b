using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes statistics over several columns away.</summary>
[Description("Takes statistics over several columns or over expressions away (PostgreSQL). They are there until complete, and come back at a rollback.")]
public sealed record DropStatistics : Operation
{
    /// <summary>Their name.</summary>
    [Description("Their name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The statistics {Name} go at complete.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.NeedsPostgres("extended statistics", "Leave the operation out for SQLite, in a file of its own.") && draft.Existing<Statistics>(Name, "statistics object") is { } statistics)
        {
            draft.Objects.Add(new ObjectChange(statistics, null) { On = [statistics.Table] });
            draft.TakesEffectAtComplete($"The statistics {Name} go", Name);
        }
    }
}
