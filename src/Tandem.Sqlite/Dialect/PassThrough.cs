using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// A view by another name over a table, which can be written to: applications that still use a version's own name go on
/// working after that version got the plain name.
/// </summary>
internal static class PassThrough
{
    /// <summary>The statements that make the view and its triggers.</summary>
    /// <param name="name">The view's name.</param>
    /// <param name="table">The table's shape.</param>
    /// <param name="storage">The table's name.</param>
    /// <param name="names">The migration's names.</param>
    public static IEnumerable<string> Create(string name, Table table, string storage, TwinNames names)
    {
        var identity = RowIdentity.Of(table)!;
        var columns = table.Columns.Select(c => SqliteText.Quote(c.Name)).ToList();
        var written = table.Columns.Where(c => c.Generated is null).ToList();
        var view = SqliteText.Quote(name);
        var target = SqliteText.Quote(storage);

        // The row number is the last column, so that a write finds the row it means; no application reads it by accident.
        var hidden = identity.Hidden ? [$"{identity.Terms[0]} AS \"_tandem_row\""] : Array.Empty<string>();
        var row = identity.Hidden ? "\"_tandem_row\"" : null;
        var old = identity.Terms.Select(t => "OLD." + (row ?? t));
        yield return $"CREATE VIEW IF NOT EXISTS {view} AS SELECT {string.Join(", ", columns.Concat(hidden))} FROM {target}";
        yield return Trigger(name, names, "insert", "INSERT",
            $"INSERT INTO {target} ({Names(written)}) VALUES ({string.Join(", ", written.Select(InsertedValue))})");
        yield return Trigger(name, names, "update", "UPDATE",
            $"UPDATE {target} SET {string.Join(", ", written.Select(c => $"{SqliteText.Quote(c.Name)} = NEW.{SqliteText.Quote(c.Name)}"))} WHERE {RowIdentity.Same(identity.Terms, old)}");
        yield return Trigger(name, names, "delete", "DELETE", $"DELETE FROM {target} WHERE {RowIdentity.Same(identity.Terms, old)}");
    }

    /// <summary>The statement that drops the view with its triggers.</summary>
    public static string Drop(string name) => $"DROP VIEW IF EXISTS {SqliteText.Quote(name)}";

    // A view has no defaults: a column that the application leaves out arrives as NULL.
    private static string InsertedValue(Column column)
    {
        var value = $"NEW.{SqliteText.Quote(column.Name)}";
        return column.Default is null ? value : $"coalesce({value}, {column.Default})";
    }

    private static string Names(IEnumerable<Column> columns) => SqliteText.QuoteAll(columns.Select(c => c.Name));

    private static string Trigger(string view, TwinNames names, string what, string on, string body) =>
        $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(names.Trigger($"through_{what}", view))}\n"
        + $"INSTEAD OF {on} ON {SqliteText.Quote(view)} FOR EACH ROW\nBEGIN\n  {body};\nEND";
}
