using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>
/// Finds who in the database depends on a table or column. The server knows for views, policies and the like; the texts
/// of functions it does not read, so they are read here, and a name too many is preferred to a name too few.
/// </summary>
internal sealed class PostgresInspectorDependents(DatabaseSchema schema)
{
    private readonly HashSet<Dependent> found = [];
    private readonly Dictionary<string, Table> tables = schema.Tables.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Everything found, in a stable order.</summary>
    public ValueList<Dependent> All => found
        .OrderBy(d => d.Table, StringComparer.Ordinal)
        .ThenBy(d => d.Column, StringComparer.Ordinal)
        .ThenBy(d => d.Kind)
        .ThenBy(d => d.Name, StringComparer.Ordinal)
        .ToValueList();

    /// <summary>Adds what the server knows.</summary>
    public void AddCatalogue(IEnumerable<PostgresRows.Row> rows)
    {
        foreach (var row in rows)
        {
            found.Add(new Dependent(
                Enum.Parse<DependentKind>(row.Text("kind")), row.Text("name"), row.Text("table_name"), row.Optional("column_name")));
        }
    }

    /// <summary>Adds subscriptions.</summary>
    public void AddSubscriptions(IEnumerable<PostgresRows.Row> rows)
    {
        foreach (var row in rows)
        {
            if (row.Optional("table_name") is { } table)
            {
                found.Add(new Dependent(DependentKind.Subscription, row.Text("name"), table));
            }
        }
    }

    /// <summary>
    /// Adds views that use whole rows. The server writes the columns of a <c>select *</c> out, so a star that is left
    /// means the row itself.
    /// </summary>
    public void AddViews()
    {
        foreach (var view in schema.Views.Where(v => PostgresSource.Read(v.Definition).WholeRowStar))
        {
            foreach (var table in found.Where(d => d.Kind == DependentKind.View && d.Name == view.Name).Select(d => d.Table).ToHashSet())
            {
                found.Add(new Dependent(DependentKind.SelectStar, view.Name, table));
            }
        }
    }

    /// <summary>Adds functions by what their texts name.</summary>
    public void AddFunctions(IEnumerable<PostgresRows.Row> rows)
    {
        foreach (var row in rows)
        {
            var source = PostgresSource.Read(row.Text("source"));
            foreach (var table in source.Names.Where(tables.ContainsKey).Select(n => tables[n]))
            {
                AddFunction(row.Text("name"), source, table);
            }
        }
    }

    /// <summary>Adds triggers by their columns and by what their functions do with rows.</summary>
    public void AddTriggers(IEnumerable<PostgresRows.Row> rows)
    {
        foreach (var row in rows.Where(r => tables.ContainsKey(r.Text("table_name"))))
        {
            var (name, table) = (row.Text("name"), row.Text("table_name"));
            foreach (var column in row.Names("columns"))
            {
                found.Add(new Dependent(DependentKind.TriggerText, name, table, column));
            }

            if (row.Is("fires_before") && row.Is("for_each_row") && (row.Is("on_insert") || row.Is("on_update")))
            {
                AddWrites(row, name, tables[table]);
            }

            if (row.Text("language") is not ("plpgsql" or "c" or "internal")
                || row.Text("function_name") == "suppress_redundant_updates_trigger")
            {
                // In another language the row is a value of that language: what is done with it cannot be read here.
                found.Add(new Dependent(DependentKind.TriggerWholeRow, name, table));
                continue;
            }

            var source = PostgresSource.Read(row.Text("source"));
            if (source.WholeNewOrOld || (row.Is("transition_tables") && source.Star))
            {
                found.Add(new Dependent(DependentKind.TriggerWholeRow, name, table));
            }

            foreach (var column in tables[table].Columns.Where(c => source.ColumnsOfNewOrOld.Contains(c.Name)))
            {
                found.Add(new Dependent(DependentKind.TriggerText, name, table, column.Name));
            }
        }
    }

    /// <summary>
    /// Adds the columns that a trigger may change before the row is stored. What is no PL/pgSQL cannot be read: a function
    /// in C is told by its arguments which columns are meant, or may mean any.
    /// </summary>
    private void AddWrites(PostgresRows.Row row, string trigger, Table table)
    {
        if (row.Text("function_name") == "suppress_redundant_updates_trigger")
        {
            return;
        }

        var source = row.Text("language") == "plpgsql" ? PostgresSource.Read(row.Text("source")) : null;
        var columns = source is { ReplacesRow: false } ? table.Columns.Select(c => c.Name).Where(source.WrittenOfNew.Contains).ToList<string?>()
            : source is null && row.Text("language") is "c" or "internal" ? row.Names("columns").ToList<string?>()
            : [];
        if (columns.Count == 0 && source is not { ReplacesRow: false })
        {
            columns.Add(null);
        }

        foreach (var column in columns)
        {
            found.Add(new Dependent(DependentKind.TriggerWrites, trigger, table.Name, column));
        }
    }

    private void AddFunction(string function, PostgresSource source, Table table)
    {
        var columns = table.Columns.Where(c => source.Names.Contains(c.Name)).ToList();
        found.Add(new Dependent(DependentKind.FunctionText, function, table.Name));
        foreach (var column in columns)
        {
            found.Add(new Dependent(DependentKind.FunctionText, function, table.Name, column.Name));
        }

        if (source.Star || source.InsertsWithoutColumns.Contains(table.Name))
        {
            found.Add(new Dependent(DependentKind.SelectStar, function, table.Name));
        }
    }
}
