using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>The schema of one target, as applications see it.</summary>
/// <param name="Name">The schema's name (<c>public</c>; <c>main</c> on SQLite).</param>
/// <param name="Tables">Tables by name in ordinal order.</param>
public sealed record DatabaseSchema(string Name, ValueList<Table> Tables)
{
    /// <summary>Enumerated types.</summary>
    public ValueList<EnumType> Enums { get; init; } = [];

    /// <summary>Views.</summary>
    public ValueList<View> Views { get; init; } = [];

    /// <summary>Sequences that no column owns.</summary>
    public ValueList<Sequence> Sequences { get; init; } = [];

    /// <summary>Partitions of partitioned tables, at every level, by name.</summary>
    public ValueList<Table> Partitions { get; init; } = [];

    /// <summary>
    /// All other objects, by kind and identity: domains, composite and range types, collations, functions, procedures,
    /// aggregates, rules, policies, statistics, extensions, publications, event triggers, default privileges.
    /// </summary>
    public ValueList<SchemaObject> Objects { get; init; } = [];

    /// <summary>Who owns and who may use the schema and what is in it.</summary>
    public ValueList<ObjectAccess> Access { get; init; } = [];

    /// <summary>Which object cannot be there without which other one, by the server's own account.</summary>
    public ValueList<ObjectNeed> Needs { get; init; } = [];

    /// <summary>The schema's comment, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>Who in the database itself depends on a table or column: views, functions, triggers, publications, policies.</summary>
    public ValueList<Dependent> Dependents { get; init; } = [];

    /// <summary>Objects that are there and are left alone, by kind and name; never dropped in silence.</summary>
    public ValueList<UnmanagedObject> Unmanaged { get; init; } = [];

    /// <summary>The server's roles, by name. They belong to no database: they are no part of what is stored or hashed.</summary>
    [JsonIgnore]
    public ValueList<ServerRole> Roles { get; init; } = [];

    /// <summary>The table of this name, or null.</summary>
    public Table? Table(string name) => Tables.FirstOrDefault(t => t.Name == name);

    /// <summary>Every object but tables, triggers among them.</summary>
    [JsonIgnore]
    public IEnumerable<SchemaObject> AllObjects =>
        Enums.Cast<SchemaObject>().Concat(Sequences).Concat(Views).Concat(Objects)
            .Concat(Tables.Concat(Partitions).SelectMany(t => t.Triggers)).Concat(Views.SelectMany(v => v.Triggers));

    /// <summary>What it refers to in other schemas, kind and name, each once: it cannot be made where that is not there.</summary>
    [JsonIgnore]
    public IEnumerable<string> Elsewhere =>
        Needs.Where(n => n.Needs.Schema is not null).Select(n => $"{n.Needs}")
            .Concat(Tables.Concat(Partitions).SelectMany(t => t.ForeignKeys).Where(f => f.ReferencedSchema is not null).Select(f => $"table {f.ReferencedTable}"))
            .Concat(Objects.OfType<Publication>().SelectMany(p => p.Schemas.Where(s => s != Name).Select(s => $"schema {s}")
                .Concat(p.Tables.Where(t => t.Schema != Name).Select(t => $"table {t.Schema}.{t.Table}"))))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    /// <summary>The object of this kind and identity, or null.</summary>
    public SchemaObject? Find(string kind, string identity) => AllObjects.FirstOrDefault(o => o.Kind == kind && o.Identity == identity);

    /// <summary>Who owns and who may use an object, or null where that is not known.</summary>
    public ObjectAccess? AccessTo(string kind, string identity) => Access.FirstOrDefault(a => a.On.Kind == kind && a.On.Identity == identity);

    /// <summary>The rights that a role has on an object from its owner; null when it has none.</summary>
    public RoleRights? RightsOf(string role, ObjectName on)
    {
        ArgumentNullException.ThrowIfNull(on);
        var access = AccessTo(on.Kind, on.Identity);
        var grants = access?.Grants is { } given
            ? given.Where(g => g.Grantee == role && g.Grantor is null)
            : role.Length > 0 ? [] : ObjectAccess.GivenToAll(on.Kind).Select(p => new Grant("", p));
        var list = grants.OrderBy(g => g.Column, StringComparer.Ordinal).ThenBy(g => g.Privilege, StringComparer.Ordinal).ToValueList();
        return list.Count == 0 ? null : new RoleRights(role, on, list);
    }

    /// <summary>This schema with a table put in place of the one of the old name, kept in ordinal order.</summary>
    public DatabaseSchema Replace(string? oldName, Table? table) => this with
    {
        Tables = Tables.Where(t => t.Name != oldName)
            .Concat(table is null ? [] : [table])
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .ToValueList(),
    };
}

/// <summary>How an object of the users' depends on a table.</summary>
public enum DependentKind
{
    /// <summary>A view reads the column (or the whole row when no column is named).</summary>
    View,

    /// <summary>A function or procedure names the table or the column in its text.</summary>
    FunctionText,

    /// <summary>A function takes or returns the table's row type, so an extra column changes it.</summary>
    FunctionRowType,

    /// <summary>A function or view reads <c>*</c> of the table, or inserts without a column list.</summary>
    SelectStar,

    /// <summary>A trigger stores or compares the whole row.</summary>
    TriggerWholeRow,

    /// <summary>A trigger names the column.</summary>
    TriggerText,

    /// <summary>A trigger may change the column (or, without one, any) before the row is stored.</summary>
    TriggerWrites,

    /// <summary>A row security policy uses the column (or guards the table).</summary>
    Policy,

    /// <summary>A publication replicates the table without a column list.</summary>
    Publication,

    /// <summary>A generated column is computed from the column.</summary>
    GeneratedColumn,

    /// <summary>The table is fed by a subscription.</summary>
    Subscription,

    /// <summary>A rule, a partition key, an inheritance child or another thing that pins the column.</summary>
    Other,

    /// <summary>A function, view, domain or another thing that is no column of a table uses the type.</summary>
    TypeUse,

    /// <summary>The column's type (a domain) brings a default, and the column has none of its own.</summary>
    TypeDefault,

    /// <summary>A foreign key refers to the rows by the index, which may be that of a key or unique rule.</summary>
    IndexUse,

    /// <summary>A view groups rows by the primary key alone.</summary>
    KeyUse,
}

/// <summary>An object of the users' that depends on a table or column.</summary>
/// <param name="Kind">How.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Table">The table, view, type or index.</param>
/// <param name="Column">The column, or null for the whole table.</param>
public sealed record Dependent(DependentKind Kind, string Name, string Table, string? Column = null);
