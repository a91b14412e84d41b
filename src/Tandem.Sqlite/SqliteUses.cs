using Tandem.Consumers;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// Finds what uses tables and columns by letting SQLite itself compile it, on copies of the schema in memory: what works now and
/// not without the column needs it; what SQLite writes anew when the column gets another name means it.
/// </summary>
internal sealed class SqliteUses(SqliteReader live, TimeProvider time, DatabaseSchema schema)
{
    private const string Probe = "_tandem_probe";

    /// <summary>Everything that uses one of the subjects.</summary>
    public static UseFindings Find(SqliteReader live, TimeProvider time, DatabaseSchema schema, ValueList<ImpactSubject> subjects)
    {
        var uses = new SqliteUses(live, time, schema);
        return new UseFindings(subjects.SelectMany(uses.Of).ToValueList())
        {
            Unseen = "SQLite counts no statements: what applications send is not known.",
        };
    }

    private IEnumerable<ObjectUse> Of(ImpactSubject subject)
    {
        if (schema.Table(subject.Table) is not { } table)
        {
            return subject.Column is null ? OfView(subject) : OfViewColumn(subject, subject.Column);
        }

        var change = new TableChange(table, subject.Column is null ? null : Without(table, subject.Column));
        var broken = SqliteSimulation.Examine(live, time, new Databases.Inquiry([change], [], [])).Select(p => p.Subject).OfType<string>().ToHashSet(SqliteText.NameComparer.Instance);
        var catalog = SqliteCatalog.Read(live);
        ValueList<SqliteObject> objects = [.. catalog.Users, .. catalog.Virtual];
        using var copy = new Copy(live, time, objects);
        using var renamed = new Copy(live, time, objects);
        var follows = subject.Column is null ? null : renamed.TryRename(subject.Table, subject.Column);
        var found = objects.Where(o => o.Type is "view" or "trigger" or "virtual table")
            .Select(o => OfCompiled(subject, o, broken, copy) is { } use ? use with { FollowsName = follows is null, Note = use.How == UseKind.Reads && subject.Fate == Fate.Renamed ? follows : use.Note } : null)
            .OfType<ObjectUse>().ToList();
        return [.. found, .. subject.Column is null ? OfTable(subject, table) : OfColumn(subject, table, objects)];
    }

    // What compiles now and not without the view needs it. A table's triggers are compiled together: those are meant that name what is missing.
    private List<ObjectUse> OfView(ImpactSubject subject)
    {
        var objects = SqliteCatalog.Read(live).Users;
        using var whole = new Copy(live, time, objects);
        using var without = new Copy(live, time, objects.Where(o => !(o.Type == "view" && SqliteText.SameName(o.Name, subject.Table))).ToValueList());
        var missing = new Dictionary<string, string>(SqliteText.NameComparer.Instance) { [subject.Table] = subject.Table };
        var found = new List<ObjectUse>();
        foreach (var stored in objects.Where(o => o.Type is "view" or "trigger" && !SqliteText.SameName(o.Name, subject.Table)).OrderBy(o => o.Type == "trigger"))
        {
            var name = stored.Type == "trigger" ? $"{stored.Name} on {stored.Table}" : stored.Name;
            var use = new ObjectUse(stored.Type, name, subject, UseKind.Reads) { Evidence = UseEvidence.Analysis };
            if (stored.Type == "trigger" && SqliteText.SameName(stored.Table, subject.Table))
            {
                found.Add(subject.Fate == Fate.Dropped ? use with { How = UseKind.GoesAlong } : use);
            }
            else if (whole.Compiled(stored).Zip(without.Compiled(stored)).Any(p => p is (true, false))
                && (stored.Type == "view" || SqliteNames.WordsIn(stored.Sql).Any(missing.ContainsKey)))
            {
                var via = SqliteNames.WordsIn(stored.Sql).Contains(subject.Table, SqliteText.NameComparer.Instance) ? null : SqliteNames.WordsIn(stored.Sql).FirstOrDefault(missing.ContainsKey);
                found.Add(use with { Via = via is null ? null : $"view {missing[via]}" });
                _ = stored.Type == "view" && missing.TryAdd(stored.Name, stored.Name);
            }
        }

        return found;
    }

    // The same view over itself without the column shows who needs it: what does not compile, and what has fewer columns.
    private List<ObjectUse> OfViewColumn(ImpactSubject subject, string column)
    {
        var objects = SqliteCatalog.Read(live).Users;
        using var whole = new Copy(live, time, objects);
        var columns = whole.Columns(subject.Table);
        if (!columns.Contains(column, SqliteText.NameComparer.Instance))
        {
            throw Impact.NoColumn(subject.Table, column, columns);
        }

        var view = schema.Views.First(v => v.Name == subject.Table);
        var rest = columns.Where(c => !SqliteText.SameName(c, column)).Select(SqliteText.Quote).DefaultIfEmpty($"NULL AS {Probe}");
        var lesser = new View(view.Name, $"SELECT {string.Join(", ", rest)} FROM (\n{view.Definition}\n)");
        using var without = new Copy(live, time, objects.Select(o => o.Type == "view" && SqliteText.SameName(o.Name, view.Name) ? o with { Sql = StoredObjects.Text(lesser) } : o).ToValueList());
        var missing = new Dictionary<string, string>(SqliteText.NameComparer.Instance) { [view.Name] = view.Name };
        var found = new List<ObjectUse>();
        foreach (var stored in objects.Where(o => o.Type is "view" or "trigger" && !SqliteText.SameName(o.Name, view.Name)).OrderBy(o => o.Type == "trigger"))
        {
            var words = SqliteNames.WordsIn(stored.Sql).ToHashSet(SqliteText.NameComparer.Instance);
            var source = words.Contains(view.Name) ? view.Name : missing.Keys.FirstOrDefault(words.Contains);
            if (source is null)
            {
                continue;
            }

            var breaks = whole.Compiled(stored).Zip(without.Compiled(stored)).Any(p => p is (true, false)) && (stored.Type == "view" || words.Contains(column));
            var narrows = stored.Type == "view" && whole.Columns(stored.Name).Count > without.Columns(stored.Name).Count;
            _ = (breaks || narrows) && stored.Type == "view" && missing.TryAdd(stored.Name, stored.Name);
            found.Add(new ObjectUse(stored.Type, stored.Type == "trigger" ? $"{stored.Name} on {stored.Table}" : stored.Name, subject, breaks ? UseKind.Reads : narrows ? UseKind.WholeRow : UseKind.TableOnly)
            {
                Evidence = UseEvidence.Analysis,
                Via = SqliteText.SameName(source, view.Name) ? null : $"view {source}",
                Note = breaks || narrows ? null : "SQLite compiles it without the column, too",
            });
        }

        return found;
    }

    // Triggers of the table itself go with it.
    private ObjectUse? OfCompiled(ImpactSubject subject, SqliteObject stored, HashSet<string> broken, Copy copy)
    {
        var name = stored.Type == "trigger" ? $"{stored.Name} on {stored.Table}" : stored.Name;
        var use = new ObjectUse(stored.Type, name, subject, UseKind.Reads) { Evidence = UseEvidence.Analysis };
        if (subject.Column is null && stored.Type == "trigger" && SqliteText.SameName(stored.Table, subject.Table))
        {
            return use with { How = UseKind.GoesAlong };
        }

        var reads = copy.Reads(stored, subject);
        if (broken.Contains(stored.Name))
        {
            return use with { Via = stored.Type == "view" ? reads?.Via : null };
        }

        var named = schema.Dependents.Where(d => d.Name == stored.Name && SqliteText.SameName(d.Table, subject.Table)).ToList();
        return reads switch
        {
            { Column: true } => use with { How = UseKind.WholeRow, Via = reads.Via },
            null when stored.Type == "virtual table" && named.Exists(d => d.Column is null || d.Column == subject.Column) =>
                use with { How = UseKind.Named, Evidence = UseEvidence.Text },
            null when named.Count == 0 => null,
            _ when copy.Failed is { } failure => use with { How = UseKind.Named, Evidence = UseEvidence.Text, Note = $"it names the table and does not work as it is ({failure})" },
            _ => use with { How = UseKind.TableOnly, Note = "SQLite compiles it without the column, too" },
        };
    }

    private IEnumerable<ObjectUse> OfTable(ImpactSubject subject, Table table)
    {
        foreach (var (kind, name) in table.Indexes.Select(i => ("index", i.Name)).Concat(table.Checks.Select((c, i) => ("check", Named(c.Name, table, i)))))
        {
            yield return Use(subject, kind, name, UseKind.GoesAlong);
        }

        foreach (var (other, key) in Referring(table))
        {
            yield return Use(subject, "foreign key", $"{Columns(key.Columns)} of {other.Name}", UseKind.Refers);
        }
    }

    // SQLite writes what means the column anew when the column gets another name; the rest of the schema is left as it was.
    private List<ObjectUse> OfColumn(ImpactSubject subject, Table table, ValueList<SqliteObject> objects)
    {
        var column = subject.Column!;
        using var copy = new Copy(live, time, objects.Where(o => o.Type is "table" or "index").ToValueList());
        if (copy.TryRename(table.Name, column) is not null)
        {
            return [];
        }

        var after = copy.Inspect();
        var then = after.Table(table.Name)!;
        var found = new List<ObjectUse>();
        found.AddRange(table.PrimaryKey?.Columns.Contains(column) == true ? [Use(subject, "primary key", $"{Columns(table.PrimaryKey.Columns)} of {table.Name}", UseKind.GoesAlong)] : []);
        found.AddRange(table.Uniques.Where(u => u.Columns.Contains(column)).Select(u => Use(subject, "unique constraint", $"{u.Name ?? Columns(u.Columns)} on {table.Name}", UseKind.GoesAlong)));
        found.AddRange(table.Checks.Zip(then.Checks).Select((pair, i) => (pair, i)).Where(c => c.pair.First.Expression != c.pair.Second.Expression)
            .Select(c => Use(subject, "check", Named(c.pair.First.Name, table, c.i), UseKind.GoesAlong)));
        found.AddRange(table.Indexes.Where(i => then.Indexes.FirstOrDefault(t => t.Name == i.Name) is { } t && t != i).Select(i => Use(subject, "index", i.Name, UseKind.GoesAlong)));
        found.AddRange(table.Columns.Zip(then.Columns).Where(c => c.First.Generated != c.Second.Generated)
            .Select(c => Use(subject, "generated column", $"{table.Name}.{c.First.Name}", UseKind.Reads)));
        found.AddRange(table.Column(column)!.Default is null ? [] : [Use(subject, "default", $"{subject}", UseKind.GoesAlong)]);
        found.AddRange(table.ForeignKeys.Where(k => k.Columns.Contains(column)).Select(k => Use(subject, "foreign key", $"{Columns(k.Columns)} of {table.Name}", UseKind.GoesAlong)));
        found.AddRange(Referring(table).Where(r => r.Key.ReferencedColumns.Contains(column))
            .Select(r => Use(subject, "foreign key", $"{Columns(r.Key.Columns)} of {r.Table.Name}", UseKind.Refers)));
        return found;
    }

    private IEnumerable<(Table Table, ForeignKey Key)> Referring(Table table) =>
        schema.Tables.SelectMany(t => t.ForeignKeys.Where(k => SqliteText.SameName(k.ReferencedTable, table.Name)).Select(k => (t, k)));

    private static ObjectUse Use(ImpactSubject subject, string kind, string name, UseKind how) =>
        new(kind, name, subject, how) { Evidence = UseEvidence.Analysis, FollowsName = true };

    private static string Columns(ValueList<string> columns) => $"({string.Join(", ", columns)})";

    private static string Named(string? name, Table table, int place) =>
        $"{name ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"number {place + 1}")} on {table.Name}";

    private static Table Without(Table table, string column)
    {
        var key = table.PrimaryKey?.Columns.Contains(column) == true ? null : table.PrimaryKey;
        return table with
        {
            Columns = table.Columns.Where(c => c.Name != column && !SqliteNames.WordsIn(c.Generated ?? "").Contains(column)).ToValueList(),
            PrimaryKey = key,
            WithoutRowId = table.WithoutRowId && key is not null,
            Uniques = table.Uniques.Where(u => !u.Columns.Contains(column)).ToValueList(),
            Checks = [],
            ForeignKeys = [],
            Indexes = table.Indexes.Where(i => !i.Columns.Contains(column)).ToValueList(),
            Triggers = [],
        };
    }

    /// <summary>What a compiled statement reads of a subject.</summary>
    /// <param name="Column">Whether the column itself.</param>
    /// <param name="Via">The view through which it does, or null.</param>
    private sealed record Reading(bool Column, string? Via);

    /// <summary>The schema in memory, without rows.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly SqliteFile file;
        private readonly SqliteReader reader;
        private readonly List<(string Table, string Column, string? Within)> seen = [];

        public Copy(SqliteReader live, TimeProvider time, ValueList<SqliteObject> objects)
        {
            (file, reader) = live.InMemory(time);
            foreach (var stored in objects.Where(o => o.Sql.Length > 0).OrderBy(o => o.Type switch { "table" => 0, "virtual table" => 1, "index" => 2, "view" => 3, _ => 4 }))
            {
                _ = reader.Try(stored.Sql);
            }

            file.WatchReads((table, column, within) => seen.Add((table, column, within)));
        }

        /// <summary>Gives a column another name; why SQLite refuses to, or null.</summary>
        public string? TryRename(string table, string column) =>
            SqliteExaminer.Reason(reader.Try($"ALTER TABLE {SqliteText.Quote(table)} RENAME COLUMN {SqliteText.Quote(column)} TO {Probe}"));

        /// <summary>Why what was looked at last does not compile, or null when it does.</summary>
        public string? Failed { get; private set; }

        public DatabaseSchema Inspect() => SqliteInspector.Inspect(reader);

        /// <summary>The columns of a table or view; none of one that does not compile.</summary>
        public List<string> Columns(string name) => reader.Try($"SELECT 1 FROM {SqliteText.Quote(name)} LIMIT 0") is not null
            ? []
            : [.. reader.Query("SELECT name FROM pragma_table_xinfo(@name)", new Databases.SqlArgument("name", name)).Rows.Select(r => (string)r[0]!)];

        /// <summary>Which statements that use a view or fire a trigger compile.</summary>
        public List<bool> Compiled(SqliteObject stored) => [.. Statements(stored).Select(statement => reader.Try(statement) is null)];

        /// <summary>What an object reads of a subject when it is used; null for nothing.</summary>
        public Reading? Reads(SqliteObject stored, ImpactSubject subject)
        {
            seen.Clear();

            // A trigger fires for one of them; on a view the others are refused.
            var failures = Statements(stored).Select(statement => reader.Try(statement)).ToList();
            Failed = failures.Contains(null) ? null : SqliteExaminer.Reason(failures.FirstOrDefault());

            var own = seen.Where(s => SqliteText.SameName(s.Table, subject.Table) && (stored.Type == "view" || SqliteText.SameName(s.Within ?? "", stored.Name))).ToList();
            var exact = own.Where(s => subject.Column is null || SqliteText.SameName(s.Column, subject.Column)).ToList();
            return own.Count == 0 ? null : new Reading(exact.Count > 0 && stored.Type == "view", exact.Select(s => s.Within).FirstOrDefault(w => w is not null && !SqliteText.SameName(w, stored.Name)) is { } w ? $"view {w}" : null);
        }

        public void Dispose() => file.Dispose();

        private string[] Statements(SqliteObject stored)
        {
            var name = SqliteText.Quote(stored.Table);
            var select = $"EXPLAIN SELECT * FROM {name}";
            if (stored.Type != "trigger" || reader.Try(select) is not null)
            {
                return stored.Type is "view" or "trigger" ? [select] : [];
            }

            var columns = reader.Query("SELECT name FROM pragma_table_xinfo(@name) WHERE hidden = 0", new Databases.SqlArgument("name", stored.Table)).Rows
                .Select(r => SqliteText.Quote((string)r[0]!));
            return [$"EXPLAIN INSERT INTO {name} DEFAULT VALUES", $"EXPLAIN UPDATE {name} SET {string.Join(", ", columns.Select(c => $"{c} = {c}"))}", $"EXPLAIN DELETE FROM {name}"];
        }
    }
}
