using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Columns that lenses fill and that the new version requires. Until complete they may hold NULL, so that no write of an
/// old application fails because <c>up</c> has no value for it: such rows are quarantined. What new applications write is
/// held to the rule at once.
/// </summary>
internal static class RequiredColumns
{
    private static readonly string[] Writes = ["INSERT", "UPDATE"];

    /// <summary>The columns.</summary>
    public static IEnumerable<Column> Of(TableChange change) => Lenses(change).Select(p => p.Column);

    /// <summary>The statements that make the triggers. The twin's names must be marked.</summary>
    public static IEnumerable<string> Create(Twin twin)
    {
        var required = Lenses(twin.Change).ToList();
        if (required.Count == 0)
        {
            yield break;
        }

        foreach (var what in Writes)
        {
            var rows = what == "INSERT" ? ["NEW"] : new[] { "NEW", "OLD" };
            yield return $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(twin.Change, twin.Names, what))}\n"
                + $"BEFORE {what} ON {twin.New.Storage} FOR EACH ROW WHEN {string.Join(" OR ", required.Select(r => $"NEW.{SqliteText.Quote(r.Column.Name)} IS NULL"))}\n"
                + $"BEGIN\n{string.Concat(required.Select(r => $"  {Refuse(twin, r.Column, r.Up, rows)};\n"))}END";
        }
    }

    /// <summary>The statements that drop them.</summary>
    public static IEnumerable<string> Drop(TableChange change, TwinNames names) =>
        Writes.Select(w => $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(change, names, w))}");

    // What the sync writes is NULL because `up` is; at that time the old row is there and says so.
    private static string Refuse(Twin twin, Column column, string up, string[] rows)
    {
        var quoted = SqliteText.Quote(column.Name);
        var same = rows.Select(r => RowIdentity.Same(twin.Old.Identity.Of(twin.Old.Alias), twin.New.Identity.Of(r)));
        return $"SELECT RAISE(ABORT, {SqliteText.Literal($"NOT NULL constraint failed: {twin.New.Table.Name}.{column.Name}")})"
            + $" WHERE NEW.{quoted} IS NULL AND NOT EXISTS (SELECT 1 FROM {twin.Old.Storage} AS {twin.Old.Alias} WHERE ({string.Join(" OR ", same)}) AND ({up}\n) IS NULL)";
    }

    private static string Name(TableChange change, TwinNames names, string what) =>
        names.Trigger($"required_{what.ToLowerInvariant()}", change.Name);

    private static IEnumerable<(Column Column, string Up)> Lenses(TableChange change) =>
        from lens in change.Lenses
        from up in lens.Up
        let column = change.After!.Column(up.Column)!
        where !column.Nullable
        select (column, up.Sql);
}
