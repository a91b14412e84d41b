using System.ComponentModel;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a function, procedure or aggregate away.</summary>
[Description("Takes a function, procedure or aggregate away at complete (PostgreSQL). It is hidden until sunset, with its rights and comment; it is refused while anything of the new version hangs on it.")]
public sealed record DropFunction : Operation
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>The types of its arguments.</summary>
    [Description("The types of its arguments, where there are several of its name.")]
    public ValueList<string>? Arguments { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The function {Name} is no longer there.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.NeedsPostgres("functions of its own", RoutineRules.InsteadOnSqlite)
            && RoutineRules.Existing(draft, Name, Arguments) is { } routine
            && RoutineRules.RefuseUsers(draft, routine, "which goes"))
        {
            RoutineRules.Add(draft, new ObjectChange(routine, null));
        }
    }
}
