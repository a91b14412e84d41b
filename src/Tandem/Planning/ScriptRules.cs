using System.Globalization;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What SQL of a migration's own may be, and what the plan says about it.</summary>
internal static class ScriptRules
{
    /// <summary>Stands for every table: what a script touches is not known.</summary>
    public const string AnyTable = "*";

    /// <summary>The tables that scripts touch; <see cref="AnyTable"/> when one of them is not known.</summary>
    public static IEnumerable<string> Tables(IEnumerable<RawScript> scripts) => scripts.SelectMany(Tables)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    /// <summary>What a script made or changed, by name: a later migration that uses it stands on this one.</summary>
    public static IEnumerable<string> Made(RawScript script) =>
        script.Effect is { } effect ? effect.Created.Concat(effect.Changed).SelectMany(NamesOf) : [];

    /// <summary>
    /// The schema behind the scripts: the target's own, with what differs in the copy. What no script changed stays as
    /// the target has it, since a copy may lack things.
    /// </summary>
    public static DatabaseSchema Behind(DatabaseSchema schema, SandboxReport trial)
    {
        if (trial.After is not { } after)
        {
            return schema;
        }

        var tables = Merge(schema.Tables, trial.Before.Tables, after.Tables, t => t.Name);
        return schema with
        {
            Tables = tables,
            Enums = Merge(schema.Enums, trial.Before.Enums, after.Enums, e => e.Name),
            Views = Merge(schema.Views, trial.Before.Views, after.Views, v => v.Name),
            Sequences = Merge(schema.Sequences, trial.Before.Sequences, after.Sequences, s => s.Name),
            Dependents = schema.Dependents.Where(d => tables.Any(t => t.Name == d.Table || t.PrimaryKey?.Name == d.Table || t.Uniques.Any(u => u.Name == d.Table) || t.Indexes.Any(i => i.Name == d.Table))).ToValueList(),
        };
    }

    /// <summary>What is wrong with the scripts, and between them and the migration's other operations.</summary>
    public static IEnumerable<Problem> Check(
        Migration migration, ValueList<TableChange> changes, ValueList<RawScript> scripts, SandboxReport? trial)
    {
        var operations = migration.Operations.OfType<Sql>().ToList();
        if (operations.Count == 0 || scripts.Count < operations.Count)
        {
            return [];
        }

        var typed = migration.Operations.FirstOrDefault(o => o is not Sql);
        var late = typed is null
            ? []
            : migration.Operations.SkipWhile(o => o is Sql).OfType<Sql>().Select(o => new Problem(
                ProblemCodes.ScriptTooLate, "It would be carried out before the operations in front of it.", o.Place));
        return late
            .Concat(operations.Zip(scripts, (o, s) => Check(o, s, trial)).SelectMany(p => p))
            .Concat(typed is null ? [] : Mixed(changes, scripts, typed));
    }

    /// <summary>
    /// A script must not change what another migration keeps in sync. A table that it only made, or whose rules alone it
    /// changed, has one form.
    /// </summary>
    public static IEnumerable<Problem> Retained(IEnumerable<RawScript> scripts, IEnumerable<RetainedChange> retained) =>
        from script in scripts
        from other in retained
        where other.Change is { Before: not null, ShapeDiffers: true }
        let names = new[] { other.Change.Before?.Name, other.Change.After?.Name }.OfType<string>().Distinct()
        let met = names.FirstOrDefault(n => script.Effect is null ? script.Touches.Count == 0 || script.Touches.Contains(n) : Meets(script.Effect, n))
        where met is not null
        select new Problem(
            ProblemCodes.ScriptMeetsSync,
            script.Effect is null && script.Touches.Count == 0
                ? $"sql {Number(script)} may change {met}, which {other.Migration} keeps in sync; what it touches is not known."
                : $"sql {Number(script)} changes {met}, which {other.Migration} keeps in sync.",
            Subject: met)
        {
            NeedsConsent = script.Effect is null && script.Touches.Count == 0,
        };

    private static IEnumerable<string> Tables(RawScript script) => script switch
    {
        { Effect: { Failure: null } effect } => effect.Touched.Concat(script.Touches),
        { Touches.Count: > 0 } => script.Touches,
        _ => [AnyTable],
    };

    private static IEnumerable<Problem> Check(Sql operation, RawScript script, SandboxReport? trial)
    {
        var name = $"sql {Number(script)}";
        yield return new Problem(
            ProblemCodes.SingleVersion, $"{name} is carried out for both versions at once.", operation.Place, name, "Nothing, if that is meant.");
        if (script.Down is null)
        {
            yield return new Problem(ProblemCodes.NoWayBack, $"{name} has no `down`: a rollback leaves what it did.", operation.Place, name) { NeedsConsent = true };
        }

        if (script.Effect is not { } effect)
        {
            yield return new Problem(
                ProblemCodes.EffectUnknown,
                trial is null ? $"{name} was not tried: locks, rewritten tables and what it makes are not known." : $"{name} could not be tried, because SQL before it failed.",
                operation.Place,
                name)
            { NeedsConsent = true };
        }
        else
        {
            foreach (var problem in Found(script, effect, trial!.Lacking).Select(p => p with { Place = operation.Place, Subject = name }))
            {
                yield return problem;
            }
        }

        if (!script.UpInTransaction || (script.Down is not null && !script.DownInTransaction))
        {
            yield return new Problem(
                ProblemCodes.ScriptOutsideTransaction,
                script.Done is null
                    ? $"{name}: if the answer to a statement is lost, a person is asked whether it was carried out."
                    : $"{name}: if the answer to a statement is lost, `done` tells whether it was carried out.",
                operation.Place,
                name);
        }
    }

    private static IEnumerable<Problem> Found(RawScript script, ScriptEffect effect, ValueList<string> lacking)
    {
        var name = $"sql {Number(script)}";
        if (effect is { OutlastsCopy: true, Failure: { } reason })
        {
            yield return new Problem(
                ProblemCodes.EffectUnknown, $"{name} was not tried: {reason}.", Remedy: "Accept it with the reason in `accept:`; or do that part by hand before, and let the SQL ask whether it is done.")
            { NeedsConsent = true };
            yield break;
        }

        if (effect.Failure is { } failure)
        {
            yield return Failed(ProblemCodes.ScriptFails, name, failure, effect.FailedOnRows, lacking);
            yield break;
        }

        if (effect.DownFailure is { } downFailure)
        {
            yield return Failed(ProblemCodes.DownFails, $"The way back of {name}", downFailure, effect.DownFailedOnRows, lacking);
        }

        if (effect.NotRestored is { Count: > 0 } different)
        {
            yield return new Problem(ProblemCodes.DownDoesNotRestore, $"Behind the way back of {name}, other than before: {List(different)}.") { NeedsConsent = true };
        }

        if (effect.Rewritten.Count > 0)
        {
            yield return new Problem(ProblemCodes.ScriptRewrites, $"{name} writes {List(effect.Rewritten)} anew.") { NeedsConsent = true };
        }

        if (effect.LeftReferring.Count > 0)
        {
            yield return new Problem(ProblemCodes.ScriptLeavesReferences, $"{name} leaves foreign keys to tables that are not there: {List(effect.LeftReferring)}.") { NeedsConsent = true };
        }

        var blocking = effect.Locks.Where(l => l.Blocks.Contains("writers", StringComparison.Ordinal)).ToList();
        if (blocking.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.ScriptBlocks, $"{name} takes {List(blocking.Select(l => $"{l.Level} on {l.Object}").ToValueList())} until it is over.");
        }
    }

    // A copy that lacks objects, and rows as every copy does, proves nothing by failing for want of them.
    private static Problem Failed(ProblemCode code, string what, string failure, bool onRows, ValueList<string> lacking) =>
        lacking.Count > 0 ? new Problem(ProblemCodes.EffectUnknown, $"{what} failed in a copy that lacks {List(lacking)}: {failure}") { NeedsConsent = true }
        : onRows ? new Problem(
            ProblemCodes.EffectUnknown, $"{what} failed in a copy without rows: {failure}",
            Remedy: "Correct it; or, when it needs rows that the target has, accept it with that reason in `accept:`. It is one transaction unless the file says otherwise.") { NeedsConsent = true }
        : new Problem(code, $"{what}: {failure}");

    // What the operations make stays hidden after a rollback, which takes the scripts back.
    private static IEnumerable<Problem> Mixed(ValueList<TableChange> changes, ValueList<RawScript> scripts, Operation typed)
    {
        if (scripts.Any(s => s.Effect is null or { Failure: not null }))
        {
            yield return new Problem(
                ProblemCodes.DependsOnScript, "Whether the operations depend on the SQL is not known.", typed.Place,
                Remedy: "Let the SQL be tried in a sandbox, or write two migrations.");
            yield break;
        }

        var made = scripts.SelectMany(s => s.Effect!.Created.Concat(s.Effect.Changed).Concat(s.Effect.Dropped)).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (Named(change).FirstOrDefault(made.Contains) is { } name)
            {
                yield return new Problem(ProblemCodes.DependsOnScript, $"The change of {change.Name} depends on {name}, which SQL of this migration makes or changes.", typed.Place, change.Name);
            }
        }
    }

    /// <summary>Every name that a change can depend on: a name too many costs a second migration, a name missed would break the sync.</summary>
    private static IEnumerable<string> Named(TableChange change)
    {
        var columns = change.Columns.SelectMany(c => new[] { c.Before, c.After }).OfType<Column>().ToList();
        var texts = change.Lenses.SelectMany(l => l.Up.Concat(l.Down)).Select(e => e.Sql)
            .Concat(columns.Select(c => c.Type))
            .Concat(columns.Select(c => c.Default ?? ""))
            .Concat(columns.Select(c => c.Generated ?? ""))
            .Concat(change.Checks.SelectMany(c => new[] { c.Before?.Expression, c.After?.Expression }).OfType<string>());
        return new[] { change.Before?.Name, change.After?.Name }.OfType<string>()
            .Concat(change.ForeignKeys.SelectMany(f => new[] { f.Before?.ReferencedTable, f.After?.ReferencedTable }).OfType<string>())
            .Concat(texts.SelectMany(SqlLexer.Identifiers));
    }

    private static bool Meets(ScriptEffect effect, string table) =>
        effect.Changed.Concat(effect.Dropped).Concat(effect.Created).Any(o => NamesOf(o).Contains(table, StringComparer.Ordinal))
        || effect.Rewritten.Contains(table);

    // "table public.customers", "constraint x on public.customers": the last part of the name, and of what it stands on.
    private static string NameOf(string described) => NamesOf(described).First();

    private static IEnumerable<string> NamesOf(string described)
    {
        var name = described[(described.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        return name.Split(" on ").Select(part => SqlLexer.Tokenize(part.Split('(')[0]).LastOrDefault(
            t => t.IsName).Value ?? part);
    }

    private static ValueList<T> Merge<T>(ValueList<T> own, ValueList<T> before, ValueList<T> after, Func<T, string> name)
    {
        var were = before.ToDictionary(name, StringComparer.Ordinal);
        var are = after.ToDictionary(name, StringComparer.Ordinal);
        return own.Where(o => !were.ContainsKey(name(o)) || are.ContainsKey(name(o)))
            .Where(o => !are.TryGetValue(name(o), out var now) || (were.TryGetValue(name(o), out var was) && Equals(was, now)))
            .Concat(after.Where(a => !were.TryGetValue(name(a), out var was) || !Equals(was, a)))
            .OrderBy(name, StringComparer.Ordinal)
            .ToValueList();
    }

    private static string List(ValueList<string> items) =>
        string.Join(", ", items.Take(5)) + (items.Count > 5 ? string.Create(CultureInfo.InvariantCulture, $" and {items.Count - 5} more") : "");

    private static string Number(RawScript script) => script.Number.ToString(CultureInfo.InvariantCulture);
}
