using System.Globalization;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Reads a file's schema as applications see it.</summary>
internal sealed class SqliteInspector
{
    private readonly SqliteReader reader;
    private readonly SqliteCatalog catalog;
    private readonly Dictionary<string, bool> collations = new(SqliteText.NameComparer.Instance);

    private SqliteInspector(SqliteReader reader)
    {
        this.reader = reader;
        catalog = SqliteCatalog.Read(reader);
    }

    /// <summary>The schema, without the engine's own objects.</summary>
    public static DatabaseSchema Inspect(SqliteReader reader) => new SqliteInspector(reader).Run();

    /// <summary>The query of a view; a list of column names becomes a part of it.</summary>
    internal static View ParseView(string name, string sql)
    {
        var cursor = new SqliteCursor(sql);
        cursor.ExpectWords("CREATE");
        _ = cursor.TakeWords("TEMP") || cursor.TakeWords("TEMPORARY");
        cursor.ExpectWords("VIEW");
        _ = cursor.TakeWords("IF", "NOT", "EXISTS");
        _ = cursor.QualifiedName();
        var columns = cursor.Peek().IsSymbol("(") ? cursor.Names() : null;
        cursor.ExpectWords("AS");
        var query = cursor.Rest().TrimEnd(';', ' ');
        return new View(name, columns is null
            ? query
            : $"WITH {SqliteText.Quote(name)} ({SqliteText.QuoteAll(columns)}) AS ({query}) SELECT {SqliteText.QuoteAll(columns)} FROM {SqliteText.Quote(name)}");
    }

    /// <summary>A trigger as its statement describes it.</summary>
    internal static Trigger ParseTrigger(string name, string table, string sql)
    {
        var cursor = new SqliteCursor(sql);
        var before = ReadTriggerHead(cursor);
        var fires = cursor.Peek();
        return new Trigger(name, sql)
        {
            Table = table, Before = before, OnUpdate = fires.Is("UPDATE"), OnInsert = fires.Is("INSERT"), OnDelete = fires.Is("DELETE"),
        };
    }

    /// <summary>The columns after UPDATE OF in a trigger's statement.</summary>
    internal static IEnumerable<string> UpdateOf(string sql)
    {
        var cursor = new SqliteCursor(sql);
        _ = ReadTriggerHead(cursor);
        var names = new List<string>();
        if (cursor.TakeWords("UPDATE", "OF"))
        {
            do
            {
                names.Add(cursor.Name());
            }
            while (cursor.TakeSymbol(","));
        }

        return names;
    }

    private static bool ReadTriggerHead(SqliteCursor cursor)
    {
        cursor.ExpectWords("CREATE");
        _ = cursor.TakeWords("TEMP") || cursor.TakeWords("TEMPORARY");
        cursor.ExpectWords("TRIGGER");
        _ = cursor.TakeWords("IF", "NOT", "EXISTS");
        _ = cursor.QualifiedName();
        var after = cursor.TakeWords("AFTER") || cursor.TakeWords("INSTEAD", "OF");
        _ = !after && cursor.TakeWords("BEFORE"); // Before is what SQLite takes when nothing is said.
        return !after;
    }

    private DatabaseSchema Run()
    {
        var tables = Of("table").Select(ReadTable).ToList();
        tables = tables.ConvertAll(t => t with { ForeignKeys = t.ForeignKeys.Select(k => Resolve(k, tables)).ToValueList() });
        return new DatabaseSchema("main", tables.OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList())
        {
            Views = Of("view").Select(v => ParseView(v.Name, v.Sql) with { Triggers = TriggersOn(v.Name) })
                .OrderBy(v => v.Name, StringComparer.Ordinal).ToValueList(),
            Dependents = SqliteDependents.Find(tables, catalog.Users.Concat(catalog.Virtual)),
            Unmanaged = catalog.Unmanaged,
        };
    }

    private IEnumerable<SqliteObject> Of(string type) =>
        catalog.Users.Where(o => string.Equals(o.Type, type, StringComparison.Ordinal));

    private IEnumerable<SqliteObject> On(string type, string table) => Of(type).Where(o => SqliteText.SameName(o.Table, table));

    private ValueList<Trigger> TriggersOn(string name) => On("trigger", name).Select(t => ParseTrigger(t.Name, name, t.Sql))
        .OrderBy(t => t.Name, StringComparer.Ordinal).ToValueList();

    private Table ReadTable(SqliteObject stored)
    {
        var table = SqliteTableParser.Parse(stored.Name, stored.Sql);
        var seen = ReadColumns(stored.Name);
        var doubts = (table.NotUnderstood.Count > 0 ? table.NotUnderstood : Differences(table, seen)).ToList();
        if (table.Columns.Count != seen.Count)
        {
            table = table with { Columns = seen.Select(s => new Column(s.Name, s.Type, !s.NotNull, s.Default)).ToValueList() };
        }

        var indexes = new List<Schema.Index>();
        foreach (var index in On("index", stored.Name).Where(i => i.Sql.Length > 0))
        {
            try
            {
                indexes.Add(SqliteIndexParser.Parse(index.Name, index.Sql, table.Columns));
            }
            catch (FormatException e)
            {
                doubts.Add($"the index {index.Name} ({e.Message})");
            }
        }

        if (SqliteExaminer.Reason(reader.Try($"SELECT * FROM main.{SqliteText.Quote(stored.Name)} LIMIT 0")) is { } unreadable)
        {
            doubts.Add($"its rows, which cannot be read here ({unreadable})");
        }

        doubts.AddRange(Collations(On("index", stored.Name).Select(i => i.Sql).Prepend(stored.Sql)));
        return table with
        {
            Indexes = indexes.OrderBy(i => i.Name, StringComparer.Ordinal).ToValueList(),
            Triggers = TriggersOn(stored.Name),
            NotUnderstood = doubts.Distinct(StringComparer.Ordinal).ToValueList(),
        };
    }

    // An application may bring collations along. Without one its rows can be read, but neither compared nor put in order,
    // and an index that sorts by it cannot be written.
    private IEnumerable<string> Collations(IEnumerable<string> statements) => statements
        .Select(SqliteTokenizer.Tokenize)
        .SelectMany(t => Enumerable.Range(0, Math.Max(0, t.Count - 1)).Where(i => t[i].Is("COLLATE") && t[i + 1].CanName).Select(i => t[i + 1].Value))
        .Distinct(SqliteText.NameComparer.Instance)
        .Where(c => !IsCollation(c))
        .Select(c => $"the collation {c}, which only the application has");

    // SQLite's own list has those that were only named, too.
    private bool IsCollation(string name)
    {
        if (!collations.TryGetValue(name, out var known))
        {
            known = reader.Try($"SELECT 'a' < 'b' COLLATE {SqliteText.Quote(name)}") is null;
            collations.Add(name, known);
        }

        return known;
    }

    private List<SeenColumn> ReadColumns(string table) => reader
        .Query(
            "SELECT name, type, \"notnull\" AS needed, dflt_value, pk, hidden FROM pragma_table_xinfo(@table)",
            new Databases.SqlArgument("table", table))
        .Rows
        .Select(r => new SeenColumn(
            r[0] as string ?? "", r[1] as string ?? "", Number(r[2]) != 0, r[3] as string, Number(r[4]), Number(r[5])))
        .ToList();

    // The text was read by our parser, the pragmas tell what SQLite's own made of it; where they disagree, the table is
    // not touched.
    private IEnumerable<string> Differences(Table table, List<SeenColumn> seen)
    {
        if (!table.Columns.Select(c => c.Name).SequenceEqual(seen.Select(s => s.Name), StringComparer.Ordinal))
        {
            yield return "its columns, which SQLite lists otherwise";
            yield break;
        }

        foreach (var (column, other) in table.Columns.Zip(seen))
        {
            var rowId = SqliteDdl.IsRowId(table, column);
            if (!SameType(column.Type, other.Type)
                || (column.Default is null) != (other.Default is null)
                || (column.Generated is null) != (other.Hidden is not (2 or 3))
                || (column.Generated is not null && column.GeneratedStored != (other.Hidden == 3))
                || (other.NotNull && column.Nullable)
                || (!other.NotNull && !column.Nullable && !rowId && other.Key == 0))
            {
                yield return $"the column {column.Name}, which SQLite describes otherwise";
            }
        }

        var key = seen.Where(s => s.Key > 0).OrderBy(s => s.Key).Select(s => s.Name);
        if (!key.SequenceEqual(table.PrimaryKey?.Columns ?? [], StringComparer.Ordinal))
        {
            yield return "its primary key, which SQLite lists otherwise";
        }

        var references = reader.Value(
            "SELECT count(DISTINCT id) FROM pragma_foreign_key_list(@table)", new Databases.SqlArgument("table", table.Name));
        if (Number(references) != table.ForeignKeys.Count)
        {
            yield return "its foreign keys, which SQLite lists otherwise";
        }
    }

    // Quotes around a type mean nothing. SQLite 3.35 lists "GENERATED ALWAYS" as a part of the type. Behind a type that changes nothing; alone it gives the
    // column another affinity, and then the column is not what it looks like.
    private static bool SameType(string one, string other)
    {
        static string Plain(string type) => string.Concat(type.Where(c => !char.IsWhiteSpace(c) && c is not ('"' or '\'' or '`' or '[' or ']'))).ToUpperInvariant();
        return Plain(one) == Plain(other) || (one.Length > 0 && Plain(one) + "GENERATEDALWAYS" == Plain(other));
    }

    private static long Number(object? value) => Convert.ToInt64(value ?? 0L, CultureInfo.InvariantCulture);

    // Names as the referenced table has them, and the columns that are meant when none are named.
    private static ForeignKey Resolve(ForeignKey key, List<Table> tables)
    {
        var parent = tables.Find(t => SqliteText.SameName(t.Name, key.ReferencedTable));
        if (parent is null)
        {
            return key;
        }

        var columns = key.ReferencedColumns.Count > 0
            ? key.ReferencedColumns.Select(c => parent.Columns.FirstOrDefault(p => SqliteText.SameName(p.Name, c))?.Name ?? c).ToValueList()
            : parent.PrimaryKey is { } primary && primary.Columns.Count == key.Columns.Count ? primary.Columns : [];
        return key with { ReferencedTable = parent.Name, ReferencedColumns = columns };
    }

    private sealed record SeenColumn(string Name, string Type, bool NotNull, string? Default, long Key, long Hidden);
}
