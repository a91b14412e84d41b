using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Finds which views, triggers and generated columns depend on which tables and columns, by the words of their text:
/// SQLite keeps no such list.
/// </summary>
internal static class SqliteDependents
{
    /// <summary>The dependents in a stable order.</summary>
    public static ValueList<Dependent> Find(IReadOnlyList<Table> tables, IEnumerable<SqliteObject> objects)
    {
        var found = new List<Dependent>();
        foreach (var stored in objects)
        {
            if (stored.Type is "view" or "trigger")
            {
                var kind = stored.Type == "view" ? DependentKind.View : DependentKind.TriggerText;
                found.AddRange(tables.SelectMany(t => OnTable(t, stored, kind)));
            }
        }

        found.AddRange(tables.SelectMany(OfGeneratedColumns));
        return found.OrderBy(d => d.Table, StringComparer.Ordinal)
            .ThenBy(d => d.Kind)
            .ThenBy(d => d.Name, StringComparer.Ordinal)
            .ToValueList();
    }

    private static IEnumerable<Dependent> OnTable(Table table, SqliteObject stored, DependentKind kind)
    {
        var words = SqliteNames.WordsIn(stored.Sql);
        if (!words.Contains(table.Name))
        {
            yield break;
        }

        var columns = table.Columns.Where(c => words.Contains(c.Name)).Select(c => c.Name).ToList();
        foreach (var column in columns)
        {
            yield return new Dependent(kind, stored.Name, table.Name, column);
        }

        if (columns.Count == 0)
        {
            yield return new Dependent(kind, stored.Name, table.Name);
        }

        if (SqliteNames.TakesWholeRows(stored.Sql, table.Name))
        {
            yield return new Dependent(DependentKind.SelectStar, stored.Name, table.Name);
        }
    }

    private static IEnumerable<Dependent> OfGeneratedColumns(Table table) =>
        from column in table.Columns
        from source in SqliteNames.ColumnsIn(column.Generated ?? "", table.Columns)
        select new Dependent(DependentKind.GeneratedColumn, column.Name, table.Name, source);
}
