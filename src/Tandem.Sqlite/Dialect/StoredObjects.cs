using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Views and triggers of the users' that a migration changes. There is one of each name for both versions; at the switch
/// the old text is put away, to the letter, and the way back brings it again.
/// </summary>
internal static class StoredObjects
{
    private const string Columns = "(ordinal, table_name, part, name, sql)";

    /// <summary>Puts the old texts away; between <see cref="StoredText.Open"/> and <see cref="StoredText.Close"/>.</summary>
    public static IEnumerable<string> PutAway(ValueList<ObjectChange> objects, int ordinal)
    {
        if (objects.Count == 0)
        {
            yield break;
        }

        yield return Forget(ordinal);
        foreach (var change in objects.Where(o => o.Before is not null))
        {
            // A view's own triggers stay with it, and go with it.
            var which = Which(change.Before!, withTriggers: change.Dropped);
            yield return $"INSERT INTO {StoredText.Definitions} {Columns} SELECT {Number(ordinal)}, tbl_name, 'object ' || type, name, sql FROM sqlite_master WHERE {which}";
            yield return change.After is View view
                ? $"UPDATE sqlite_master SET sql = {SqliteText.Literal(Text(view))} WHERE {which}"
                : $"DELETE FROM sqlite_master WHERE {which}";
        }
    }

    /// <summary>Makes what the new version has, when the schema was read again.</summary>
    public static IEnumerable<string> Create(ValueList<ObjectChange> objects) => objects
        .Where(o => o.After is not null && !(o.Before is View && o.After is View))
        .Select(o => o.After is View view ? Text(view) : ((Trigger)o.After!).Definition);

    /// <summary>
    /// Lets SQLite compile the triggers of views whose query changes, which it would else do only when somebody writes to
    /// the view; nothing is carried out. One that names a column that is gone ends the switch.
    /// </summary>
    public static IEnumerable<string> CompileTriggers(ValueList<ObjectChange> objects)
    {
        foreach (var view in objects.Where(o => o.After is View).Select(o => o.Before).OfType<View>())
        {
            var name = SqliteText.Quote(view.Name);
            if (view.Triggers.Any(t => t.OnInsert))
            {
                yield return $"EXPLAIN INSERT INTO {name} DEFAULT VALUES";
            }

            if (view.Triggers.Any(t => t.OnDelete))
            {
                yield return $"EXPLAIN DELETE FROM {name}";
            }

            foreach (var column in view.Triggers.Where(t => t.OnUpdate).SelectMany(Updated).Distinct(SqliteText.NameComparer.Instance))
            {
                yield return $"EXPLAIN UPDATE {name} SET {SqliteText.Quote(column)} = NULL";
            }
        }
    }

    /// <summary>Takes the new texts away and brings the old ones; between <see cref="StoredText.Open"/> and <see cref="StoredText.Close"/>.</summary>
    public static IEnumerable<string> BringBack(ValueList<ObjectChange> objects, int ordinal)
    {
        if (objects.Count == 0)
        {
            yield break;
        }

        foreach (var change in objects.Where(o => o.After is not null && !(o.Before is View && o.After is View)))
        {
            yield return $"DELETE FROM sqlite_master WHERE {Which(change.After!, withTriggers: false)}";
        }

        foreach (var change in objects.Where(o => o.Before is View && o.After is View))
        {
            yield return $"UPDATE sqlite_master SET sql = coalesce((SELECT d.sql FROM {StoredText.Definitions} d WHERE d.ordinal = {Number(ordinal)} AND d.part = 'object view' AND d.name = sqlite_master.name), sql)"
                + $" WHERE {Which(change.Before!, withTriggers: false)}";
        }

        yield return "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) SELECT substr(part, 8), name, table_name, 0, sql"
            + $" FROM {StoredText.Definitions} d WHERE ordinal = {Number(ordinal)} AND part GLOB 'object *'"
            + " AND NOT EXISTS (SELECT 1 FROM sqlite_master m WHERE m.type = substr(d.part, 8) AND m.name = d.name) ORDER BY part DESC";
        yield return Forget(ordinal);
    }

    /// <summary>Forgets the old texts: at sunset nothing brings them back any more.</summary>
    public static string Forget(int ordinal) =>
        $"DELETE FROM {StoredText.Definitions} WHERE ordinal = {Number(ordinal)} AND part GLOB 'object *'";

    /// <summary>Every view of a side can be read at the end of the switch.</summary>
    public static IEnumerable<Gate> Readable(ValueList<ObjectChange> objects, Side to) => objects
        .Select(o => to == Side.New ? o.After : o.Before).OfType<View>()
        .Select(v => new Gate(
            ProblemCodes.StoredSchemaUnexpected.Id, $"The view {v.Name} cannot be read after the switch.", $"SELECT count(*) FROM (SELECT * FROM {SqliteText.Quote(v.Name)} LIMIT 0)"));

    /// <summary>What is to be changed is there.</summary>
    public static IEnumerable<Gate> Present(ValueList<ObjectChange> objects) => objects.Where(o => o.Before is not null).Select(o => new Gate(
        ProblemCodes.StoredSchemaUnexpected.Id,
        $"{o.Words} is not there.",
        $"SELECT 1 - count(*) FROM sqlite_master WHERE {Which(o.Before!, withTriggers: false)}"));

    /// <summary>The statement that makes a view.</summary>
    public static string Text(View view) => $"CREATE VIEW {SqliteText.Quote(view.Name)} AS {view.Definition}";

    // One column is enough to make it fire. Where it names none, one of those that it reads: there is no other to know of.
    private static IEnumerable<string> Updated(Trigger trigger)
    {
        var columns = SqliteInspector.UpdateOf(trigger.Definition).ToList();
        var tokens = SqliteTokenizer.Tokenize(trigger.Definition);
        return columns.Count > 0
            ? columns
            : Enumerable.Range(0, Math.Max(0, tokens.Count - 2)).Where(i => (tokens[i].Is("new") || tokens[i].Is("old")) && tokens[i + 1].IsSymbol("."))
                .Select(i => tokens[i + 2].Value).Take(1);
    }

    private static string Which(SchemaObject item, bool withTriggers) => item is View
        ? $"(type = 'view' AND name = {SqliteText.Literal(item.Name)}{(withTriggers ? $" OR type = 'trigger' AND tbl_name = {SqliteText.Literal(item.Name)}" : "")})"
        : $"type = 'trigger' AND name = {SqliteText.Literal(item.Name)}";

    private static string Number(int ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
