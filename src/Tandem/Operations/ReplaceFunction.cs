using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Gives a function or procedure another text.</summary>
[Description("Gives a function or procedure another text (PostgreSQL). Each version calls its own while both are served; triggers, defaults and policies call the new one from complete on. What is left out stays: language, settings, owner, rights, comment.")]
public sealed record ReplaceFunction : CodeOperation
{
    /// <summary>Its name.</summary>
    [Description("Its name.")]
    public required string Name { get; init; }

    /// <summary>The types of its arguments.</summary>
    [Description("The types of its arguments, where there are several of its name.")]
    public ValueList<string>? Arguments { get; init; }

    /// <summary>Its parameters, when their names or defaults change.</summary>
    [Description("All its parameters, when their names or defaults change; their types stay.")]
    public ValueList<RoutineParameter>? Parameters { get; init; }

    /// <summary>What it returns, when that changes.</summary>
    [Description("What it returns, when that changes.")]
    public string? Returns { get; init; }

    /// <summary>What it does.</summary>
    [Description("What it does, in the names of the new version; as before when left out.")]
    public string? Body { get; init; }

    /// <inheritdoc />
    public override string Summarize() => $"The function {Name} has another text.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("functions of its own", RoutineRules.InsteadOnSqlite)
            || RoutineRules.Existing(draft, Name, Arguments) is not { } before)
        {
            return;
        }

        if (before.Code == RoutineKind.Aggregate)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{before.Identity} is an aggregate, whose states cannot be of two kinds.", Name);
            return;
        }

        if (Parameters is { } given && RoutineRules.Arguments(draft, given) is var types && types != before.Arguments)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Name}({types}) is another function than {before.Identity}.", Name, "Make it with `create_function`, and drop the old one when nobody calls it.");
            return;
        }

        var was = RoutineText.Of(before);
        if (RoutineHeader.Wrong(Name, Parameters ?? [], Returns?.Trim() ?? was.Returns, this) is { } wrong)
        {
            draft.Report(ProblemCodes.Incomplete, wrong, Name);
            return;
        }

        var text = Amend(was with
        {
            Parameters = Parameters is null ? was.Parameters : string.Join(", ", Parameters.Select(p => p.Text())),
            Returns = Returns?.Trim() ?? was.Returns,
            Body = Body is null ? was.Body : RoutineText.IsStandard(Body) ? Body.Trim().TrimEnd(';') : RoutineText.Quoted(before.Code, Body),
        });
        var after = before with { Definition = text.ToString(), Language = text.Language, Returns = text.Returns, Comment = Comment ?? before.Comment };
        if (text == was && after.Comment == before.Comment)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The {before.Kind} {before.Identity} already has that text.", Name);
            return;
        }

        var beside = !RoutineSignature.Of(was).Equals(RoutineSignature.Of(text));
        if (beside ? RoutineRules.RefuseUsers(draft, before, "and the new one has another result, other names of arguments or other defaults") : RoutineRules.RefuseStored(draft, before))
        {
            RoutineRules.Add(draft, new ObjectChange(before, after) { Beside = beside });
        }
    }
}
