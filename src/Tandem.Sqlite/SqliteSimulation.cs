using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>
/// Tries the users' views and triggers against the tables as they will be, in an empty database in memory. SQLite looks
/// at what a view or trigger names only when it is used, so a rename would otherwise break it silently.
/// </summary>
internal sealed class SqliteSimulation : IDisposable
{
    private readonly SqliteFile file;
    private readonly SqliteReader reader;

    private SqliteSimulation(SqliteFile file, SqliteReader reader)
    {
        this.file = file;
        this.reader = reader;
    }

    /// <summary>The views and triggers that work now and will not after the changes.</summary>
    public static IReadOnlyList<Problem> Examine(SqliteReader live, TimeProvider time, ValueList<TableChange> changes)
    {
        var objects = SqliteCatalog.Read(live).Users;
        var dependents = objects.Where(o => o.Type is "view" or "trigger").ToList();
        if (dependents.Count == 0 || changes.Count == 0)
        {
            return [];
        }

        using var now = Make(live, time, objects, []);
        using var then = Make(live, time, objects, changes);
        var gone = changes.Where(c => c.After is null).Select(c => c.Name).ToHashSet(SqliteText.NameComparer.Instance);
        return dependents.Where(o => o.Type == "view" || !gone.Contains(o.Table))
            .Select(o => Compare(o, now, then))
            .OfType<Problem>()
            .ToList();
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static SqliteSimulation Make(
        SqliteReader live, TimeProvider time, ValueList<SqliteObject> objects, ValueList<TableChange> changes)
    {
        var (file, reader) = live.InMemory(time);
        var simulation = new SqliteSimulation(file, reader);
        var changed = changes.Where(c => c.Before is not null).Select(c => c.Before!.Name).ToHashSet(SqliteText.NameComparer.Instance);
        var statements = objects.Where(o => o.Type == "table" && !changed.Contains(o.Name)).Select(o => o.Sql)
            .Concat(changes.Where(c => c.After is not null).Select(c => SqliteDdl.CreateTable(Outline(c.After!))))
            .Concat(objects.Where(o => o.Type == "view").Select(o => o.Sql));
        foreach (var statement in statements)
        {
            // What cannot be made here (an application's own module, say) cannot be made in either database, and what
            // names it is then judged alike in both.
            _ = reader.Try(statement);
        }

        return simulation;
    }

    // Names and order of the columns are what a view or trigger sees. Expressions are left out: where a change renames a
    // column, the model's texts still have its old name.
    private static Table Outline(Table table) => table with
    {
        Columns = table.Columns.Select(c => c with { Generated = c.Generated is null ? null : "NULL" }).ToValueList(),
        Checks = [],
        ForeignKeys = [],
    };

    private static Problem? Compare(SqliteObject dependent, SqliteSimulation now, SqliteSimulation then)
    {
        var before = now.Failures(dependent);
        var after = then.Failures(dependent);
        var broken = before.Zip(after).Where(p => p.First is null && p.Second is not null).Select(p => p.Second).FirstOrDefault();
        return broken is null
            ? null
            : new Problem(
                ProblemCodes.DependentWouldBreak,
                $"The {dependent.Type} {dependent.Name} works now and would not after the change: {broken}.",
                Subject: dependent.Name);
    }

    // One entry for each thing that is tried, null when it works.
    private List<string?> Failures(SqliteObject dependent)
    {
        if (dependent.Type == "view")
        {
            return [SqliteExaminer.Reason(reader.Try($"EXPLAIN SELECT * FROM {SqliteText.Quote(dependent.Name)}"))];
        }

        var made = SqliteExaminer.Reason(reader.Try(dependent.Sql));
        var columns = reader.Query(
            "SELECT name, hidden FROM pragma_table_xinfo(@name)", new Databases.SqlArgument("name", dependent.Table)).Rows;
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

    // SQLite takes a column after UPDATE OF that is not there, and the trigger never fires for it.
    private static string? Missing(SqliteObject trigger, List<string> columns)
    {
        var missing = SqliteInspector.UpdateOf(trigger.Sql).FirstOrDefault(c => !columns.Contains(c, SqliteText.NameComparer.Instance));
        return missing is null ? null : $"it fires for updates of {missing}, which {trigger.Table} will not have";
    }
}
