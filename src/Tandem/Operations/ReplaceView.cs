using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Gives a view another query.</summary>
[Description("Gives a view another query; its columns may change, too. On PostgreSQL each version sees its own query while both are served; on SQLite the query changes at complete.")]
public sealed record ReplaceView : Operation
{
    /// <summary>The view's name.</summary>
    [Description("The view's name.")]
    public required string Name { get; init; }

    /// <summary>Its new query, in the names of the new version.</summary>
    [Description("Its new query, in the names of the new version.")]
    public required SqlText Query { get; init; }

    /// <summary>Options of the view (PostgreSQL); as before when left out, none when empty.</summary>
    [Description("Options of the view (PostgreSQL), as SQL puts them between brackets behind WITH; as before when left out, none when empty.")]
    public string? Options { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The view {Name} has another query.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Expression(Query, $"the view {Name}") is not { } query
            || draft.Existing<View>(Name, "view") is not { } view)
        {
            return;
        }

        if (view.Materialized)
        {
            draft.Report(
                ProblemCodes.NotInPlace,
                $"{Name} is a materialized view, whose rows cannot be of two queries.",
                Name,
                "Make a materialized view of another name, let applications use it, and drop this one.");
            return;
        }

        var after = ViewRules.Of(draft, Name, query, false, Options is "" ? null : Options ?? view.Options, view.Comment);
        if (after == view with { Triggers = [] })
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Name} already has that query.", Name);
            return;
        }

        ViewRules.Add(draft, view, after);
    }
}
