using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a trigger away.</summary>
[Description("Takes a trigger away. There is one set of triggers for both versions: it fires until complete.")]
public sealed record DropTrigger : Operation
{
    /// <summary>The table or view, by its name before the migration.</summary>
    [Description("The table or view (PostgreSQL), by its name before the migration.")]
    public required string Table { get; init; }

    /// <summary>The trigger's name.</summary>
    [Description("The trigger's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} loses the trigger {Name} at complete.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Existing<Trigger>($"{Name} on {Table}", "trigger") is { } trigger && (draft.Schema.Table(Table) is not null || draft.NeedsPostgres("version of a view that could lose a trigger at complete", "Make the view anew without it in `sql`.")))
        {
            draft.Objects.Add(new ObjectChange(trigger, null) { On = [Table] });
            draft.TakesEffectAtComplete($"The trigger {Name} stops to fire", trigger.Identity);
        }
    }
}
