using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;

namespace Tandem.Sqlite;

/// <summary>A row of SQLite's own catalog.</summary>
/// <param name="Type"><c>table</c>, <c>index</c>, <c>view</c> or <c>trigger</c>.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Table">The table or view that it belongs to; for these, its own name.</param>
/// <param name="Sql">The statement that makes it; empty for indexes that implement a constraint.</param>
internal sealed record SqliteObject(string Type, string Name, string Table, string Sql);

/// <summary>Everything that is in a file, with the engine's own objects told apart from the users'.</summary>
internal sealed class SqliteCatalog
{
    private static readonly string[] ShadowEndings =
    [
        "_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config", "_node", "_parent", "_rowid",
    ];

    private SqliteCatalog(ValueList<SqliteObject> users, ValueList<SqliteObject> own)
    {
        Users = users;
        Own = own;
    }

    /// <summary>The users' tables, indexes, views and triggers.</summary>
    public ValueList<SqliteObject> Users { get; }

    /// <summary>What the engine made: its own tables, what has hidden names beside these, and what stands in <c>tandem_objects</c>.</summary>
    public ValueList<SqliteObject> Own { get; }

    /// <summary>Virtual tables (full text, r-trees), which are left alone; their type is <c>virtual table</c>.</summary>
    public required ValueList<SqliteObject> Virtual { get; init; }

    /// <summary>Virtual tables and the tables that they keep their rows in.</summary>
    public required ValueList<UnmanagedObject> Unmanaged { get; init; }

    /// <summary>Reads the catalog.</summary>
    public static SqliteCatalog Read(SqliteReader reader)
    {
        var all = reader.Query("SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY name").Rows
            .Select(r => new SqliteObject(Text(r[0]), Text(r[1]), Text(r[2]), Text(r[3])))
            .Where(o => !o.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
            .ToList();
        var engine = all.Where(o => o.Type == "table" && SqliteOwnTables.Is(reader, o.Name)).Select(o => o.Name).ToHashSet(SqliteText.NameComparer.Instance);
        var registered = Registered(reader, engine);
        var own = all.Where(o => engine.Contains(o.Name) || (engine.Count > 0 && TwinNames.IsHidden(o.Name)) || registered.Contains(o.Name)).Select(o => o.Name)
            .ToHashSet(SqliteText.NameComparer.Instance);
        var tables = all.Where(o => o.Type == "table").ToList();
        var isVirtual = tables.Where(IsVirtual).Select(o => o with { Type = "virtual table" }).ToList();
        var shadows = isVirtual.Count == 0 ? [] : Shadows(reader, tables, isVirtual).Order(StringComparer.Ordinal).ToList();
        var left = isVirtual.Select(v => v.Name).Concat(shadows).ToHashSet(SqliteText.NameComparer.Instance);
        return new SqliteCatalog(
            all.Where(o => !own.Contains(o.Name) && !own.Contains(o.Table) && !left.Contains(o.Table)).ToValueList(),
            all.Where(o => own.Contains(o.Name)).ToValueList())
        {
            Virtual = isVirtual.Where(v => !own.Contains(v.Name)).ToValueList(),
            Unmanaged = isVirtual.Select(v => new UnmanagedObject("virtual table", v.Name))
                .Concat(shadows.Select(s => new UnmanagedObject("shadow table", s)))
                .Where(u => !own.Contains(u.Name)).ToValueList(),
        };
    }

    /// <summary>
    /// The engine's objects in an order in which they can be dropped: what hangs on a table before the table, and the
    /// list of objects last of all.
    /// </summary>
    public ValueList<OwnObject> OwnObjects() => Own
        .OrderBy(o => o.Type switch { "trigger" => 0, "view" => 1, "index" => 2, _ => 3 })
        .ThenBy(o => OwnTables.All.ContainsKey(o.Name))
        .ThenBy(o => string.Equals(o.Name, "tandem_objects", StringComparison.OrdinalIgnoreCase))
        .ThenBy(o => o.Name, StringComparer.Ordinal)
        .Select(o => new OwnObject(o.Type, o.Name, $"DROP {o.Type.ToUpperInvariant()} IF EXISTS {SqliteText.Quote(o.Name)}"))
        .ToValueList();

    /// <summary>The module of a virtual table, as its statement names it.</summary>
    public static string ModuleOf(string sql)
    {
        var tokens = SqliteTokenizer.Tokenize(sql);
        var at = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].Is("USING"), -1);
        return at >= 0 && at + 1 < tokens.Count ? tokens[at + 1].Value : "";
    }

    private static string Text(object? value) => value as string ?? "";

    private static HashSet<string> Registered(SqliteReader reader, HashSet<string> engine) =>
        engine.Contains("tandem_objects")
            ? reader.Query("SELECT name FROM main.tandem_objects").Rows.Select(r => Text(r[0])).ToHashSet(SqliteText.NameComparer.Instance)
            : [];

    private static bool IsVirtual(SqliteObject table) => new SqliteCursor(table.Sql).TakeWords("CREATE", "VIRTUAL");

    private static IEnumerable<string> Shadows(SqliteReader reader, List<SqliteObject> tables, List<SqliteObject> isVirtual)
    {
        var known = SqliteLibrary.Version >= new Version(3, 37)
            ? reader.Query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'").Rows.Select(r => Text(r[0]))
            : tables.Select(t => t.Name).Where(n => isVirtual.Exists(v => IsShadow(n, v.Name)));

        // Of a module that this library does not have only the application knows which tables belong to it.
        var modules = reader.Query("SELECT name FROM pragma_module_list").Rows.Select(r => Text(r[0])).ToHashSet(SqliteText.NameComparer.Instance);
        var foreign = isVirtual.Where(v => !modules.Contains(ModuleOf(v.Sql))).ToList();
        return known.Concat(tables.Where(t => !IsVirtual(t)).Select(t => t.Name)
            .Where(n => foreign.Exists(v => n.StartsWith(v.Name + "_", StringComparison.OrdinalIgnoreCase)))).Distinct(StringComparer.Ordinal);
    }

    // Before 3.37 nothing but the name tells which tables belong to a virtual one.
    private static bool IsShadow(string name, string of) =>
        name.StartsWith(of + "_", StringComparison.OrdinalIgnoreCase)
        && ShadowEndings.Contains(name[of.Length..].ToLowerInvariant());
}
