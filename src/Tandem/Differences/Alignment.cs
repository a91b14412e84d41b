using Tandem.Schema;
using Index = Tandem.Schema.Index;
using StorageText = Tandem.Operations.StorageText;

namespace Tandem.Differences;

/// <summary>
/// Says of one schema in the words of another what both say: where two texts mean the same, the other's stands afterwards. What
/// still differs then is a difference.
/// </summary>
internal sealed class Alignment(string engine)
{
    /// <summary>A schema in the other's words.</summary>
    public DatabaseSchema Of(DatabaseSchema schema, DatabaseSchema other) => schema with
    {
        Name = other.Name,
        Tables = schema.Tables.Select(t => other.Table(t.Name) is { } o ? Of(t, o) : t).ToValueList(),
        Partitions = schema.Partitions.Select(p => other.Partitions.FirstOrDefault(o => o.Name == p.Name) is { } o ? PartitionForm.Aligned(p, o, (Parent(schema, p), Parent(other, o)), Of) : p).ToValueList(),
        Views = schema.Views.Select(v => other.Views.FirstOrDefault(o => o.Name == v.Name) is { } o ? Of(v, o) : v).ToValueList(),
        Objects = schema.Objects.Select(i => other.Objects.FirstOrDefault(o => o.Reference == i.Reference) is { } o ? Of(i, o) : i).ToValueList(),
        Access = Access(schema, other),
    };

    private static Table? Parent(DatabaseSchema schema, Table partition) =>
        partition.PartitionOf is { Schema: null, Name: var name } ? schema.Table(name) ?? schema.Partitions.FirstOrDefault(p => p.Name == name) : null;

    /// <summary>A table in the other's words; the order of its columns is the other's, too, where it has the same ones.</summary>
    public Table Of(Table table, Table other)
    {
        var columns = table.Columns.Select(c => other.Column(c.Name) is { } o ? Of(c, o, table, other) : c).ToList();
        var same = columns.Select(c => c.Name).Order(StringComparer.Ordinal).SequenceEqual(other.Columns.Select(c => c.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        return table with
        {
            Columns = (same ? other.Columns.Select(o => columns.Find(c => c.Name == o.Name)!) : columns).ToValueList(),
            PrimaryKey = table.PrimaryKey is { } key && other.PrimaryKey is { } otherKey && (key.Name is null || otherKey.Name is null) ? key with { Name = otherKey.Name } : table.PrimaryKey,
            Uniques = Each(table.Uniques, other.Uniques, u => u.Name, Same),
            Checks = Each(table.Checks, other.Checks, c => c.Name, Same),
            Exclusions = Each(table.Exclusions, other.Exclusions, e => e.Name, Same),
            ForeignKeys = Each(table.ForeignKeys, other.ForeignKeys, f => f.Name, Same),
            Indexes = Each(table.Indexes, other.Indexes, i => i.Name, (a, b) => a.Valid == b.Valid && IndexForm.Same(a, b)),
            Triggers = Each(table.Triggers, other.Triggers, t => t.Name, Same),
            NotNulls = NotNulls(table, other),
            Options = StorageText.Same(table.Options, other.Options) ? other.Options : table.Options,
            ReplicaIdentity = SameIdentity(table, other) ? other.ReplicaIdentity : table.ReplicaIdentity,
            PartitionKey = PartitionForm.SameKey(table.PartitionKey, other.PartitionKey) ? other.PartitionKey : table.PartitionKey,
            NotUnderstood = other.NotUnderstood,
        };
    }

    /// <summary>Whether two rules are the same but for their names.</summary>
    public static bool Same(UniqueConstraint one, UniqueConstraint other) => one with { Name = other.Name } == other;

    /// <summary>Whether two rules are the same but for their names; one that is proved is also one that need not be.</summary>
    public static bool Same(ForeignKey one, ForeignKey other) => one with { Name = other.Name, Validated = other.Validated } == other && (one.Validated || !other.Validated);

    /// <summary>Whether two rules are the same but for their names; one that is proved is also one that need not be.</summary>
    public static bool Same(CheckConstraint one, CheckConstraint other) =>
        one with { Name = other.Name, Expression = other.Expression, Columns = other.Columns, Validated = other.Validated } == other && (one.Validated || !other.Validated) && SameText.Sql(one.Expression, other.Expression);

    /// <summary>Whether two rules are the same but for their names.</summary>
    public static bool Same(ExclusionConstraint one, ExclusionConstraint other) =>
        one with { Name = other.Name, Definition = other.Definition, Columns = other.Columns } == other && SameText.Sql(one.Definition, other.Definition);

    /// <summary>Whether two triggers do the same.</summary>
    public bool Same(Trigger one, Trigger other) =>
        one.Enabled == other.Enabled && one.Firing == other.Firing && one.Comment == other.Comment
        && (SameText.Sql(one.Definition, other.Definition) || (TriggerForm.Of(one, engine) is { } a && TriggerForm.Of(other, engine) is { } b && a.SameAs(b)));

    /// <summary>Whether the order of the columns that both have is the same.</summary>
    public static bool InOrder(Table table, Table other) =>
        table.Columns.Select(c => c.Name).Where(n => other.Column(n) is not null).SequenceEqual(other.Columns.Select(c => c.Name).Where(n => table.Column(n) is not null), StringComparer.Ordinal);

    /// <summary>Whether replication tells the rows of both apart in the same way.</summary>
    public static bool SameIdentity(Table one, Table other) =>
        one.ReplicaIdentity == other.ReplicaIdentity || (one.ReplicaIndex is { } index && index == other.ReplicaIndex);

    /// <summary>Whether columns have the same type; the collation is a part of it.</summary>
    public bool SameType(Column one, Column other) => SameText.Type(one.Type, other.Type, engine);

    /// <summary>Whether an identity or serial column takes its values from a sequence of the same options, whatever it is called.</summary>
    public static bool SameSequence(Column one, Column other)
    {
        static Sequence? Unnamed(Column column) => (column.Sequence is { } s ? s with { Name = "" } : new Sequence("", column.Type, 1, 1)) is var sequence && column.Identity != IdentityKind.None ? sequence : null;
        return one.Identity == other.Identity && Unnamed(one) == Unnamed(other);
    }

    private Column Of(Column column, Column other, Table table, Table otherTable) => column with
    {
        Type = SameType(column, other) ? other.Type : column.Type,
        Default = DefaultForm.Same(column.Default, other.Default, other.Type) || (column.Identity == IdentityKind.Serial && SameSequence(column, other)) ? other.Default : column.Default,
        Generated = SameText.Sql(column.Generated, other.Generated) ? other.Generated : column.Generated,
        Collation = SameText.Sql(column.Collation, other.Collation) ? other.Collation : column.Collation,
        NotCarried = other.NotCarried,
        Nullable = column.Nullable || !IsLooseKey(other, table, otherTable) ? column.Nullable : other.Nullable,
        Sequence = SameSequence(column, other) ? other.Sequence : column.Sequence,
    };

    // SQLite lets key columns be NULL unless they are told otherwise; those that are made by an operation are required.
    private bool IsLooseKey(Column other, Table table, Table otherTable) =>
        engine == "sqlite" && other.Nullable && table.PrimaryKey?.Columns.Contains(other.Name) == true && otherTable.PrimaryKey?.Columns.Contains(other.Name) == true;

    // Rules against NULL that say nothing but their name say what the column says.
    private static ValueList<NotNullConstraint> NotNulls(Table table, Table other)
    {
        static bool Plain(NotNullConstraint rule) => rule == new NotNullConstraint(rule.Name, rule.Column);
        return [.. table.NotNulls.Where(n => !Plain(n)), .. other.NotNulls.Where(Plain)];
    }

    // In the other's order; a name that one side does not give is any name.
    private static ValueList<T> Each<T>(ValueList<T> items, ValueList<T> others, Func<T, string?> name, Func<T, T, bool> same)
        where T : class
    {
        var left = items.ToList();
        var found = new List<T>();
        foreach (var other in others)
        {
            var mine = left.FirstOrDefault(i => name(i) == name(other) && same(i, other))
                ?? left.FirstOrDefault(i => (name(i) is null || name(other) is null) && same(i, other));
            if (mine is not null)
            {
                left.Remove(mine);
                found.Add(other);
            }
            else if (left.FirstOrDefault(i => name(i) is { } n && n == name(other)) is { } changed)
            {
                left.Remove(changed);
                found.Add(changed);
            }
        }

        return [.. found, .. left];
    }

    private View Of(View view, View other) => view with
    {
        Triggers = Each(view.Triggers, other.Triggers, t => t.Name, Same),
        Indexes = Each(view.Indexes, other.Indexes, i => i.Name, (a, b) => a.Valid == b.Valid && IndexForm.Same(a, b)),
        Columns = Each(view.Columns, other.Columns, c => c.Name, (a, b) => a with { Default = b.Default } == b && SameText.Sql(a.Default, b.Default)),
        Definition = SameText.Sql(view.Definition, other.Definition) ? other.Definition : view.Definition,
        Options = SameText.Sql(view.Options, other.Options) ? other.Options : view.Options,
        WithData = other.WithData,
    };

    private static SchemaObject Of(SchemaObject item, SchemaObject other) => (item, other) switch
    {
        (Routine a, Routine b) when SameText.Routine(a, b) => b,
        (Extension { Schema: "" } a, Extension b) => b with { Version = a.Version.Length == 0 ? b.Version : a.Version },
        (Domain a, Domain b) => a with
        {
            Default = DefaultForm.Same(a.Default, b.Default, b.Type) ? b.Default : a.Default,
            Collation = SameText.Sql(a.Collation, b.Collation) ? b.Collation : a.Collation,
            Checks = Each(a.Checks, b.Checks, c => c.Name, Same),
        },
        (Statistics a, Statistics b) when StatisticsForm.Same(a, b) => b,
        (DefinedObject a, DefinedObject b) when a with { Statements = b.Statements } == b && a.Unowned == b.Unowned => b,
        (RowPolicy a, RowPolicy b) when a with { Using = b.Using, Check = b.Check } == b && SameText.Sql(a.Using, b.Using) && SameText.Sql(a.Check, b.Check) => b,
        _ => item,
    };

    // Who owns what a migration makes is whoever runs it, and defaults of the database give rights that no operation says.
    // Who will own what a migration makes is not known.
    private static ValueList<ObjectAccess> Access(DatabaseSchema schema, DatabaseSchema other)
    {
        var roles = schema.Access.Concat(other.Access).SelectMany(a => a.Grants ?? []).Select(g => g.Grantee).Append("").Distinct(StringComparer.Ordinal).ToList();
        return other.Access.Select(o => schema.AccessTo(o.On.Kind, o.On.Identity) is not { } mine
                ? o
                : Handed(mine) == Handed(o) && roles.All(r => r == mine.Owner || r == o.Owner || schema.RightsOf(r, o.On)?.Grants == other.RightsOf(r, o.On)?.Grants)
                    ? o with { Owner = mine.Owner.Length > 0 ? mine.Owner : o.Owner }
                    : mine)
            .Concat(schema.Access.Where(a => other.AccessTo(a.On.Kind, a.On.Identity) is null)).ToValueList();
    }

    private static ValueList<Grant> Handed(ObjectAccess access) => (access.Grants ?? []).Where(g => g.Grantor is not null).ToValueList();
}
