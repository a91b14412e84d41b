using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What the order of migrations on the same tables allows.</summary>
internal static class StackRules
{
    /// <summary>Every table that a plan touches, by its names in both versions, and every other object with what it hangs on.</summary>
    public static ValueList<string> TablesOf(Plan plan) =>
        plan.Changes.SelectMany(c => new[] { c.Before?.Name, c.After?.Name })
            .Concat(plan.Rows.SelectMany(r => new[] { r.Table.Name, r.Archive?.Table }))
            .Concat(ScriptRules.Tables(plan.Scripts))
            .Concat(plan.Scripts.SelectMany(ScriptRules.Made))
            .Concat(plan.Objects.SelectMany(o => o.On.Prepend(o.Name)))
            .Concat(plan.Changes.Where(c => c.Partitioning is not null).SelectMany(c => Referring(plan, c)))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToValueList();

    // The foreign keys of these are made again with the table, back and forth.
    private static IEnumerable<string> Referring(Plan plan, TableChange divided) =>
        plan.Schema.Tables.Where(t => t.ForeignKeys.Any(f => f.ReferencedTable == divided.Name)).Select(t => t.Name);

    /// <summary>Going back is a stack: what was begun later on the same tables goes first.</summary>
    public static Problem? RefuseBefore(JournalView view, RunRecord run) =>
        view.Runs.LastOrDefault(r => r.Position > run.Position && r.Counts && Shares(r, run)) is { } later ? Stands(later, run) : null;

    /// <summary>
    /// What was undone goes on with the plan that it was begun with, so on its tables stands what stood there then, no more and no less: what was
    /// begun before it may have been taken back and begun again.
    /// </summary>
    public static async Task<Problem?> RefuseAgainAsync(JournalReader reader, JournalView view, RunRecord run, CancellationToken cancellationToken)
    {
        var planned = PlannedAt(await reader.EventsAsync(run.Migration, cancellationToken).ConfigureAwait(false));
        foreach (var other in view.Runs.Where(r => r.Migration != run.Migration && Shares(r, run)).Reverse())
        {
            var entries = await reader.EventsAsync(other.Migration, cancellationToken).ConfigureAwait(false);
            var (stood, gone) = (StoodAt(planned, entries), entries.Any(e => e.Id > planned && IsGone(e)));
            if (other.Counts && other.Position > run.Position && (!stood || gone))
            {
                return Stands(other, run);
            }

            if (stood && !other.Counts)
            {
                return Misses(other, run, gone);
            }
        }

        return null;
    }

    private static Problem Stands(RunRecord later, RunRecord run) => new(
        ProblemCodes.LaterMigrationStands,
        $"{later.Migration} was begun after {run.Migration} and touches {Shared(later, run)}, too.",
        Subject: later.Migration,
        Remedy: later.Adopted ? $"It was adopted: `tandem rollback {later.Migration}` takes that back first, and changes nothing." : later.State == RunState.Done ? $"{later.Migration} cannot be taken back any more; write a new migration instead." : null);

    private static Problem Misses(RunRecord former, RunRecord run, bool gone) => new(
        ProblemCodes.StalePlan,
        $"{run.Migration} was planned on what {former.Migration} made of {Shared(former, run)}, and that is taken back.",
        Subject: former.Migration,
        Remedy: gone ? $"Sunset {run.Migration}, and plan it again." : $"Start and complete {former.Migration} first; or sunset {run.Migration}, and plan it again.");

    // The entry with which a migration was begun anew: its first, or the first since it was gone.
    private static long PlannedAt(ValueList<JournalEntry> entries)
    {
        var gone = entries.LastOrDefault(IsGone)?.Id ?? 0;
        return entries.FirstOrDefault(e => e.Id > gone && e.Kind == "phase_begun")?.Id ?? 0;
    }

    private static bool StoodAt(long entry, ValueList<JournalEntry> entries) =>
        entries.LastOrDefault(e => e.Id < entry && e.Kind == "phase_begun") is { Phase: Phase.Start or Phase.Restart or Phase.Complete or Phase.Sunset };

    private static bool IsGone(JournalEntry entry) => entry is { Kind: "phase_done", Phase: Phase.Discard };

    /// <summary>
    /// Dropping goes the other way: what was begun earlier on the same tables hangs on a retired migration's old
    /// storage and goes first. On an undone migration's new storage only what was begun later can hang.
    /// </summary>
    private static Problem? RefuseSunset(JournalView view, RunRecord run)
    {
        var earlier = run.State == RunState.Undone
            ? view.Runs.LastOrDefault(r => r.Position > run.Position && r.State == RunState.Undone && Shares(r, run))
            : view.Runs.FirstOrDefault(r => r.Position < run.Position && r.Retained && Shares(r, run));
        return earlier is null
            ? null
            : new Problem(
                ProblemCodes.EarlierMigrationKept,
                $"{earlier.Migration} was begun {(earlier.Position < run.Position ? "before" : "after")} {run.Migration}, touches {Shared(earlier, run)}, too, and is not sunset yet.",
                Subject: earlier.Migration,
                Remedy: $"Sunset {earlier.Migration} first.");
    }

    /// <summary>
    /// As <see cref="RefuseSunset"/>; and the second name of a domain stays as long as another migration, be it of other tables or begun later, casts to it: to keep
    /// rows in agreement, or to bring back what it changed.
    /// </summary>
    public static async Task<Problem?> RefuseSunsetAsync(JournalReader reader, JournalView view, RunRecord run, CancellationToken cancellationToken)
    {
        if (RefuseSunset(view, run) is { } earlier)
        {
            return earlier;
        }

        var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var going = plan.Objects.Where(o => o.RenamesDomain).Select(o => (run.State == RunState.Undone ? o.After : o.Before)!.Name).ToList();
        foreach (var other in going.Count == 0 ? [] : view.Runs.Where(r => r.Retained && r.Migration != run.Migration))
        {
            var kept = await reader.PlanAsync(other.Migration, cancellationToken).ConfigureAwait(false);
            if (kept.Changes.Cast<object>().Concat(kept.Objects).Concat(kept.Scripts).Any(c => going.Exists(g => ExpressionNames.AnyNamesType(c, g))))
            {
                return new Problem(
                    ProblemCodes.EarlierMigrationKept,
                    $"{other.Migration} casts to {string.Join(", ", going)}, which would be dropped, and is not sunset yet.",
                    Subject: other.Migration,
                    Remedy: $"Sunset {other.Migration} first.");
            }
        }

        return run.State == RunState.Undone ? await RefuseCalledAsync(reader, view, run, plan, cancellationToken).ConfigureAwait(false) : null;
    }

    // An index that an undone migration keeps hidden calls functions of an earlier one.
    private static async Task<Problem?> RefuseCalledAsync(JournalReader reader, JournalView view, RunRecord run, Plan plan, CancellationToken cancellationToken)
    {
        var going = plan.Objects.Where(o => o is { Added: true, After: Routine }).Select(o => o.Name).ToList();
        foreach (var other in going.Count == 0 ? [] : view.Runs.Where(r => r.Position > run.Position && r.State == RunState.Undone).Reverse())
        {
            var kept = await reader.PlanAsync(other.Migration, cancellationToken).ConfigureAwait(false);
            var texts = kept.Changes.SelectMany(c => c.Indexes).Where(i => i.Added).SelectMany(i => i.After!.Keys.Select(k => k.Expression).Append(i.After.Where)).OfType<string>().ToList();
            if (going.FirstOrDefault(g => texts.Exists(t => SqlLexer.Names(t, g))) is { } called)
            {
                return new Problem(
                    ProblemCodes.EarlierMigrationKept,
                    $"An index of {other.Migration} calls {called}, which would be dropped, and is not sunset yet.",
                    Subject: other.Migration,
                    Remedy: $"Sunset {other.Migration} first.");
            }
        }

        return null;
    }

    /// <summary>
    /// Going back is a stack. SQL of a migration's own that takes back what it made also meets what undone migrations hide there,
    /// columns and tables that refer to it, and knows nothing of them: that goes first.
    /// </summary>
    public static async Task<Problem?> RefuseBackAsync(JournalReader reader, JournalView view, RunRecord run, CancellationToken cancellationToken)
    {
        if (RefuseBefore(view, run) is { } standing)
        {
            return standing;
        }

        var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var made = plan.Scripts.Where(s => s.Down is not null).SelectMany(ScriptRules.Made).ToHashSet(StringComparer.Ordinal);
        foreach (var undone in made.Count == 0 ? [] : view.Runs.Where(r => r.Position > run.Position && r.State == RunState.Undone).Reverse())
        {
            var other = await reader.PlanAsync(undone.Migration, cancellationToken).ConfigureAwait(false);
            var met = Reached(other).Where(made.Contains).Distinct().ToList();
            if (met.Count > 0 && !IsGone(other))
            {
                return new Problem(
                    ProblemCodes.EarlierMigrationKept,
                    $"{undone.Migration} is undone and keeps what it brought on {string.Join(", ", met)}, which the SQL of {run.Migration} takes back.",
                    Subject: undone.Migration,
                    Remedy: $"Sunset {undone.Migration} first.");
            }
        }

        return null;
    }

    // SQL whose way back is known to restore the schema hides nothing behind it.
    private static bool IsGone(Plan undone) =>
        undone is { Scripts.Count: > 0, Changes.Count: 0, Objects.Count: 0, Rows.Count: 0 }
        && undone.Scripts.All(s => s is { Down: not null, Effect.NotRestored.Count: 0 });

    private static IEnumerable<string> Reached(Plan plan) =>
        TablesOf(plan).Concat(plan.Changes.SelectMany(c => c.After?.ForeignKeys ?? []).Select(f => f.ReferencedTable));

    /// <summary>What is hidden stays for the time that the migration's file says. What nobody ever used may go at once.</summary>
    public static Problem? RefuseRetention(RunRecord run, DateTimeOffset now)
    {
        var until = run.HiddenAt + run.Retain;
        return until > now && (run.State != RunState.Undone || run.WasLive)
            ? new Problem(ProblemCodes.RetentionNotOver, $"{run.Migration} keeps the way back until {until:u}.", Subject: run.Migration)
            : null;
    }

    /// <summary>While a migration is held nothing is begun on its tables.</summary>
    public static Problem? RefuseHeld(JournalView view, Plan plan)
    {
        var mine = new RunRecord { Migration = plan.Migration, Tables = TablesOf(plan) };
        return view.Runs.FirstOrDefault(r => r.Held && r.Migration != plan.Migration && Shares(r, mine)) is { } held ? GuardHold.Problem(held) : null;
    }

    private static bool Shares(RunRecord one, RunRecord other) =>
        one.Tables.Intersect(other.Tables, StringComparer.Ordinal).Any()
        || one.Tables.Contains(ScriptRules.AnyTable) || other.Tables.Contains(ScriptRules.AnyTable);

    private static string Shared(RunRecord one, RunRecord other) =>
        one.Tables.Intersect(other.Tables, StringComparer.Ordinal).Where(t => t != ScriptRules.AnyTable).ToList() is { Count: > 0 } shared
            ? string.Join(", ", shared)
            : "tables that are not known";
}
