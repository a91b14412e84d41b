using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// Makes the tables as they will be in an empty database in memory, and tries the users' views, triggers and virtual tables
/// there. SQLite looks at what one of them names only when it is used, so a rename would otherwise break it silently.
/// </summary>
internal sealed class SqliteSimulation : IDisposable
{
    private readonly SqliteFile file;
    private readonly SqliteReader reader;
    private readonly List<Problem> impossible = [];

    // What views and triggers read, by the names as they are written anywhere.
    private readonly List<(string Table, string Column)> reads = [];

    private SqliteSimulation(SqliteFile file, SqliteReader reader)
    {
        this.file = file;
        this.reader = reader;
    }

    /// <summary>
    /// The tables that cannot be made, the views, triggers and virtual tables that work now and will not after the changes, and those that the
    /// migration itself makes and that would not work.
    /// </summary>
    public static IReadOnlyList<Problem> Examine(SqliteReader live, TimeProvider time, Inquiry inquiry)
    {
        var catalog = SqliteCatalog.Read(live);
        ValueList<SqliteObject> objects = [.. catalog.Users, .. catalog.Virtual];
        return [.. Changed(live, time, objects, inquiry.Changes), .. inquiry.HasScripts ? [] : Brought(live, time, objects, inquiry)];
    }

    private static List<Problem> Changed(SqliteReader live, TimeProvider time, ValueList<SqliteObject> objects, ValueList<TableChange> changes)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        using var now = Make(live, time, objects, []);
        using var then = Make(live, time, objects, changes);
        var gone = changes.Where(c => c.After is null).Select(c => c.Name).ToHashSet(SqliteText.NameComparer.Instance);

        // A name in double quotes that names no column any more is a string to SQLite, and nothing fails: so everything is
        // tried once more where it is an error.
        using var strictNow = Make(live, time, objects, []).Strict();
        using var strictThen = Make(live, time, objects, changes).Strict();
        var broken = objects.Where(o => o.Type is "view" or "virtual table" || (o.Type == "trigger" && !gone.Contains(o.Table)))
            .Select(o => Compare(o, changes, now, then) ?? Compare(o, changes, strictNow, strictThen))
            .OfType<Problem>();
        return [.. then.impossible, .. broken];
    }

    // What SQL of the migration's own makes is not there, so nothing can be said then.
    private static List<Problem> Brought(SqliteReader live, TimeProvider time, ValueList<SqliteObject> objects, Inquiry inquiry)
    {
        if (inquiry.Objects.Count == 0)
        {
            return [];
        }

        using var then = Make(live, time, objects, inquiry.Changes).Strict();
        var views = inquiry.Objects.Where(o => o.Either is View).ToList();
        foreach (var view in views.Select(o => o.Before).OfType<View>())
        {
            _ = then.reader.Try($"DROP VIEW {SqliteText.Quote(view.Name)}");
        }

        var made = views.Select(o => o.After).OfType<View>().Select(v => (View: v, Failure: then.reader.Try(StoredObjects.Text(v)))).ToList();
        var wrong = made.Select(m => (m.View.Name, Reason: SqliteExaminer.Reason(m.Failure ?? then.reader.Try($"EXPLAIN SELECT * FROM {SqliteText.Quote(m.View.Name)}"))))
            .Where(m => m.Reason is not null).ToDictionary(m => m.Name, m => m.Reason!, StringComparer.Ordinal);
        return
        [
            .. wrong.Select(w => new Problem(ProblemCodes.ViewDoesNotCompile, $"The view {w.Key} does not compile: {w.Value}.", Subject: w.Key)),
            .. views.Where(o => !wrong.ContainsKey(o.Name)).SelectMany(then.OnView),
            .. inquiry.Objects.Select(o => o.After).OfType<Trigger>().SelectMany(then.Fires),
        ];
    }

    // The triggers of a view stay when its query changes.
    private IEnumerable<Problem> OnView(ObjectChange change)
    {
        foreach (var trigger in (change.Before as View)?.Triggers ?? [])
        {
            _ = reader.Try(trigger.Definition);
        }

        return StoredObjects.CompileTriggers([change]).Select(s => SqliteExaminer.Reason(reader.Try(s))).OfType<string>().Distinct()
            .Select(why => new Problem(ProblemCodes.DependentWouldBreak, $"The triggers of the view {change.Name} would not work over its new query: {why}.", Subject: change.Name));
    }

    // Functions and collations of an application's own are not here; a trigger needs them only where it fires.
    private IEnumerable<Problem> Fires(Trigger trigger) => Failures(new SqliteObject("trigger", trigger.Name, trigger.Table, trigger.Definition)).OfType<string>()
        .Where(why => !why.StartsWith("no such function", StringComparison.Ordinal) && !why.StartsWith("no such collation", StringComparison.Ordinal)).Take(1)
        .Select(why => new Problem(ProblemCodes.TriggerDoesNotCompile, $"The trigger {trigger.Name} of {trigger.Table} does not compile: {why}.", Subject: trigger.Identity));

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static SqliteSimulation Make(
        SqliteReader live, TimeProvider time, ValueList<SqliteObject> objects, ValueList<TableChange> changes)
    {
        var (file, reader) = live.InMemory(time);
        var simulation = new SqliteSimulation(file, reader);
        var changed = changes.Where(c => c.Before is not null).Select(c => c.Before!.Name).ToHashSet(SqliteText.NameComparer.Instance);
        var kept = objects.Where(o => !changed.Contains(o.Table)).ToList();

        // What of the present cannot be made here (an application's own module, say) can be made in neither database, and
        // what names it is then judged alike in both.
        foreach (var stored in kept.Where(o => o.Type == "table").Concat(kept.Where(o => o.Type == "index" && o.Sql.Length > 0)))
        {
            _ = reader.Try(stored.Sql);
        }

        foreach (var change in changes.Where(c => c.After is not null))
        {
            simulation.MakeNew(change);
        }

        foreach (var stored in objects.Where(o => o.Type == "view").Concat(objects.Where(o => o.Type == "virtual table")))
        {
            _ = reader.Try(stored.Sql);
        }

        file.WatchReads((table, column, within) => simulation.reads.AddRange(within is null ? [] : [(table, column)]));
        return simulation;
    }

    private SqliteSimulation Strict()
    {
        file.RefuseDoubleQuotedStrings();
        return this;
    }

    private void MakeNew(TableChange change)
    {
        var table = NewShape.Of(change);
        if (!Made(SqliteDdl.CreateTable(table), $"The table {table.Name}", table))
        {
            // Views and triggers see names and order of the columns, so they can be judged all the same.
            _ = reader.Try(SqliteDdl.CreateTable(new Table(table.Name, table.Columns.Select(c => new Column(c.Name, "")).ToValueList())));
            return;
        }

        foreach (var index in table.Indexes)
        {
            _ = Made(SqliteDdl.CreateIndex(index, table.Name), $"The index {index.Name} of {table.Name}", table);
        }
    }

    private bool Made(string statement, string what, Table table)
    {
        if (reader.Try(statement) is not { } failure)
        {
            return true;
        }

        impossible.Add(new Problem(
            ProblemCodes.NewShapeImpossible,
            $"{what} cannot be made for the new version: {SqliteExaminer.Reason(failure)}.",
            Subject: table.Name));
        return false;
    }

    // A trigger goes along with its table; one that cannot is refused by name.
    private static SqliteObject Renamed(SqliteObject stored, ValueList<TableChange> changes) =>
        stored.Type == "trigger" && changes.FirstOrDefault(c => RenamedTriggers.Concerns(c) && SqliteText.SameName(c.Before!.Name, stored.Table)) is { } change
            ? stored with { Table = change.After!.Name, Sql = RenamedTriggers.Text(stored.Sql, change.Before!.Name, change.After.Name) ?? stored.Sql }
            : stored;

    private static Problem? Compare(SqliteObject dependent, ValueList<TableChange> changes, SqliteSimulation now, SqliteSimulation then)
    {
        var before = now.Failures(dependent);
        var after = then.Failures(Renamed(dependent, changes));
        var broken = before.Zip(after).Where(p => p.First is null && p.Second is not null).Select(p => p.Second).FirstOrDefault();
        var what = $"The {dependent.Type} {dependent.Name}";
        return broken is not null ? Would($"{what} works now and would not after the change: {broken}.")
            : TakenOver(changes, now, then) is var (table, column, other) ? Would($"{what} reads {table}.{column} now and would silently read {other}.{column} after the change.")
            : null;

        Problem Would(string message) => new(ProblemCodes.DependentWouldBreak, message, Subject: dependent.Name);
    }

    // A name that a subquery's own tables do not have any more is looked for in the query around it. The column that is read there was read by nobody before.
    private static (string Table, string Column, string Other)? TakenOver(ValueList<TableChange> changes, SqliteSimulation now, SqliteSimulation then)
    {
        foreach (var change in changes.Where(c => c.Before is not null && c.After is not null))
        {
            var gone = change.Before!.Columns.Select(c => c.Name).Except(NewShape.Of(change).Columns.Select(c => c.Name), SqliteText.NameComparer.Instance)
                .Where(name => now.HasRead(change.Before.Name, name));
            foreach (var name in gone)
            {
                var other = then.reads.Where(r => SqliteText.SameName(r.Column, name)).Select(r => Formerly(r.Table, changes))
                    .FirstOrDefault(table => !SqliteText.SameName(table, change.Before.Name) && !now.HasRead(table, name));
                if (other is not null)
                {
                    return (change.Before.Name, name, other);
                }
            }
        }

        return null;
    }

    private static string Formerly(string table, ValueList<TableChange> changes) =>
        changes.FirstOrDefault(c => c.Before is not null && c.After is not null && SqliteText.SameName(c.After.Name, table))?.Before!.Name ?? table;

    private bool HasRead(string table, string column) => reads.Exists(r => SqliteText.SameName(r.Table, table) && SqliteText.SameName(r.Column, column));

    // One entry for each thing that is tried, null when it works.
    private List<string?> Failures(SqliteObject dependent)
    {
        reads.Clear();
        if (dependent.Type == "view")
        {
            return [SqliteExaminer.Reason(reader.Try($"EXPLAIN SELECT * FROM {SqliteText.Quote(dependent.Name)}"))];
        }

        if (dependent.Type == "virtual table")
        {
            return FailuresOfVirtual(SqliteText.Quote(dependent.Name), SqliteCatalog.ModuleOf(dependent.Sql));
        }

        var made = SqliteExaminer.Reason(reader.Try(dependent.Sql));
        var columns = reader.Query(
            "SELECT name, hidden FROM pragma_table_xinfo(@name)", new SqlArgument("name", dependent.Table)).Rows;
        var names = columns.Select(r => (string)r[0]!).ToList();
        var table = SqliteText.Quote(dependent.Table);
        var sets = columns.Where(r => r[1] is 0L).Select(r => SqliteText.Quote((string)r[0]!)).Select(c => $"{c} = {c}");
        List<string?> failures =
        [
            made,
            made ?? Missing(dependent, names),
            made ?? SqliteExaminer.Reason(reader.Try($"EXPLAIN INSERT INTO {table} DEFAULT VALUES")),
            made ?? SqliteExaminer.Reason(reader.Try($"EXPLAIN UPDATE {table} SET {string.Join(", ", sets)}")),
            made ?? SqliteExaminer.Reason(reader.Try($"EXPLAIN DELETE FROM {table}")),
        ];
        _ = reader.Query($"DROP TRIGGER IF EXISTS {SqliteText.Quote(dependent.Name)}");
        return failures;
    }

    // Full text that keeps no rows of its own reads them from a table, by the names that it was made with. It says so only
    // when it reads, as it does to be made anew; the error then names its own statement, not what is missing.
    private List<string?> FailuresOfVirtual(string name, string module)
    {
        var read = SqliteExaminer.Reason(reader.Try($"SELECT * FROM {name} LIMIT 0"));
        var rebuilt = read is null && module.StartsWith("fts", StringComparison.OrdinalIgnoreCase)
            ? reader.Try($"INSERT INTO {name} ({name}) VALUES ('rebuild')")
            : null;
        return [read, rebuilt is null ? null : $"it could not read its rows from the table that it names ({SqliteExaminer.Reason(rebuilt)})"];
    }

    // SQLite takes a column after UPDATE OF that is not there, and the trigger never fires for it.
    private static string? Missing(SqliteObject trigger, List<string> columns)
    {
        var missing = SqliteInspector.UpdateOf(trigger.Sql).FirstOrDefault(c => !columns.Contains(c, SqliteText.NameComparer.Instance));
        return missing is null ? null : $"it fires for updates of {missing}, which {trigger.Table} will not have";
    }
}
