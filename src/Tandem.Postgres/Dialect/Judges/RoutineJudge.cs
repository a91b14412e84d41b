using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a plan owes to say about functions that it changes, and what it need not say because it changes them.</summary>
internal static class RoutineJudge
{
    public static IEnumerable<Problem> Of(ValueList<TableChange> changes, RenderContext context)
    {
        var tables = changes.Where(c => c is { After: not null, ShapeDiffers: true }).Select(c => c.After!.Name)
            .Concat(context.Objects.Where(o => o.After is View { Materialized: false }).Select(o => o.Name)).Distinct().ToList();
        return from routine in context.Objects.Where(o => !o.CommentOnly).Select(o => o.After).OfType<Routine>()
            where routine.Code != RoutineKind.Aggregate && !routine.IsTrigger
            from table in tables
            where SqlLexer.Names(RoutineText.Of(routine).Source, context.Schema.Name, table)
            select new Problem(
                ProblemCodes.NamesBaseShape, $"The {routine.Kind} {routine.Identity} names {table} with its schema: until complete, applications of the new version meet the old shape there.", Subject: routine.Name)
            {
                NeedsConsent = true,
            };
    }

    /// <summary>What would go on using a view that is put aside, and is no view itself.</summary>
    public static IEnumerable<Problem> OverViews(RenderContext context) =>
        from view in context.Objects.Where(o => o.Before is View && !o.CommentOnly)
        from user in context.Schema.Dependents.Where(d => d.Kind == DependentKind.Other && d.Table == view.Name && !Replaces(d, context)).Select(d => d.Name).Distinct()
        select new Problem(
            ProblemCodes.ObjectInUse, $"The {user} uses the view {view.Name}, which is {(view.Dropped ? "dropped" : view.Rebuilt ? "made anew over what changes" : "replaced")}.", Subject: view.Name);

    /// <summary>Whether the migration itself gives what depends another text, or takes it away.</summary>
    public static bool Replaces(Dependent dependent, RenderContext context) => dependent.Kind switch
    {
        DependentKind.FunctionText => All(dependent.Name, context).All(r => Rewritten(r, context)),
        DependentKind.FunctionRowType => All(dependent.Name, context).All(r => context.Objects.Any(o => o.Before == r && (o.Dropped || o.Beside))),
        DependentKind.Other => context.Objects.Any(o => o.Before is Routine routine && dependent.Name == $"{routine.Kind} {routine.Identity}" && Rewritten(routine, context)),
        DependentKind.TriggerText => Function(dependent, context) is { } function && Rewritten(function, context),
        _ => false,
    };

    /// <summary>The functions of a name; one that is not there is nobody's.</summary>
    private static IEnumerable<Routine?> All(string name, RenderContext context) => context.Schema.Objects.OfType<Routine>().Where(r => r.Name == name).DefaultIfEmpty();

    private static bool Rewritten(Routine? routine, RenderContext context) => routine is not null
        && context.Objects.FirstOrDefault(o => o.Before == routine) is { } change
        && (change.After is not Routine after || RoutineText.Of(after).Source != RoutineText.Of(routine).Source);

    /// <summary>The function of a trigger whose own definition does not name the column.</summary>
    private static Routine? Function(Dependent dependent, RenderContext context)
    {
        var trigger = context.Schema.Table(dependent.Table)?.Triggers.FirstOrDefault(t => t.Name == dependent.Name);
        if (trigger is null || (dependent.Column is { } column && SqlLexer.Names(trigger.Definition, column)))
        {
            return null;
        }

        var function = context.Schema.Needs.FirstOrDefault(n => n.Object == trigger.Reference && n.Needs.Kind == "function")?.Needs.Identity;
        return context.Schema.Objects.OfType<Routine>().FirstOrDefault(r => r.Identity == function);
    }
}
