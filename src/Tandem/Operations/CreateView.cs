using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Makes a view.</summary>
[Description("Makes a view. On PostgreSQL the new version sees it as soon as it is served, on SQLite from complete on. A materialized view (PostgreSQL) is made at the start.")]
public sealed record CreateView : Operation
{
    /// <summary>The view's name.</summary>
    [Description("The view's name.")]
    public required string Name { get; init; }

    /// <summary>Its query, in the names of the new version.</summary>
    [Description("Its query, in the names of the new version.")]
    public required SqlText Query { get; init; }

    /// <summary>Whether its rows are stored (PostgreSQL).</summary>
    [Description("Whether its rows are stored (PostgreSQL). They are read from the base tables when the view is made, and again by REFRESH.")]
    public bool Materialized { get; init; }

    /// <summary>Whether a materialized view is made with its rows.</summary>
    [Description("Whether a materialized view is made with its rows; false leaves it empty, and nobody can read it before the first REFRESH.")]
    public bool WithData { get; init; } = true;

    /// <summary>Options of the view (PostgreSQL).</summary>
    [Description("Options of the view (PostgreSQL), as SQL puts them between brackets behind WITH, for example security_barrier=true.")]
    public string? Options { get; init; }

    /// <summary>A comment on the view (PostgreSQL).</summary>
    [Description("A comment on the view (PostgreSQL).")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"There is a {(Materialized ? "materialized view" : "view")} {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Expression(Query, $"the view {Name}") is not { } query || !draft.IsFree(Name))
        {
            return;
        }

        if (Materialized && !draft.NeedsPostgres("materialized views", "Make a table, and fill it where its sources are written."))
        {
            return;
        }

        if (!Materialized && !WithData)
        {
            draft.Report(ProblemCodes.Incomplete, $"The view {Name} stores no rows, and could be made with none only as a materialized one.", Name, "Leave `with_data` out, or say `materialized: true`.");
            return;
        }

        ViewRules.Add(draft, null, ViewRules.Of(draft, Name, query, Materialized, Options, Comment) with { WithData = WithData });
    }
}
