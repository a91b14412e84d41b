using System.Globalization;
using System.Text;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The users' triggers of a table that gets another name. While both versions are live they stay on the old version's table,
/// which every write reaches. The switch gives them a text with the new name; the way back brings the old one, to the letter.
/// </summary>
internal static class RenamedTriggers
{
    /// <summary>Whether the new version gives a table with two shapes another name.</summary>
    public static bool Concerns(TableChange change) => Twin.Serves(change) && change.Before!.Name != change.After!.Name;

    /// <summary>The triggers that go along: those that the migration itself does not drop or replace.</summary>
    public static IEnumerable<Trigger> Of(TableChange change, IEnumerable<ObjectChange> objects)
    {
        var changed = objects.Where(o => o.Before is Trigger).Select(o => o.Before!.Name).ToHashSet(SqliteText.NameComparer.Instance);
        return Concerns(change) ? change.Before!.Triggers.Where(t => !changed.Contains(t.Name)) : [];
    }

    /// <summary>
    /// A trigger's statement with another name for its table, or null where it does not show which words mean the table: it is
    /// replaced only where nothing but a table can stand, and a word that may be a column, an alias or another query's name ends it.
    /// </summary>
    public static string? Text(string sql, string from, string to)
    {
        var tokens = SqliteTokenizer.Tokenize(sql);
        var head = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].Is("on"), tokens.Count);
        var text = new StringBuilder();
        var at = 0;
        for (var i = head + 1; i < tokens.Count; i++)
        {
            if (tokens[i].CanReference && SqliteText.SameName(tokens[i].Value, to) && !tokens[i - 1].IsSymbol("."))
            {
                return null;
            }

            if (!tokens[i].CanName || !SqliteText.SameName(tokens[i].Value, from))
            {
                continue;
            }

            if (IsTable(tokens, i, head))
            {
                text.Append(sql, at, tokens[i].Start - at).Append(SqliteText.Quote(to));
                at = tokens[i].End;
            }
            else if (tokens[i].Kind != SqliteTokenKind.String && !tokens[i - 1].IsSymbol("."))
            {
                return null;
            }
        }

        return text.Append(sql, at, sql.Length - at).ToString();
    }

    /// <summary>The statements that put the old texts away and write the new; between <see cref="StoredText.Open"/> and <see cref="StoredText.Close"/>.</summary>
    public static IEnumerable<string> Rename(TableChange change, IEnumerable<ObjectChange> objects, int ordinal)
    {
        foreach (var trigger in Of(change, objects))
        {
            yield return $"INSERT INTO {StoredText.Definitions} (ordinal, table_name, part, name, sql)"
                + $" SELECT {Number(ordinal)}, {SqliteText.Literal(change.Before!.Name)}, 'trigger', name, sql FROM sqlite_master WHERE {Which(trigger)}";
            yield return $"UPDATE sqlite_master SET tbl_name = {SqliteText.Literal(change.After!.Name)}, sql = {SqliteText.Literal(New(trigger, change))} WHERE {Which(trigger)}";
        }
    }

    /// <summary>The statements that bring the old texts back; between <see cref="StoredText.Open"/> and <see cref="StoredText.Close"/>.</summary>
    public static IEnumerable<string> BringBack(TableChange change, IEnumerable<ObjectChange> objects, int ordinal) => Of(change, objects).Select(t =>
        $"UPDATE sqlite_master SET tbl_name = {SqliteText.Literal(change.Before!.Name)}, sql = coalesce((SELECT d.sql FROM {StoredText.Definitions} d"
        + $" WHERE d.ordinal = {Number(ordinal)} AND d.table_name = {SqliteText.Literal(change.Before.Name)} AND d.part = 'trigger' AND d.name = sqlite_master.name), sql) WHERE {Which(t)}");

    /// <summary>A trigger that the plan does not know of would be left on a table that is not there.</summary>
    public static IEnumerable<Gate> Gates(IEnumerable<TableChange> changes, ValueList<ObjectChange> objects, Side to)
    {
        foreach (var change in changes.Where(Concerns))
        {
            var (table, other) = to == Side.New ? (change.Before!.Name, change.After!.Name) : (change.After!.Name, change.Before!.Name);
            var known = Of(change, objects).Select(t => $"name = {SqliteText.Literal(t.Name)} AND sql = {SqliteText.Literal(to == Side.New ? t.Definition : New(t, change))}")
                .Concat(objects.Select(o => to == Side.New ? o.Before : o.After).OfType<Trigger>().Select(t => $"name = {SqliteText.Literal(t.Name)}"))
                .Prepend($"name GLOB '{TwinNames.Prefix}*'");
            yield return new Gate(
                ProblemCodes.TriggersOfRenamedTable.Id,
                $"{{0}} triggers of {table} came or were changed since this was planned; they would name a table that is called {other}.",
                $"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {SqliteText.Literal(table)} AND NOT ({string.Join(" OR ", known)})");
        }
    }

    private static bool IsTable(IReadOnlyList<SqliteToken> tokens, int i, int head)
    {
        var qualified = tokens[i - 1].IsSymbol(".");
        var before = qualified && SqliteText.SameName(tokens[i - 2].Value, "main") ? i - 3 : i - 1;
        if (qualified && before == i - 1)
        {
            return false;
        }

        var word = tokens[before];
        return before == head
            || (word.Is("from") && !tokens[before - 1].Is("distinct"))
            || word.Is("join") || word.Is("into") || word.Is("update") || (word.Is("in") && tokens[i].Kind != SqliteTokenKind.String)
            || (before > 2 && tokens[before - 1].Is("or") && tokens[before - 2].Is("update"))
            || (tokens[i].CanReference && i + 1 < tokens.Count && tokens[i + 1].IsSymbol("."));
    }

    // The judge has refused what has no text.
    private static string New(Trigger trigger, TableChange change) =>
        Text(trigger.Definition, change.Before!.Name, change.After!.Name) ?? trigger.Definition;

    private static string Which(Trigger trigger) => $"type = 'trigger' AND name = {SqliteText.Literal(trigger.Name)}";

    private static string Number(int ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
