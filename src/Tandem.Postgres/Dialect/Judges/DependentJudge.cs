using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What the database's own objects make of a change.</summary>
internal static class DependentJudge
{
    public static IEnumerable<Problem> Of(TableChange change, RenderContext context)
    {
        if (change.Before is null)
        {
            return [];
        }

        var going = change.After is null ? null : change.Columns.Where(c => c.Dropped).Select(c => c.Before!.Name).ToHashSet(StringComparer.Ordinal);
        var renamed = change.Columns.Where(c => c.Kept && c.Before!.Name != c.After!.Name).Select(c => c.Before!.Name).ToHashSet(StringComparer.Ordinal);
        var own = context.Schema.Dependents.Where(d => d.Table == change.Name).Distinct().ToList();
        var views = context.Objects.Where(v => v.Before is View).ToDictionary(v => v.Name, StringComparer.Ordinal);
        var beneath = own.Where(d => d.Kind == DependentKind.View && views.TryGetValue(d.Name, out var view) && view.Rebuilt
            && (change.After?.Name != change.Before.Name || (d.Column is { } column && renamed.Contains(column)))).ToList();
        own.RemoveAll(d => RoutineJudge.Replaces(d, context));
        own.RemoveAll(d => d.Kind == DependentKind.View && views.TryGetValue(d.Name, out var view) && !(view.Rebuilt && Lost(change, d)));
        own.RemoveAll(d => d.Kind == DependentKind.Other && change.Exclusions.Any(e => e.Dropped && d.Name == $"exclusion constraint {e.Before!.Name}"));
        own.RemoveAll(d => d.Kind == DependentKind.Other && context.Schema.Objects.OfType<Statistics>().Any(s => d.Name == $"extended statistics {s.Name}" && (change.After is null || Leaves(s, context))));
        own.RemoveAll(d => d.Kind == DependentKind.Policy && (Ends(d.Name, context) || (change.After is null && d.Name.EndsWith($" on {change.Name}", StringComparison.Ordinal))));
        return Going(change, own, going).Concat(Firing(change, going, context)).Concat(Renamed(change, beneath)).Concat(Code(change, own, going, renamed)).Concat(Rows(change, own)).Concat(Feeds(change, own)).Concat(Unreplicable(change, own, context));
    }

    /// <summary>Whether the text of a view names what the new version does not have.</summary>
    private static bool Lost(TableChange change, Dependent reads) =>
        change.After is null || (reads.Column is { } column && change.Columns.Any(c => c.Dropped && c.Before!.Name == column) && change.After.Column(column) is null);

    /// <summary>Whether the migration itself takes a policy away, or gives it another text, before the tables change.</summary>
    private static bool Ends(string policy, RenderContext context) => context.Objects.Any(o => o is { Before: RowPolicy before } && before.Identity == policy && (o.Dropped || HasOtherText(before, (RowPolicy)o.After!)));

    /// <summary>Whether the migration takes statistics away, or makes them anew, before the tables change.</summary>
    private static bool Leaves(Statistics statistics, RenderContext context) => context.Objects.Any(o => o.Before?.Reference == statistics.Reference && !o.CommentOnly);

    private static bool HasOtherText(RowPolicy before, RowPolicy after) =>
        (before.Using is null || before.Using != after.Using) && (before.Check is null || before.Check != after.Check);

    /// <summary>A view follows a new name by itself, but one that is made anew by its text cannot.</summary>
    private static IEnumerable<Problem> Renamed(TableChange change, List<Dependent> beneath) => beneath
        .Select(d => (d.Name, What: d.Column is null || change.After?.Name != change.Before!.Name ? change.Name : $"{change.Name}.{d.Column}")).Distinct()
        .Select(d => new Problem(
            ProblemCodes.UsedByView, $"The view {d.Name} must be made anew, and reads {d.What}, which gets another name.", Subject: change.Name,
            Remedy: "Give the view its new text in this migration (`replace_view`), or change the name in another migration."));

    private static IEnumerable<Problem> Going(TableChange change, List<Dependent> own, HashSet<string>? going)
    {
        foreach (var d in own.Where(d => going is null || (d.Column is { } column && going.Contains(column))))
        {
            var subject = d.Column is null ? change.Name : $"{change.Name}.{d.Column}";
            var problem = d.Kind switch
            {
                DependentKind.View => new Problem(ProblemCodes.UsedByView, $"The view {d.Name} reads {subject}.", Subject: subject),
                DependentKind.Policy => new Problem(ProblemCodes.PolicyUsesColumn, $"The policy {d.Name} uses {subject}.", Subject: subject),
                DependentKind.GeneratedColumn when going is not null && !going.Contains(d.Name) => new Problem(ProblemCodes.PinnedColumn, $"The generated column {d.Name} is computed from {subject}.", Subject: subject),
                DependentKind.FunctionRowType when going is null => new Problem(ProblemCodes.PinnedColumn, $"The function {d.Name} takes or returns rows of {subject}.", Subject: subject),
                DependentKind.Other => new Problem(ProblemCodes.PinnedColumn, $"{d.Name} pins {subject}.", Subject: subject),
                _ => null,
            };
            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    /// <summary>Triggers that the server ties to columns: behind UPDATE OF, and in conditions. They would fire for the old column, and keep it from being dropped.</summary>
    private static IEnumerable<Problem> Firing(TableChange change, HashSet<string>? going, RenderContext context) =>
        from trigger in going is null ? [] : change.Before!.Triggers
        where !context.Objects.Any(o => o.Before is Trigger before && before.Identity == trigger.Identity && !o.CommentOnly)
        let tied = going!.Where(c => IsTied(trigger, c)).Order(StringComparer.Ordinal).ToList()
        where tied.Count > 0
        select new Problem(
            ProblemCodes.PinnedColumn, $"The trigger {trigger.Name} fires by {string.Join(", ", tied)} of {change.Name}.", Subject: change.Name,
            Remedy: "Take it away in this migration (`drop_trigger`), and make it anew behind the change where it is still wanted (`create_trigger`).");

    private static bool IsTied(Trigger trigger, string column)
    {
        var tokens = SqlLexer.Tokenize(trigger.Definition).TakeWhile(t => !t.Is("execute")).ToList();
        var on = tokens.FindIndex(t => t.Is("on"));
        var of = tokens.FindIndex(t => t.Is("of"));
        var when = tokens.FindIndex(t => t.Is("when"));
        return Enumerable.Range(1, Math.Max(0, tokens.Count - 1)).Any(i => tokens[i].IsName && tokens[i].Name == column
            && ((of > 0 && i > of && i < on) || (when > 0 && i > when && tokens[i - 1].IsSymbol(".") && (tokens[i - 2].Is("new") || tokens[i - 2].Is("old")))));
    }

    private static IEnumerable<Problem> Code(TableChange change, List<Dependent> own, HashSet<string>? going, HashSet<string> renamed)
    {
        var moved = change.After is null || change.After.Name != change.Before!.Name;
        var naming = own.Where(d => d.Kind is DependentKind.FunctionText or DependentKind.TriggerText
                && (d.Column is { } column ? renamed.Contains(column) || going?.Contains(column) == true : moved))
            .GroupBy(d => (d.Kind, d.Name));
        foreach (var group in naming)
        {
            var what = group.Key.Kind == DependentKind.TriggerText ? "trigger" : "function";
            var names = string.Join(", ", group.Select(d => d.Column is null ? change.Name : $"{change.Name}.{d.Column}").Distinct().Order(StringComparer.Ordinal));
            yield return new Problem(ProblemCodes.CodeNamesChangedColumns, $"The {what} {group.Key.Name} names {names}.", Subject: change.Name);
        }
    }

    private static IEnumerable<Problem> Rows(TableChange change, List<Dependent> own)
    {
        if (change.After is null || !change.Columns.Any(c => c.Added))
        {
            yield break;
        }

        foreach (var d in own.Where(d => d.Kind is DependentKind.FunctionRowType or DependentKind.SelectStar or DependentKind.TriggerWholeRow or DependentKind.Publication))
        {
            var what = d.Kind switch
            {
                DependentKind.FunctionRowType => $"The function {d.Name} takes or returns rows of {change.Name}",
                DependentKind.SelectStar => $"{d.Name} reads or writes all columns of {change.Name} without naming them",
                DependentKind.TriggerWholeRow => $"The trigger {d.Name} stores or compares whole rows of {change.Name}",
                _ => $"The publication {d.Name} replicates {change.Name} without a column list",
            };
            yield return new Problem(ProblemCodes.RowShapeChanges, $"{what}, and will see the hidden columns.", Subject: change.Name) { NeedsConsent = true };
        }
    }

    private static IEnumerable<Problem> Feeds(TableChange change, List<Dependent> own) => change.Lenses.Count == 0
        ? []
        : own.Where(d => d.Kind == DependentKind.Subscription)
            .Select(d => new Problem(ProblemCodes.SubscriptionFeeds, $"{change.Name} is fed by the subscription {d.Name}.", Subject: change.Name));

    // A row that a publication would have to name and cannot: filling it would fail as every UPDATE of an application does.
    private static IEnumerable<Problem> Unreplicable(TableChange change, List<Dependent> own, RenderContext context)
    {
        if ((change.Lenses.Count == 0 && !ExpandSql.Draws(change)) || change.Before is not { } table
            || !(table.ReplicaIdentity == "NOTHING" || (table.ReplicaIdentity is null && table.PrimaryKey is null)))
        {
            return [];
        }

        return own.Where(d => d.Kind == DependentKind.Publication && PublishesUpdates(context.Schema, d.Name)).Take(1).Select(d => new Problem(
            ProblemCodes.NoReplicaIdentity, $"The publication {d.Name} cannot tell the rows of {change.Name} apart: it has no replica identity.", Subject: change.Name));
    }

    private static bool PublishesUpdates(DatabaseSchema schema, string publication) =>
        schema.Objects.OfType<Publication>().FirstOrDefault(p => p.Name == publication)?.Options.Contains("update", StringComparison.Ordinal) ?? true;
}
