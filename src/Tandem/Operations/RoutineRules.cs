using System.Text.RegularExpressions;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What operations on functions have in common.</summary>
internal static partial class RoutineRules
{
    public const string InsteadOnSqlite = "Let the application compute it, or write a file of its own for SQLite.";

    /// <summary>The types by which the server tells functions of one name apart, in its spelling.</summary>
    public static string Arguments(ChangeDraft draft, IEnumerable<RoutineParameter> parameters) =>
        Arguments(draft, parameters.Where(p => p.IsInput).Select(p => p.Type));

    /// <summary>A type as it stands in the list of a function's arguments: without a length.</summary>
    public static string TypeOf(string type) => Modifier().Replace(TypeNames.Canonical(type), "").Trim();

    /// <summary>The function as it was before the migration; reports when there is none, or when several bear the name.</summary>
    public static Routine? Existing(ChangeDraft draft, string name, ValueList<string>? arguments)
    {
        var all = draft.Schema.Objects.OfType<Routine>().Where(r => r.Name == name).ToList();
        var wanted = arguments is null ? null : Arguments(draft, arguments);
        var fitting = wanted is null ? all : all.Where(r => r.Arguments == wanted || (r.Arguments == "*" && wanted.Length == 0)).ToList();
        if (fitting is [var one])
        {
            return draft.Existing<Routine>(one.Identity, one.Kind);
        }

        if (fitting.Count > 1)
        {
            draft.Report(
                ProblemCodes.NoSuchObject, $"There are several functions {name}: {string.Join(", ", fitting.Select(r => r.Identity))}.", name, "Say in `arguments` which one is meant.");
        }
        else
        {
            var others = all.Count == 0 ? "" : $" There is {string.Join(", ", all.Select(r => r.Identity))}.";
            draft.Report(ProblemCodes.NoSuchObject, $"There is no function {name}{(wanted is null ? "" : $"({wanted})")}.{others}", name);
        }

        return null;
    }

    /// <summary>Whether nothing of the new version hangs on the function; reports what does.</summary>
    public static bool RefuseUsers(ChangeDraft draft, Routine routine, string why)
    {
        var users = Users(draft, routine).Select(Words).Distinct(StringComparer.Ordinal).ToList();
        foreach (var user in users)
        {
            draft.Report(ProblemCodes.ObjectInUse, $"The {user} uses the {routine.Kind} {routine.Identity}, {why}.", routine.Name);
        }

        return users.Count == 0;
    }

    /// <summary>Whether no stored result of the function would go stale with another text; reports what holds some.</summary>
    public static bool RefuseStored(ChangeDraft draft, Routine routine)
    {
        var users = Users(draft, routine).Where(Stores).Select(Words).Distinct(StringComparer.Ordinal).ToList();
        foreach (var user in users)
        {
            draft.Report(
                ProblemCodes.ResultsStored, $"The {user} holds results of the {routine.Kind} {routine.Identity}, or was proved by it.", routine.Name);
        }

        return users.Count == 0;
    }

    /// <summary>Adds the change, with what its texts name.</summary>
    public static void Add(ChangeDraft draft, ObjectChange change)
    {
        var texts = new[] { change.Before, change.After }.OfType<Routine>().Select(Source).ToList();
        var on = draft.Schema.Tables.Select(t => t.Name).Concat(draft.Changes.Select(c => c.After?.Name).OfType<string>())
            .Concat(draft.Schema.Views.Select(v => v.Name)).Concat(draft.Objects.All.Select(o => o.Name)).Where(n => n != change.Name)
            .Where(n => texts.Exists(t => SqlLexer.Names(t, n)));
        draft.Objects.Add(change with { On = on.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList() });
    }

    /// <summary>What of the new version calls a function that is made only when the version is served.</summary>
    public static IEnumerable<Problem> TooEarly(ChangeDraft draft) =>
        from routine in draft.Objects.All.Where(o => o.Added).Select(o => o.After).OfType<Routine>()
        where draft.Schema.Objects.OfType<Routine>().All(r => r.Name != routine.Name)
        from change in draft.Changes
        from what in Calls(change, routine.Name).Distinct(StringComparer.Ordinal)
        select new Problem(
            ProblemCodes.NotInPlace, $"{what} of {change.Name} calls {routine.Identity}, which is made only when the new version is served.", Subject: routine.Name,
            Remedy: "Make the function in a migration before this one.");

    /// <summary>What of the new version would be built, or proved, by a function as it was before the migration replaces it.</summary>
    public static IEnumerable<Problem> Stale(ChangeDraft draft) =>
        from routine in draft.Objects.All.Where(o => o is { Before: Routine, After: Routine, CommentOnly: false }).Select(o => (Routine)o.After!)
        where draft.Schema.Objects.OfType<Routine>().Count(r => r.Name == routine.Name) == 1
        from change in draft.Changes
        from what in Kept(change).Where(k => IsCalledIn(k.Sql, routine.Name)).Select(k => k.What).Distinct(StringComparer.Ordinal)
        select new Problem(
            ProblemCodes.NotInPlace, $"{what} of {change.Name} calls {routine.Identity}, which is replaced only when the new version is served.", Subject: routine.Name,
            Remedy: "Replace the function in a migration before this one.");

    private static IEnumerable<(string What, string Sql)> Kept(TableChange change) =>
        change.Columns.Where(c => c.After is { Generated: not null } a && a.Generated != c.Before?.Generated).Select(c => ($"The column {c.After!.Name}", c.After.Generated!))
            .Concat(change.Checks.Where(c => c.Added).Select(c => ($"The check {c.After!.Name}", c.After.Expression)))
            .Concat(from index in change.Indexes.Where(i => i.Added).Select(i => i.After!)
                from sql in index.Keys.Select(k => k.Expression).Append(index.Where).OfType<string>()
                select ($"The index {index.Name}", sql));

    private static bool IsCalledIn(string sql, string name)
    {
        var tokens = SqlLexer.Tokenize(sql);
        return Enumerable.Range(0, Math.Max(0, tokens.Count - 1)).Any(i => tokens[i].Name == name && tokens[i + 1].IsSymbol("("));
    }

    /// <summary>What of the old version calls a function that goes: a rollback serves the old version, and counts rows by its rules, before the function is back.</summary>
    public static IEnumerable<Problem> TooLate(ChangeDraft draft) =>
        from routine in draft.Objects.All.Where(o => o.Dropped).Select(o => o.Before).OfType<Routine>()
        where draft.Objects.Now.Objects.OfType<Routine>().All(r => r.Name != routine.Name)
        from change in draft.Changes.Where(c => c.Before is not null)
        from what in change.Before!.Columns.Where(c => Names(c.Default, routine.Name)).Select(c => $"The default of {change.Before.Name}.{c.Name}")
            .Concat(change.Before.Checks.Where(c => change.After is not null && Names(c.Expression, routine.Name)).Select(c => $"The check {c.Name} of {change.Before.Name}"))
        select new Problem(
            ProblemCodes.NotInPlace, $"{what} calls {routine.Identity}, without which a rollback could not serve it again.", Subject: routine.Name,
            Remedy: "Drop the function in a migration behind this one.");

    private static bool Names(string? sql, string name) => sql is not null && SqlLexer.Names(sql, name);

    /// <summary>The text of a routine with what it says in quotes laid open.</summary>
    public static string Source(Routine routine) =>
        routine.Code == RoutineKind.Aggregate ? routine.Definition : RoutineText.Of(routine) is var text ? $"{text.Parameters} {text.Returns} {text.Source}" : "";

    private static IEnumerable<string> Calls(TableChange change, string name)
    {
        return change.Columns.Where(c => c.After is { } a && a != c.Before && (Names(a.Default, name) || Names(a.Generated, name))).Select(c => $"The column {c.After!.Name}")
            .Concat(change.Checks.Where(c => c.Added && Names(c.After!.Expression, name)).Select(c => $"The check {c.After!.Name}"))
            .Concat(change.Indexes.Where(i => i.Added && (Names(i.After!.Where, name) || i.After.Keys.Any(k => Names(k.Expression, name)))).Select(i => $"The index {i.After!.Name}"))
            .Concat(change.Lenses.SelectMany(l => l.Up.Concat(l.Down)).Where(e => Names(e.Sql, name)).Select(e => $"The expression for {e.Column}"));
    }

    private static string Arguments(ChangeDraft draft, IEnumerable<string> types) => string.Join(", ", types.Select(t =>
        TypeOf(t.Trim().StartsWith($"{draft.Schema.Name}.", StringComparison.Ordinal) ? t.Trim()[(draft.Schema.Name.Length + 1)..] : t)));

    private static IEnumerable<ObjectNeed> Users(ChangeDraft draft, Routine routine) => draft.Schema.Needs
        .Where(n => n.Needs.Schema is null && n.Needs.Kind == routine.Kind && n.Needs.Identity == routine.Identity && !Left(draft, n, routine.Name));

    /// <summary>Whether an operation before this one ends the need.</summary>
    private static bool Left(ChangeDraft draft, ObjectNeed need, string name)
    {
        if (draft.Objects.All.FirstOrDefault(o => o.Before?.Reference == need.Object) is { } change)
        {
            return change.After switch
            {
                View view => !SqlLexer.Names(view.Definition, name),
                Routine routine => !SqlLexer.Names(Source(routine), name),
                Trigger trigger => !SqlLexer.Names(trigger.Definition, name),
                RowPolicy policy => !Names(policy.Using, name) && !Names(policy.Check, name),
                _ => change.Dropped,
            };
        }

        return need.Object.Kind switch
        {
            "index" => draft.Changes.Any(c => c.Indexes.Any(i => i.Dropped && i.Before!.Name == need.Object.Identity)),
            "table" when draft.Changes.FirstOrDefault(c => c.Before?.Name == need.Object.Identity) is { } table =>
                table.After is null
                || table.Columns.Any(c => (need.Part == $"default {c.Before?.Name}" && !Names(c.After?.Default, name)) || (need.Part == $"generated {c.Before?.Name}" && !Names(c.After?.Generated, name)))
                || table.Checks.Any(c => c.Dropped && need.Part == $"constraint {c.Before!.Name}"),

            // Triggers and policies go with their table.
            "trigger" or "policy" => draft.Changes.Any(c => c is { Before: not null, After: null } && need.Object.Identity.EndsWith($" on {c.Before.Name}", StringComparison.Ordinal)),
            _ => false,
        };
    }

    private static bool Stores(ObjectNeed need) =>
        need.Object.Kind == "index"
        || (need.Object.Kind is "table" && need.Part?.StartsWith("default ", StringComparison.Ordinal) != true)
        || (need.Object.Kind is "domain" && need.Part?.StartsWith("constraint ", StringComparison.Ordinal) == true);

    private static string Words(ObjectNeed need) => need.Part is null ? $"{need.Object}" : $"{need.Part} of the {need.Object}";

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Modifier();
}
