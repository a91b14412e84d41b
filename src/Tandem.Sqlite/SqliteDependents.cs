using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Finds which views, triggers, virtual tables and generated columns depend on which tables and columns, by the words of their text:
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
            else if (stored.Type == "virtual table")
            {
                found.AddRange(tables.SelectMany(t => OfVirtual(t, stored)));
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

    // A module takes names as strings too: fts5(title, content='posts').
    private static IEnumerable<Dependent> OfVirtual(Table table, SqliteObject stored)
    {
        var words = SqliteTokenizer.Tokenize(stored.Sql).Where(t => t.CanName).Select(t => t.Value).ToHashSet(SqliteText.NameComparer.Instance);
        if (!words.Contains(table.Name))
        {
            return [];
        }

        var columns = table.Columns.Where(c => words.Contains(c.Name)).Select(c => (string?)c.Name).ToList();
        return (columns.Count > 0 ? columns : [null]).Select(c => new Dependent(DependentKind.Other, stored.Name, table.Name, c));
    }

    private static IEnumerable<Dependent> OfGeneratedColumns(Table table) =>
        from column in table.Columns
        from source in SqliteNames.ColumnsIn(column.Generated ?? "", table.Columns)
        select new Dependent(DependentKind.GeneratedColumn, column.Name, table.Name, source);
}
