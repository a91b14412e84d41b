using System.Globalization;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Edits of the stored schema, for what SQLite has no statement for: names of indexes, rules of a table that is full,
/// and the exchange of two tables while children, views and triggers go on naming the plain one. It is the procedure
/// SQLite documents under "Making other kinds of table schema changes", inside one transaction.
/// </summary>
internal static class StoredText
{
    /// <summary>Where texts wait that a rollback puts back to the letter.</summary>
    public const string Definitions = "tandem_definitions";

    private const string Columns =
        "(SELECT group_concat(n, ',') FROM (SELECT quote(name) AS n FROM pragma_index_info(sqlite_master.name) ORDER BY seqno))";

    /// <summary>The statement that makes the place for texts.</summary>
    public const string MakeDefinitions =
        $"CREATE TABLE IF NOT EXISTS {Definitions} (ordinal INTEGER NOT NULL, table_name TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, sql TEXT)";

    /// <summary>Begins the edits.</summary>
    public const string Open = "PRAGMA writable_schema=ON";

    /// <summary>Ends the edits; also in an epilogue, where a failed transaction left them open.</summary>
    public const string Close = "PRAGMA writable_schema=OFF";

    /// <summary>
    /// Makes this connection read the schema again, and changes its version so that others do. (Only ALTER TABLE does
    /// that inside a transaction in every version; RESET of the pragma is newer than what is supported.)
    /// </summary>
    public static IEnumerable<string> Reload =>
    [
        "CREATE TABLE _tandem_reload (a)",
        "ALTER TABLE _tandem_reload ADD COLUMN b",
        "DROP TABLE _tandem_reload",
    ];

    /// <summary>Keeps the texts of a table and its indexes as they are now.</summary>
    public static IEnumerable<string> Keep(int ordinal, string table) =>
    [
        MakeDefinitions,
        Forget(ordinal, table),
        $"INSERT INTO {Definitions} (ordinal, table_name, part, name, sql)"
        + $" SELECT {Number(ordinal)}, {SqliteText.Literal(table)},"
        + $" CASE WHEN type = 'table' THEN 'table' WHEN sql IS NULL THEN 'columns ' || {Columns} ELSE 'index ' || name END, name, sql"
        + $" FROM sqlite_master WHERE type IN ('table', 'index') AND tbl_name = {SqliteText.Literal(table)}",
    ];

    /// <summary>Forgets kept texts.</summary>
    public static string Forget(int ordinal, string table) =>
        $"DELETE FROM {Definitions} WHERE ordinal = {Number(ordinal)} AND table_name = {SqliteText.Literal(table)}";

    /// <summary>Gives a table and its indexes the names and texts of another stage.</summary>
    /// <param name="from">As it is.</param>
    /// <param name="to">As it shall be.</param>
    public static string Change(StoredTable from, StoredTable to) =>
        Change(from, to, t => (SqliteText.Literal(t.Name), SqliteText.Literal(t.Sql)), i => i.Name is null
            ? (SqliteText.Literal(to.AutomaticName(i.Columns)), "NULL")
            : (SqliteText.Literal(i.Name), SqliteText.Literal(i.Sql!)));

    /// <summary>Gives a table and its indexes the names and texts that were kept; what was not there then goes to the given stage.</summary>
    public static string Restore(StoredTable from, StoredTable to, int ordinal)
    {
        string Kept(string column, string part) =>
            $"(SELECT {column} FROM {Definitions} WHERE ordinal = {Number(ordinal)} AND table_name = {SqliteText.Literal(to.Name)} AND part = {SqliteText.Literal(part)})";
        (string, string) Or(string part, string name, string sql) =>
            ($"coalesce({Kept("name", part)}, {SqliteText.Literal(name)})",
             $"CASE WHEN {Kept("1", part)} THEN {Kept("sql", part)} ELSE {sql} END");
        return Change(from, to, t => Or("table", t.Name, SqliteText.Literal(t.Sql)), i => i.Name is null
            ? Or("columns " + i.Columns, to.AutomaticName(i.Columns), "NULL")
            : Or("index " + i.Name, i.Name, SqliteText.Literal(i.Sql!)));
    }

    /// <summary>
    /// Lets the engine's triggers name a storage by its new name, whoever they belong to: a retired or undone migration
    /// keeps the same rows in sync, whatever their table is called.
    /// </summary>
    public static string Repoint(string from, string to) =>
        $"UPDATE sqlite_master SET tbl_name = CASE WHEN tbl_name = {SqliteText.Literal(from)} THEN {SqliteText.Literal(to)} ELSE tbl_name END,"
        + $" sql = replace(sql, {SqliteText.Literal(TwinNames.Marked(from))}, {SqliteText.Literal(TwinNames.Marked(to))})"
        + $" WHERE type = 'trigger' AND name GLOB '{TwinNames.Prefix}*'";

    /// <summary>Puts the users' triggers of a table that is no longer served away: they would name a table that is not there.</summary>
    public static IEnumerable<string> HideTriggers(int ordinal, string table)
    {
        var where = $"type = 'trigger' AND tbl_name = {SqliteText.Literal(table)} AND name NOT GLOB '{TwinNames.Prefix}*'";
        yield return $"INSERT INTO {Definitions} (ordinal, table_name, part, name, sql) SELECT {Number(ordinal)}, {SqliteText.Literal(table)}, 'trigger', name, sql FROM sqlite_master WHERE {where}";
        yield return $"DELETE FROM sqlite_master WHERE {where}";
    }

    /// <summary>Puts triggers back that <see cref="HideTriggers"/> put away.</summary>
    public static string ShowTriggers(int ordinal, string table) =>
        $"INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) SELECT 'trigger', name, table_name, 0, sql FROM {Definitions}"
        + $" WHERE ordinal = {Number(ordinal)} AND table_name = {SqliteText.Literal(table)} AND part = 'trigger'";

    /// <summary>Puts all triggers behind all tables: SQLite reads the stored schema in order, and a trigger needs its table.</summary>
    public const string TriggersLast =
        "UPDATE sqlite_master SET rowid = rowid + (SELECT max(rowid) FROM sqlite_master) WHERE type = 'trigger'";

    /// <summary>Carries the counter of AUTOINCREMENT along.</summary>
    public static string RenameCounter(string from, string to) =>
        $"UPDATE sqlite_sequence SET name = {SqliteText.Literal(to)} WHERE name = {SqliteText.Literal(from)}";

    /// <summary>A query for how many of the expected names and texts are missing.</summary>
    public static string CountMissing(StoredTable table)
    {
        var expected = table.Indexes
            .Select(i => (Type: "index", Name: i.Name ?? table.AutomaticName(i.Columns), i.Sql))
            .Prepend((Type: "table", table.Name, Sql: table.Sql))
            .Select(e => $"({SqliteText.Literal(e.Type)}, {SqliteText.Literal(e.Name)}, {(e.Sql is null ? "NULL" : SqliteText.Literal(e.Sql))})");
        return $"WITH expected(type, name, sql) AS (VALUES {string.Join(", ", expected)}) SELECT count(*) FROM expected AS e"
            + " WHERE NOT EXISTS (SELECT 1 FROM sqlite_master AS s WHERE s.type = e.type AND s.name = e.name"
            + $" AND s.tbl_name = {SqliteText.Literal(table.Name)} AND s.sql IS e.sql)";
    }

    /// <summary>A query for how many columns and indexes of a table are others than expected.</summary>
    public static string CountUnknown(StoredTable table)
    {
        var name = SqliteText.Literal(table.Name);
        string In(IEnumerable<string> values) => $"({string.Join(", ", values.Select(SqliteText.Literal))})";
        var inline = table.Indexes.Where(i => i.Name is null).Select(i => i.Columns);
        var named = table.Indexes.Select(i => i.Name).OfType<string>();
        return $"SELECT ((SELECT group_concat(n, ',') FROM (SELECT quote(name) AS n FROM pragma_table_xinfo({name}) ORDER BY cid)) IS NOT {SqliteText.Literal(table.Columns)})"
            + $" + (SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = {name}"
            + $" AND NOT CASE WHEN sql IS NULL THEN {Columns} IN {In(inline)} ELSE name IN {In(named)} OR name GLOB '{TwinNames.Prefix}*' END)";
    }

    private static string Change(
        StoredTable from, StoredTable to, Func<StoredTable, (string Name, string Sql)> table, Func<StoredIndex, (string Name, string Sql)> index)
    {
        var cases = from.Indexes.Zip(to.Indexes)
            .Select(p => (When: p.First.Name is null
                ? $"sql IS NULL AND {Columns} = {SqliteText.Literal(p.First.Columns)}"
                : $"sql IS NOT NULL AND name = {SqliteText.Literal(p.First.Name)}", Then: index(p.Second)))
            .Prepend((When: "type = 'table'", Then: table(to)))
            .ToList();
        string Case(Func<(string Name, string Sql), string> column, string otherwise) =>
            $"CASE {string.Concat(cases.Select(c => $"WHEN {c.When} THEN {column(c.Then)} "))}ELSE {otherwise} END";
        return $"UPDATE sqlite_master SET tbl_name = {SqliteText.Literal(to.Name)}, name = {Case(t => t.Name, "name")}, sql = {Case(t => t.Sql, Followed(from.Name, to.Name))}"
            + $" WHERE type IN ('table', 'index') AND tbl_name = {SqliteText.Literal(from.Name)}";
    }

    // Hidden indexes of other migrations on the same table go where it goes.
    private static string Followed(string from, string to)
    {
        string On(string table) => SqliteText.Literal($" ON {SqliteText.Quote(table)} (");
        return $"CASE WHEN name GLOB '{TwinNames.Prefix}*' THEN replace(sql, {On(from)}, {On(to)}) ELSE sql END";
    }

    private static string Number(int ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
