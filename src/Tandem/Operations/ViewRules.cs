using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What operations on views have in common.</summary>
internal static class ViewRules
{
    /// <summary>The view as an operation describes it.</summary>
    public static View Of(ChangeDraft draft, string name, string query, bool materialized, string? options, string? comment) =>
        new(name, query.Trim().TrimEnd(';').TrimEnd(), materialized)
        {
            Options = draft.Engine == "postgres" ? options : null,
            Comment = draft.Engine == "postgres" ? comment : null,
        };

    /// <summary>Adds the change, with what both queries name.</summary>
    public static void Add(ChangeDraft draft, View? before, View? after)
    {
        var names = draft.Schema.Tables.Select(t => t.Name).Concat(draft.Changes.Select(c => c.After?.Name).OfType<string>())
            .Concat(draft.Schema.Views.Select(v => v.Name)).Where(n => n != (before ?? after)!.Name)
            .Where(n => new[] { before, after }.Any(v => v is not null && SqlLexer.Names(v.Definition, n)));
        draft.Objects.Add(new ObjectChange(before, after)
        {
            WithoutRows = after is { WithData: false } ? true : null,
            On = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList(),
        });
        if (draft.Engine == "sqlite")
        {
            draft.TakesEffectAtComplete($"The view {(before ?? after)!.Name} changes", (before ?? after)!.Name);
        }
    }

    /// <summary>
    /// Materialized views that read what has its name only once the new version is served or completed: they are made at the start, from the
    /// base tables. What is not there at all, and new columns, whose names may mean something else in the query, the database itself says.
    /// </summary>
    public static IEnumerable<Problem> TooEarly(ChangeDraft draft) =>
        from view in draft.Objects.All.Where(o => o.Added).Select(o => o.After).OfType<View>().Where(v => v.Materialized)
        let what = Coming(draft).FirstOrDefault(n => n != view.Name && (IsTaken(draft, n) ? SqlLexer.Names(view.Definition, n) : SqlLexer.Reads(view.Definition, n)))
        where what is not null
        select new Problem(
            ProblemCodes.NotInPlace, $"The materialized view {view.Name} is made at the start and reads {what}, which is not called so before complete.", Subject: view.Name,
            Remedy: "Make it in a migration behind this one.");

    /// <summary>Views that are made, or made anew, in a migration that gives or takes a trigger of theirs: the version's own view would have those of before for good.</summary>
    public static IEnumerable<Problem> UnderTriggers(IEnumerable<ObjectChange> objects)
    {
        var views = objects.Where(o => o is { Either: View, CommentOnly: false, Dropped: false }).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return objects.Where(o => !o.CommentOnly).Select(o => o.Either).OfType<Trigger>().Where(t => views.Contains(t.Table)).Select(t => new Problem(
            ProblemCodes.NotInPlace, $"The trigger {t.Name} fires on the view {t.Table}, which this migration makes or makes anew.", Subject: t.Table, Remedy: "Change the trigger in a migration behind this one."));
    }

    /// <summary>
    /// Views and functions that find by the name of the schema what has its name only from complete on: each version has its own, and they
    /// find without it what is theirs.
    /// </summary>
    public static IEnumerable<Problem> Qualified(ChangeDraft draft) =>
        from item in draft.Engine == "postgres" ? draft.Objects.All.Where(o => o.After != o.Before).Select(o => o.After) : []
        let text = item switch { View { Materialized: false } v => v.Definition, Routine { IsTrigger: false } r => RoutineRules.Source(r), _ => null }
        where text is not null
        let what = Coming(draft).FirstOrDefault(n => n != item.Name && SqlLexer.Names(text, draft.Schema.Name, n))
        where what is not null
        select new Problem(
            ProblemCodes.NotInPlace, $"The {item.Kind} {item.Identity} reads {draft.Schema.Name}.{what}, which is not called so before complete.", Subject: item.Name,
            Remedy: $"Write {what} without the schema: each version finds its own. Or make the {item.Kind} in a migration behind this one.");

    // New names of tables and views.
    private static IEnumerable<string> Coming(ChangeDraft draft) => draft.Changes.Where(c => c.After is not null && c.Before?.Name != c.After.Name).Select(c => c.After!.Name)
        .Concat(draft.Objects.All.Where(o => o.After is View { Materialized: false } && o.Added).Select(o => o.Name));

    private static bool IsTaken(ChangeDraft draft, string name) => draft.Schema.Table(name) is not null || draft.Schema.Views.Any(v => v.Name == name);
}
