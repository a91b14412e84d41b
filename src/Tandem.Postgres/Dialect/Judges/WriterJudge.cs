using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>
/// Which writes the sync takes for those of the other version, or of both. All versions share one row, so a write shows
/// by the columns that it changes and by nothing else; where that does not tell, the plan names the columns.
/// </summary>
internal static class WriterJudge
{
    public static IEnumerable<Problem> Of(TableChange change, RenderContext context)
    {
        var own = context.Schema.Dependents.Where(d => d.Table == change.Name).ToList();
        return change.Lenses.SelectMany(l => Defaults(change, l, own).Concat(Inserts(change, l)).Concat(Updates(change, l)).Concat(Triggers(change, l, own)));
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names);

    // An insert of the new version leaves the old columns to their default; what else stands in them was given by the old one.
    private static IEnumerable<Problem> Defaults(TableChange change, Lens lens, List<Dependent> own)
    {
        foreach (var column in Old(change, lens).Where(c => c is { Identity: IdentityKind.None, Default: { } text } && Dialect.Defaults.IsVolatile(text)
            && change.Before!.PrimaryKey?.Columns.Contains(c.Name) != true))
        {
            yield return new Problem(ProblemCodes.VolatileOldDefault, $"{change.Name}.{column.Name} has the default {column.Default}.", Subject: $"{change.Name}.{column.Name}");
        }

        foreach (var type in own.Where(d => d.Kind == DependentKind.TypeDefault && d.Column is { } c && lens.Old.Contains(c)))
        {
            yield return new Problem(
                ProblemCodes.DefaultOfType, $"{change.Name}.{type.Column} takes its default from the type {type.Name}.", Subject: $"{change.Name}.{type.Column}");
        }
    }

    private static IEnumerable<Problem> Inserts(TableChange change, Lens lens)
    {
        var defaults = Old(change, lens).Where(c => c.Default is not null).Select(c => c.Name).ToList();
        if (lens.New.Count == 0)
        {
            if (defaults.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.DropFollowsDefault,
                    $"Until complete, rows that new applications insert into {change.After!.Name} carry the default of {List(defaults)}, not what `down` gives.",
                    Subject: change.Name);
            }

            yield return Ambiguous(
                change, Severity.Note, $"Until complete, NULL that old applications insert into {List(lens.Old)} of {change.Name} is taken for not given: the row gets what `down` gives.");
            yield break;
        }

        var required = lens.New.Where(n => change.After!.Column(n) is { Nullable: false }).ToList();
        var nulls = lens.New.Count == 1 ? $"NULL in {lens.New[0]}" : $"NULL in all of {List(lens.New)}";
        var row = $"A row that new applications insert into {change.After!.Name} with {nulls}";
        if (lens.Old.Count == 0)
        {
            yield return Ambiguous(change, Severity.Note, $"{row} is taken for one of an old application: it gets what `up` gives.");
        }
        else if (required.Count > 0)
        {
            yield return Ambiguous(
                change, Severity.Note, $"{row} is not refused, though {List(required)} must not be NULL, but taken for one of an old application that gives no {List(lens.Old)}: it gets what `up` gives.");
        }
        else if (defaults.Count > 0)
        {
            yield return Ambiguous(change, Severity.Warning, $"{row} is taken for one of an old application: it gets what `up` gives for the old default of {List(defaults)}.");
        }
        else if (LensColumns.OnlyFarMayBeNull(change, lens, Side.Old))
        {
            yield return Ambiguous(
                change, Severity.Note, $"NULL that old applications insert into {List(lens.Old)} of {change.Name} is not refused where `down` gives a value for {nulls}: the row is taken for one of a new application.");
        }
        else
        {
            yield return Ambiguous(change, Severity.Note, $"{row} is taken for one of an old application: {List(lens.Old)} stays NULL, and the row gets what `up` gives for that.");
        }
    }

    private static Problem Ambiguous(TableChange change, Severity severity, string message) =>
        new(ProblemCodes.InsertIsAmbiguous, message, Subject: change.Name) { Severity = severity };

    private static IEnumerable<Problem> Updates(TableChange change, Lens lens)
    {
        var shared = Shared(change, lens).ToList();
        if (shared.Count > 0 && lens is { Old.Count: > 0, New.Count: > 0 })
        {
            yield return new Problem(
                ProblemCodes.SharedInputFollowsOld,
                $"An update of {List(shared.Select(p => p.After!.Name))} alone computes {List(lens.New)} of {change.After!.Name} anew from {List(lens.Old)}, also when a new application does it.",
                Subject: change.Name);
        }
    }

    // The pass before the user's trigger has brought a new application's values to the old columns; with another shared
    // column they do not agree any more, and both sides have changed: the base would win. A dropped column stays what the pass before gave it.
    private static IEnumerable<Problem> Triggers(TableChange change, Lens lens, List<Dependent> own)
    {
        if (lens.Old.Count == 0)
        {
            yield break;
        }

        var between = change.Before!.Triggers.Where(t => t is { Before: true, ForEachRow: true, Enabled: true }).Select(t => t.Name).ToList();
        if (between.Count > 0 && lens.New.Count > 0 && !lens.IsSteady(Side.Old))
        {
            yield return new Problem(
                ProblemCodes.TriggerChangesInput,
                $"`down` may give another value each time for {List(lens.Old)} of {change.Name}, so that behind {List(between)} nobody can tell any more whether a trigger wrote it: "
                + $"what a new application writes to {List(lens.New)} would then be computed anew from {List(lens.Old)}.",
                Subject: change.Name)
            { NeedsConsent = true };
        }

        var enabled = change.Before!.Triggers.Where(t => t.Enabled).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var shared = Shared(change, lens).Select(p => p.Before!.Name).ToList();
        var alone = lens.New.Count == 0 ? [] : Alone(change, lens).ToList();
        foreach (var trigger in own.Where(d => d.Kind == DependentKind.TriggerWrites && enabled.Contains(d.Name)).GroupBy(d => d.Name))
        {
            List<string> Of(IReadOnlyList<string> columns) => [.. columns.Where(c => trigger.Any(d => d.Column is null || d.Column == c))];
            var carried = alone.Count == 0 ? [] : Of(lens.Old);
            if (carried.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.TriggerChangesInput,
                    $"The trigger {trigger.Key} of {change.Name} may change {List(carried)}, which also holds what only the other version has in {List(alone)}: "
                    + $"what is written there would then be found in {List(lens.New)} and {List(lens.Old)}, and once more with each such write.",
                    Subject: change.Name)
                { NeedsConsent = true };
            }

            var written = Of(shared);
            if (written.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.TriggerChangesInput,
                    lens.New.Count == 0
                        ? $"The trigger {trigger.Key} of {change.Name} may change {List(written)}, which both versions share and from which {List(lens.Old)} is computed for new applications: "
                            + $"{List(lens.Old)} would then be what {List(written)} gives as it was before the trigger."
                        : $"The trigger {trigger.Key} of {change.Name} may change {List(written)}, which both versions share and from which {List(lens.New)} and {List(lens.Old)} are computed: "
                            + $"what a new application writes to {List(lens.New)} would then be computed anew from {List(lens.Old)}.",
                    Subject: change.Name)
                { NeedsConsent = true };
            }
        }
    }

    // Columns of one version that the way to the other reads and that no lens gives back from there.
    private static IEnumerable<string> Alone(TableChange change, Lens lens) =>
        from side in new[] { Side.Old, Side.New }
        from pair in change.Columns
        where !pair.Kept && pair.Of(side) is { } column && lens.Giving(side.Other()).Any(e => SqlLexer.Names(e.Sql, column.Name))
            && !change.Lenses.Any(l => l.Of(side).Contains(column.Name) && l.Of(side.Other()).Count > 0)
        select pair.Of(side)!.Name;

    private static IEnumerable<Column> Old(TableChange change, Lens lens) => lens.Old.Select(o => change.Before!.Column(o)!);

    private static IEnumerable<Pair<Column>> Shared(TableChange change, Lens lens) => change.Carried.Where(p =>
        lens.Up.Any(e => SqlLexer.Names(e.Sql, p.Before!.Name)) || lens.Down.Any(e => SqlLexer.Names(e.Sql, p.After!.Name)));
}
