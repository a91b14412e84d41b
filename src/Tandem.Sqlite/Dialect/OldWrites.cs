using System.Globalization;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Whether applications of the old version are still at work. The sync notes their writes, at most once a second for each
/// table, so that hardly a write touches a further page. Who reads a file nobody can see.
/// </summary>
internal static class OldWrites
{
    /// <summary>The table of notes. What was noted before the engine's own writes is kept beside, and put back behind them.</summary>
    public const string MakeNotes =
        "CREATE TABLE IF NOT EXISTS tandem_seen (ordinal INTEGER NOT NULL, table_name TEXT NOT NULL, seen_at INTEGER NOT NULL, kept_at INTEGER NOT NULL,"
        + " PRIMARY KEY (ordinal, table_name)) WITHOUT ROWID";

    /// <summary>The statement before the engine's own writes to tables of the old version.</summary>
    public const string Keep = "UPDATE tandem_seen SET kept_at = seen_at";

    /// <summary>The statement behind them.</summary>
    public const string PutBack = "UPDATE tandem_seen SET seen_at = kept_at";

    private const string ThisSecond = "CAST(strftime('%s', 'now') AS INTEGER)";

    /// <summary>The step that looks.</summary>
    public static RenderedStep Watch(WatchOld step, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var tables = step.Changes.Where(Twin.Serves).Select(c => c.Before!.Name).Order(StringComparer.Ordinal).Select(SqliteText.Literal);
        return new RenderedStep(
            "watch old",
            $"See whether applications of {context.OldVersion} wrote lately; who only reads, SQLite does not tell",
            StepMode.Watch)
        {
            OldSide = new OldSide(
                $"SELECT table_name AS what, max(0, {ThisSecond} - seen_at) AS seconds FROM tandem_seen WHERE {Which(names)} AND seen_at > 0 AND table_name IN ({string.Join(", ", tables)})",
                null,
                "Who reads, and who writes to tables that were dropped, is not seen."),
        };
    }

    /// <summary>The statement that makes room for the note of a table.</summary>
    public static string Add(TableChange change, TwinNames names) =>
        $"INSERT OR IGNORE INTO tandem_seen (ordinal, table_name, seen_at, kept_at) VALUES ({Number(names)}, {SqliteText.Literal(change.Before!.Name)}, 0, 0)";

    /// <summary>The statement that forgets it.</summary>
    public static string Forget(TableChange change, TwinNames names) =>
        $"DELETE FROM tandem_seen WHERE {Which(names)} AND table_name = {SqliteText.Literal(change.Before!.Name)}";

    /// <summary>The statement of a trigger that notes a write.</summary>
    public static string Note(TableChange change, TwinNames names, string condition) =>
        $"UPDATE tandem_seen SET seen_at = {ThisSecond} WHERE {Which(names)} AND table_name = {SqliteText.Literal(change.Before!.Name)} AND seen_at < {ThisSecond} AND {condition}";

    // Foreign keys of children name the plain table, the old one: what their actions do to its rows may come from an
    // application of the new version that wrote to the parent.

    /// <summary>Whether an update is an application's, not a foreign key's.</summary>
    public static string Updated(Table table)
    {
        var acted = table.ForeignKeys.Where(k => Acts(k.OnUpdate) || k.OnDelete is ReferentialAction.SetNull or ReferentialAction.SetDefault)
            .SelectMany(k => k.Columns).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var own = table.Columns.Where(c => c.Generated is null && !acted.Contains(c.Name)).Select(c => SqliteText.Quote(c.Name)).ToList();
        return acted.Count == 0 ? "1"
            : own.Count == 0 ? "0"
            : $"({string.Join(" OR ", own.Select(c => $"NOT {Images.Same($"OLD.{c}", $"NEW.{c}")}"))})";
    }

    /// <summary>Whether a deletion is an application's, not a foreign key's.</summary>
    public static string Deleted(Table table) => table.ForeignKeys.Any(k => k.OnDelete == ReferentialAction.Cascade) ? "0" : "1";

    private static bool Acts(ReferentialAction action) => action is not (ReferentialAction.NoAction or ReferentialAction.Restrict);

    private static string Which(TwinNames names) => $"ordinal = {Number(names)}";

    private static string Number(TwinNames names) => names.Ordinal.ToString(CultureInfo.InvariantCulture);
}
