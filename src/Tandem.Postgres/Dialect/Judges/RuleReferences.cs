using Tandem.Databases;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>Foreign keys that refer to rows by the index of a rule that goes: the server drops no such index. Which one a foreign key uses it alone knows.</summary>
internal static class RuleReferences
{
    private const string ToPartition = " (to the partition ";
    private const string Outside = "foreign key ";

    /// <summary>What the plan owes to say about the rules that go at complete.</summary>
    public static IEnumerable<Problem> Judge(TableChange change, RenderContext context)
    {
        if (change.Before is null || change.After is null)
        {
            yield break;
        }

        foreach (var key in change.PrimaryKeys.Where(k => k.Dropped).Select(k => k.Before!))
        {
            var hanging = Hanging(change, context, key.Name!, key.Columns).ToList();
            var outside = context.Schema.Dependents
                .Where(d => d.Table == change.Name && d.Kind == DependentKind.Other && d.Name.StartsWith(Outside, StringComparison.Ordinal) && d.Column is { } column && key.Columns.Contains(column))
                .Select(d => d.Name[Outside.Length..]).Distinct().Where(hanging.Contains).ToList();
            foreach (var name in hanging.Except(outside))
            {
                yield return new Problem(ProblemCodes.Referenced, $"{name} refers to the primary key of {change.Name}.", Subject: change.Name);
            }

            foreach (var name in outside)
            {
                yield return new Problem(ProblemCodes.PinnedColumn, $"{Outside}{name} pins the primary key of {change.Name}.", Subject: change.Name);
            }
        }

        var rules = change.Uniques.Where(u => u.Dropped).Select(u => (Name: u.Before!.Name!, u.Before.Columns, Words: "unique rule"))
            .Concat(change.Indexes.Where(i => i is { Dropped: true, Before: { Unique: true, Where: null } }).Select(i => (i.Before!.Name, i.Before.Keys.Select(k => k.Column ?? "").ToValueList(), "index")));
        foreach (var (rule, columns, words) in rules)
        {
            foreach (var name in Hanging(change, context, rule, columns))
            {
                yield return new Problem(ProblemCodes.ReferencedUnique, $"{name} refers to {change.Name} by the {words} {rule}.", Subject: change.Name);
            }
        }

        foreach (var name in Returning(change, context))
        {
            yield return new Problem(
                ProblemCodes.ReferencedUnique, $"On a rollback {name} would come back before the rule of {change.Name} that it refers to, and hang on the one that takes its place.", Subject: change.Name,
                Remedy: "Drop the foreign key in a migration before this one.");
        }
    }

    /// <summary>The step that looks for foreign keys, and for partitions' own rules, that came meanwhile, before anything is enforced.</summary>
    public static IEnumerable<RenderedStep> Look(CountReferences step, RenderContext context) =>
        Gates(step.Change, context, step.Side).Concat(PartitionGates.Holding(step.Change, Layout.Of(step.Change, context, step.Side), step.Side)).ToValueList() is { Count: > 0 } gates
            ? [new RenderedStep($"references {step.Change.Name}", $"Count what hangs on rules of {step.Change.Name} that go", StepMode.Checks) { Table = step.Change.Name, Gates = gates }]
            : [];

    /// <summary>Foreign keys that came meanwhile and hang on rules that go when the side leaves the base.</summary>
    public static IEnumerable<Gate> Gates(TableChange change, RenderContext context, Side from)
    {
        if (change.Before is null || change.After is null || change.Partitioning is not null)
        {
            yield break;
        }

        var layout = Layout.Of(change, context, from);
        var released = string.Concat(context.Changes.SelectMany(c => ConstraintSql.Released(c, context, from).Select(f => (Layout.Of(c, context, from).Table, Name: f)))
            .Select(f => $" AND NOT (c.conrelid = {Sql.Class(layout.Schema, f.Table)} AND c.conname = {Sql.Text(f.Name)})"));
        var rules = change.PrimaryKeys.Where(k => k.OnlyOn(from)).Select(k => k.Of(from)!.Name!)
            .Concat(change.Uniques.Where(u => u.OnlyOn(from)).Select(u => u.Of(from)!.Name!))
            .Concat(change.Indexes.Where(i => i.OnlyOn(from) && i.Of(from)!.Unique).Select(i => i.Of(from)!.Name));
        foreach (var rule in rules)
        {
            yield return new Gate(
                ProblemCodes.ReferencedUnique.Id,
                $"{{0}} foreign keys that were made meanwhile refer to {change.Name} by {rule}, which goes.",
                $"""
                SELECT count(*) FROM pg_catalog.pg_constraint c
                WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conindid IN (
                    SELECT pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, rule))})::oid
                    UNION ALL SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, rule))})))
                {released}
                """);
        }
    }

    /// <summary>
    /// Foreign keys of the new version that hang on the index: those that stay, by the server's own account, and those that come, which may get to hang
    /// on any rule over their columns.
    /// </summary>
    private static IEnumerable<string> Hanging(TableChange change, RenderContext context, string index, ValueList<string> columns)
    {
        var going = context.Changes.Where(c => c.Before is not null).SelectMany(c => c.ForeignKeys.Where(f => f.Dropped).Select(f => $"{f.Before!.Name} of {c.Before!.Name}")).ToHashSet(StringComparer.Ordinal);
        var staying = context.Schema.Dependents.Where(d => d.Kind == DependentKind.IndexUse && d.Table == index).Select(d => d.Name).Where(n => !going.Contains(n.Split(ToPartition)[0]));
        var carried = Carried(change, columns).ToList();
        var coming = context.Changes.Where(c => c.After is not null)
            .SelectMany(c => c.ForeignKeys.Where(f => f.Added && f.After is { ReferencedSchema: null } key && key.ReferencedTable == change.After!.Name && Same(carried, key.ReferencedColumns)).Select(f => $"{f.After!.Name} of {c.After!.Name}"));
        return staying.Concat(coming).Distinct();
    }

    /// <summary>
    /// Foreign keys that go, to columns for which one rule goes and another comes: on the way back each is proved while the one that came is in force,
    /// and the server takes the oldest index over the columns.
    /// </summary>
    private static IEnumerable<string> Returning(TableChange change, RenderContext context)
    {
        var (coming, kept) = (Rules(change, kept: false), Rules(change, kept: true));
        return from other in coming.Count == 0 ? [] : context.Changes.Where(c => c is { Before: not null, After: not null })
               from key in other.ForeignKeys.Where(f => f.Dropped && f.Before!.ReferencedTable == change.Before!.Name).Select(f => f.Before!)
               where coming.Exists(r => Same(r, Carried(change, key.ReferencedColumns))) && !kept.Exists(r => Same(r, key.ReferencedColumns))
               select $"{key.Name} of {other.Before!.Name}";
    }

    /// <summary>The columns of the rules that both versions have, as the old one calls them, or of those that come.</summary>
    private static List<ValueList<string>> Rules(TableChange change, bool kept)
    {
        IEnumerable<T> Chosen<T>(IEnumerable<Pair<T>> pairs)
            where T : class => pairs.Where(p => kept ? p.Kept : p.Added).Select(p => (kept ? p.Before : p.After)!);
        return
        [
            .. Chosen(change.PrimaryKeys).Select(k => k.Columns),
            .. Chosen(change.Uniques).Where(u => u.Deferrable is null).Select(u => u.Columns),
            .. Chosen(change.Indexes).Where(i => i is { Unique: true, Where: null }).Select(i => i.Keys.Select(k => k.Column ?? "").ToValueList()),
        ];
    }

    private static IEnumerable<string?> Carried(TableChange change, IEnumerable<string> columns) =>
        columns.Select(n => change.Carried.FirstOrDefault(p => p.Before!.Name == n)?.After!.Name);

    private static bool Same(IEnumerable<string?> one, IEnumerable<string?> other) =>
        one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
