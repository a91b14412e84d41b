using System.Text.Json;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>Reads rows of the catalogue queries as the objects that hold no rows.</summary>
internal static class PostgresInspectorObjects
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A list in JSON; empty for NULL.</summary>
    public static ValueList<T> List<T>(string? json) => json is null ? [] : JsonSerializer.Deserialize<ValueList<T>>(json, Json)!;

    /// <summary>An enumerated type.</summary>
    public static EnumType Enum(PostgresRows.Row row) => new(row.Text("name"), row.Names("values")) { Comment = row.Optional("comment") };

    /// <summary>A view; its parts are given by its name.</summary>
    public static View View(PostgresRows.Row row) =>
        new(row.Text("name"), row.Text("definition").Trim().TrimEnd(';'), row.Is("materialized"))
        {
            WithData = row.Is("with_data"),
            Options = row.Optional("options"),
            Comment = row.Optional("comment"),
            Method = row.Optional("method"),
            ClusteredOn = row.Optional("clustered_on"),
        };

    /// <summary>A column of a view on which something was set.</summary>
    public static Column ViewColumn(PostgresRows.Row row) => new(row.Text("name"), row.Text("type"), true, row.Optional("expression"))
    {
        Comment = row.Optional("comment"),
        Settings = row.Names("settings"),
    };

    /// <summary>A sequence that stands by itself, or that a column owns without taking its values.</summary>
    public static Sequence Sequence(PostgresRows.Row row) => PostgresInspectorTables.Sequence(row) with
    {
        Comment = row.Optional("comment"),
        Unlogged = row.Is("unlogged"),
        OwnerTable = row.Optional("owner_table"),
        OwnerColumn = row.Optional("owner_column"),
    };

    /// <summary>A domain.</summary>
    public static Domain Domain(PostgresRows.Row row) => new(row.Text("name"), row.Text("type"))
    {
        Default = row.Optional("expression"),
        Nullable = !row.Is("not_null"),
        NotNullName = row.Optional("not_null_name"),
        Collation = row.Optional("collation"),
        Comment = row.Optional("comment"),
        Checks = List<DomainCheck>(row.Optional("checks")).Select(c => new CheckConstraint(
            c.Name, PostgresInspectorTables.WithoutParentheses(c.Expression), [], c.Validated) { Comment = c.Comment }).ToValueList(),
    };

    /// <summary>A composite type.</summary>
    public static CompositeType Composite(PostgresRows.Row row) => new(row.Text("name"), List<Column>(row.Optional("columns")))
    {
        Comment = row.Optional("comment"),
    };

    /// <summary>A range type.</summary>
    public static RangeType Range(PostgresRows.Row row) => new(row.Text("name"), row.Text("definition")) { Comment = row.Optional("comment") };

    /// <summary>A collation.</summary>
    public static Collation Collation(PostgresRows.Row row) => new(row.Text("name"), row.Text("definition")) { Comment = row.Optional("comment") };

    /// <summary>A function, procedure or aggregate.</summary>
    public static Routine Routine(PostgresRows.Row row) => new(row.Text("name"), row.Text("arguments"), row.Text("definition").Trim())
    {
        Code = row.Text("code") switch
        {
            "p" => RoutineKind.Procedure,
            "a" => RoutineKind.Aggregate,
            "w" => RoutineKind.Window,
            _ => RoutineKind.Function,
        },
        Language = row.Optional("language"),
        Returns = row.Optional("returns"),
        Comment = row.Optional("comment"),
    };

    /// <summary>A trigger.</summary>
    public static Trigger Trigger(PostgresRows.Row row) => new(row.Text("name"), row.Text("definition"))
    {
        Table = row.Text("table_name"),
        Before = row.Is("fires_before"),
        ForEachRow = row.Is("for_each_row"),
        OnUpdate = row.Is("on_update"),
        OnInsert = row.Is("on_insert"),
        OnDelete = row.Is("on_delete"),
        Enabled = row.Is("enabled"),
        Firing = row.Optional("firing"),
        Comment = row.Optional("comment"),
    };

    /// <summary>A rewrite rule.</summary>
    public static Rule Rule(PostgresRows.Row row) => new(row.Text("name"), row.Text("table_name"), row.Text("definition").Trim().TrimEnd(';'))
    {
        Enabled = row.Is("enabled"),
        Firing = row.Optional("firing"),
        Comment = row.Optional("comment"),
    };

    /// <summary>A row security policy.</summary>
    public static RowPolicy Policy(PostgresRows.Row row) => new(row.Text("name"), row.Text("table_name"))
    {
        Permissive = row.Is("permissive"),
        Command = row.Text("command"),
        Roles = row.Names("roles"),
        Using = row.Optional("using_expression") is { } read ? PostgresInspectorTables.WithoutParentheses(read) : null,
        Check = row.Optional("check_expression") is { } write ? PostgresInspectorTables.WithoutParentheses(write) : null,
        Comment = row.Optional("comment"),
    };

    /// <summary>A statistics object.</summary>
    public static Statistics Statistics(PostgresRows.Row row) => new(row.Text("name"), row.Text("table_name"), row.Text("definition"))
    {
        Target = row.OptionalNumber("target"),
        Comment = row.Optional("comment"),
    };

    /// <summary>An extension.</summary>
    public static Extension Extension(PostgresRows.Row row) => new(row.Text("name"), row.Text("version"))
    {
        Schema = row.Text("schema"),
        Comment = row.Optional("comment"),
    };

    /// <summary>A publication; what only newer servers know of it is given apart.</summary>
    public static Publication Publication(PostgresRows.Row row, IEnumerable<PostgresRows.Row> schemas, IEnumerable<PostgresRows.Row> filters)
    {
        var name = row.Text("name");
        var conditions = filters.Where(f => f.Text("name") == name)
            .ToDictionary(f => (f.Text("schema"), f.Text("table_name")), f => PostgresInspectorTables.WithoutParentheses(f.Text("condition")));
        return new Publication(name, row.Text("options"))
        {
            AllTables = row.Is("all_tables"),
            Tables = List<PublishedTable>(row.Optional("tables"))
                .Select(t => t with { Where = conditions.GetValueOrDefault((t.Schema, t.Table)) }).ToValueList(),
            Schemas = schemas.Where(s => s.Text("name") == name).Select(s => s.Text("schema")).ToValueList(),
            Comment = row.Optional("comment"),
        };
    }

    /// <summary>A trigger on events of the database.</summary>
    public static EventTrigger EventTrigger(PostgresRows.Row row) => new(row.Text("name"), row.Text("event"), row.Text("function"))
    {
        Tags = row.Names("tags"),
        Enabled = row.Is("enabled"),
        Firing = row.Optional("firing"),
        Comment = row.Optional("comment"),
    };

    /// <summary>Rights that new objects get.</summary>
    public static DefaultPrivileges Defaults(PostgresRows.Row row) =>
        new(row.Text("role"), row.Text("objects"), row.Is("here"), List<Grant>(row.Optional("grants")));

    /// <summary>An object that is known by the statements that make it.</summary>
    public static DefinedObject Defined(PostgresRows.Row row) => new(row.Text("name"), row.Text("kind"), row.Text("named"), row.Names("statements"))
    {
        OfDatabase = row.Is("database"),
        Comment = row.Optional("comment"),
    };

    /// <summary>An object that is listed and left alone.</summary>
    public static UnmanagedObject Unmanaged(PostgresRows.Row row) => new(row.Text("kind"), row.Text("name"))
    {
        Statements = row.Names("statements"),
        Target = row.Optional("target") ?? "",
        Definition = row.Names("definition"),
        Options = Options(row.Optional("options")),
    };

    private static ValueList<ForeignOption> Options(string? json) => json is null ? []
        : JsonSerializer.Deserialize<string?[][]>(json)!.Select(o => new ForeignOption(o[0], o[1]!, o[2], o[3])).ToValueList();

    /// <summary>A role of the server.</summary>
    public static ServerRole Role(PostgresRows.Row row) => new(row.Text("name"), row.Is("unbound"), row.Names("member_of")) { Own = row.Is("own") };

    /// <summary>Who owns and may use an object.</summary>
    public static ObjectAccess Access(PostgresRows.Row row) => new(new ObjectName(row.Text("kind"), row.Text("name")), row.Text("owner"))
    {
        Grants = row.Optional("grants") is { } grants ? List<Grant>(grants) : null,
    };

    private sealed record DomainCheck(string Name, string Expression, bool Validated, string? Comment);
}
