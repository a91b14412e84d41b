using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Differences;

/// <summary>The schema that a migration leaves behind, as far as its text tells.</summary>
internal static class Prediction
{
    public static DatabaseSchema Of(MigrationDraft draft, DatabaseSchema from, string engine)
    {
        var schema = draft.Changes.Aggregate(from, (s, c) => s.Replace(c.Before?.Name, null));
        schema = draft.Changes.Where(c => c.After is not null).Aggregate(schema, (s, c) => s.Replace(null, After(c, engine)));
        var names = draft.Changes.Where(c => c.Before is not null && c.After is not null && c.Before.Name != c.After.Name)
            .ToDictionary(c => c.Before!.Name, c => c.After!.Name, StringComparer.Ordinal);
        var gone = draft.Changes.Where(c => c.After is null).Select(c => c.Before!.Name).ToHashSet(StringComparer.Ordinal);
        schema = schema with
        {
            Partitions = Partitions(draft, schema, names, gone),
            Objects = schema.Objects.Where(o => Table(o) is not { } table || !gone.Contains(table)).Select(o => Renamed(o, names, draft)).ToValueList(),
            Access = schema.Access.Where(a => a.On.Kind != "table" || !gone.Contains(a.On.Identity))
                .Select(a => draft.Changes.FirstOrDefault(c => a.On == new ObjectName("table", c.Before?.Name ?? "")) is { } change ? Now(a, change) : a).ToValueList(),
        };
        return WithoutNeedsOfGone(draft, draft.Objects.Where(o => !o.Rebuilt).Aggregate(schema, Apply), from, gone);
    }

    // Partitions go with their table, follow its name, and come where it is divided.
    private static ValueList<Table> Partitions(MigrationDraft draft, DatabaseSchema schema, Dictionary<string, string> names, HashSet<string> gone)
    {
        bool Goes(Table partition) => partition.PartitionOf is { Schema: null, Name: var of } && (gone.Contains(of) || (schema.Partitions.FirstOrDefault(p => p.Name == of) is { } above && Goes(above)));
        return schema.Partitions.Where(p => !Goes(p))
            .Select(p => p.PartitionOf is { Schema: null, Name: var of } && draft.Changes.FirstOrDefault(c => c.Before?.Name == of) is { Before: { } before } ? PartitionForm.Bare(p, before) with { PartitionOf = new TableName(names.GetValueOrDefault(of, of)) } : p)
            .Concat(draft.Changes.Where(c => c.After is not null).SelectMany(c => (c.Partitioning ?? c.MadePartitions) is { } parts ? PartitionForm.Made(parts, c.After!) : []))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ToValueList();
    }

    // What goes needs nothing any more, nor does what goes along with it; what another takes the place of needs what nothing but the server knows.
    private static DatabaseSchema WithoutNeedsOfGone(MigrationDraft draft, DatabaseSchema schema, DatabaseSchema from, HashSet<string> tables)
    {
        var gone = from.AllObjects.Select(o => o.Reference).Except(schema.AllObjects.Select(o => o.Reference))
            .Concat(draft.Objects.Where(o => o is { Rebuilt: false, CommentOnly: false, Before: not null }).Select(o => o.Before!.Reference)).ToHashSet();
        var parts = draft.Changes.Where(c => c.Before is not null).SelectMany(c => c.Checks.Where(k => k.Dropped).Select(k => $"constraint {k.Before!.Name}")
            .Concat(c.Columns.Where(p => p.Before is not null && p.Before.Default != p.After?.Default).Select(p => $"default {p.Before!.Name}")).Select(p => (c.Before!.Name, Part: p))).ToHashSet();
        var indexes = draft.Changes.SelectMany(c => c.Indexes.Where(i => i.Dropped).Select(i => i.Before!.Name)).ToHashSet(StringComparer.Ordinal);
        bool IsReplaced(ObjectNeed need) => (need.Object.Kind == "table" && need.Part is { } part && parts.Contains((need.Object.Identity, part))) || (need.Object.Kind == "index" && indexes.Contains(need.Object.Identity));
        return schema with { Needs = schema.Needs.Where(n => !gone.Contains(n.Object) && !IsReplaced(n) && !(n.Object.Kind == "table" && tables.Contains(n.Object.Identity)) && !IsOver(n, schema)).ToValueList() };
    }

    // A part of a table, or an index, that is not there any more.
    private static bool IsOver(ObjectNeed need, DatabaseSchema schema)
    {
        const string Default = "default ";
        const string Generated = "generated ";
        const string Constraint = "constraint ";
        if (need.Object.Kind == "index")
        {
            return schema.Tables.Concat(schema.Partitions).All(t => t.Indexes.All(i => i.Name != need.Object.Identity)) && schema.Views.All(v => v.Indexes.All(i => i.Name != need.Object.Identity));
        }

        return need is { Part: { } part, Object: { Kind: "table", Schema: null } on } && schema.Table(on.Identity) is { } table
            && (part.StartsWith(Default, StringComparison.Ordinal) ? table.Column(part[Default.Length..])?.Default is null
                : part.StartsWith(Generated, StringComparison.Ordinal) ? table.Column(part[Generated.Length..])?.Generated is null
                : part.StartsWith(Constraint, StringComparison.Ordinal) && part[Constraint.Length..] is var name && !Constraints(table).Contains(name));
    }

    private static IEnumerable<string?> Constraints(Table table) => table.Checks.Select(c => c.Name).Concat(table.Uniques.Select(u => u.Name)).Concat(table.ForeignKeys.Select(f => f.Name))
        .Concat(table.Exclusions.Select(e => e.Name)).Concat(table.NotNulls.Select(n => n.Name)).Append(table.PrimaryKey?.Name);

    /// <summary>A table's new version as it will lie there: rules that stay are in its names, and on PostgreSQL new columns come last.</summary>
    public static Table After(TableChange change, string engine)
    {
        var after = change.After!;
        var order = engine == "postgres" ? change.Columns.Where(c => c.Kept).Concat(change.Columns.Where(c => c.Added)).Select(c => after.Column(c.After!.Name)!).ToValueList() : after.Columns;
        string Text(string expression) => ExpressionNames.Replace(expression, n => change.Carried.FirstOrDefault(c => c.Before!.Name == n)?.After!.Name);
        bool Stays<T>(IEnumerable<Pair<T>> pairs, T item)
            where T : class => pairs.Any(p => p.Kept && ReferenceEquals(p.After, item));
        return after with
        {
            Columns = order.Select(c => c.Generated is { } g && change.Carried.Any(p => p.After!.Name == c.Name) ? c with { Generated = Text(g) } : c).ToValueList(),
            Checks = after.Checks.Select(c => Stays(change.Checks, c) ? c with { Expression = Text(c.Expression) } : c).ToValueList(),
            Exclusions = after.Exclusions.Select(e => Stays(change.Exclusions, e) ? e with { Definition = Text(e.Definition) } : e).ToValueList(),
            Indexes = after.Indexes.Select(i => !Stays(change.Indexes, i) ? i : i with
            {
                Keys = i.Keys.Select(k => k.Expression is { } e ? k with { Expression = Text(e) } : k).ToValueList(),
                Where = i.Where is { } where ? Text(where) : null,
            }).OrderBy(i => i.Name, StringComparer.Ordinal).ToValueList(),
        };
    }

    private static DatabaseSchema Apply(DatabaseSchema schema, ObjectChange change) => change switch
    {
        { Either: RoleRights rights } => schema with { Access = Rights(schema, change.After is null ? rights with { Grants = [] } : rights) },
        { Either: Trigger } => On(schema, change.Before as Trigger, change.After as Trigger),
        { Before: View before, After: View after } => (change with { After = Behind(before, after) }).ApplyTo(schema),
        { RenamesDomain: true, Before: { } before, After: { } after } => change.ApplyTo(schema) with
        {
            Access = schema.Access.Select(a => a.On == before.Reference ? a with { On = after.Reference } : a).ToValueList(),
        },
        { Before: { } before, After: { } after } when before.Reference != after.Reference => change.ApplyTo(schema with { Objects = schema.Objects.Where(o => o.Reference != after.Reference).ToValueList() }),
        _ => change.ApplyTo(schema),
    };

    // A view that is made anew has the triggers and what was set on its columns as before.
    private static View Behind(View before, View after) => after with
    {
        Triggers = before.Triggers,
        Columns = after.Columns.Count > 0 ? after.Columns : before.Columns.Where(c => SqlLexer.Names(after.Definition, c.Name)).ToValueList(),
    };

    private static DatabaseSchema On(DatabaseSchema schema, Trigger? before, Trigger? after) => schema with
    {
        Views = schema.Views.Select(v => v.Name != (after ?? before)!.Table ? v : v with
        {
            Triggers = v.Triggers.Where(t => t.Name != (before ?? after)!.Name).Concat(after is null ? [] : [after]).OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList(),
        }).ToValueList(),
        Tables = schema.Tables.Select(t => before is not null && t.Triggers.Any(r => r.Name == before.Name && r.Definition == before.Definition)
                ? t with { Triggers = t.Triggers.Where(r => r.Name != before.Name).ToValueList() }
                : t)
            .Select(t => after is not null && t.Name == after.Table ? t with { Triggers = t.Triggers.Append(after).OrderBy(r => r.Name, StringComparer.Ordinal).ToValueList() } : t).ToValueList(),
    };

    private static ValueList<ObjectAccess> Rights(DatabaseSchema schema, RoleRights rights)
    {
        var access = schema.AccessTo(rights.On.Kind, rights.On.Identity) ?? new ObjectAccess(rights.On, "");
        var others = access.Grants ?? ObjectAccess.GivenToAll(rights.On.Kind).Select(p => new Schema.Grant("", p));
        var grants = others.Where(g => g.Grantee != rights.Role || g.Grantor is not null).Concat(rights.Grants).ToValueList();
        return schema.Access.Where(a => a.On != rights.On).Append(access with { Grants = grants }).ToValueList();
    }

    private static string? Table(SchemaObject item) => item switch
    {
        RowPolicy policy => policy.Table,
        Rule rule => rule.Table,
        Statistics statistics => statistics.Table,
        _ => null,
    };

    private static SchemaObject Renamed(SchemaObject item, Dictionary<string, string> names, MigrationDraft draft) => item switch
    {
        RowPolicy policy => policy with { Table = names.GetValueOrDefault(policy.Table, policy.Table) },
        Rule rule => rule with { Table = names.GetValueOrDefault(rule.Table, rule.Table) },
        Statistics statistics when draft.Changes.FirstOrDefault(c => c.Before?.Name == statistics.Table) is { } change =>
            StatisticsForm.Renamed(statistics, change.After!.Name, n => change.Carried.FirstOrDefault(c => c.Before!.Name == n)?.After!.Name),
        _ => item,
    };

    private static ObjectAccess Now(ObjectAccess access, TableChange change) => access with
    {
        On = access.On with { Identity = change.After!.Name },
        Grants = access.Grants?.Select(g => g.Column is { } column
            ? g with { Column = change.Columns.FirstOrDefault(c => c.Before?.Name == column)?.After?.Name ?? column }
            : g).Where(g => g.Column is null || change.After.Column(g.Column) is not null).ToValueList(),
    };
}
