using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Rows that a statement with OR REPLACE takes away: SQLite fires no trigger for them. A rule that both versions have
/// takes the same rows away on the other side; for a rule that only the written side has, the rows in question are noted
/// before the write, and taken out of the other side when they are gone after it.
/// </summary>
/// <param name="Twin">The table.</param>
/// <param name="Flow">From the side that is written to the other.</param>
internal sealed record ReplacedRows(Twin Twin, TwinFlow Flow)
{
    /// <summary>Whether there is such a rule.</summary>
    public bool Any => Rules.Count > 0;

    /// <summary>The statements that make the note and the triggers that fill it.</summary>
    public IEnumerable<string> Create()
    {
        if (!Any)
        {
            yield break;
        }

        yield return $"CREATE TABLE IF NOT EXISTS {Note} ({string.Join(", ", Keys)})";
        foreach (var on in new[] { "INSERT", "UPDATE" })
        {
            yield return $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(TriggerName(Twin.Change, Twin.Names, Flow.From.Side, on))}\n"
                + $"BEFORE {on} ON {Flow.From.Storage} FOR EACH ROW\nBEGIN\n"
                + string.Concat(Rules.Select(r => $"  {Remember(Flow.From, r, Itself(Flow.From, changed: on == "UPDATE"), Note, Keys.ToList(), Flow.From.Identity.Of(Flow.From.Alias).ToList())};\n")) + "END";
            yield return $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(TriggerName(Twin.Change, Twin.Names, Flow.From.Side, on, "after"))}\n"
                + $"AFTER {on} ON {Flow.From.Storage} FOR EACH ROW WHEN EXISTS (SELECT 1 FROM {Note})\nBEGIN\n"
                + string.Concat(TakeOut().Select(t => $"  {t};\n")) + "END";
        }
    }

    /// <summary>The statements that drop the notes and triggers of both directions.</summary>
    public static IEnumerable<string> Drop(TableChange change, TwinNames names) =>
        from side in new[] { Side.Old, Side.New }
        from statement in new[]
        {
            $"DROP TRIGGER IF EXISTS {SqliteText.Quote(TriggerName(change, names, side, "INSERT"))}",
            $"DROP TRIGGER IF EXISTS {SqliteText.Quote(TriggerName(change, names, side, "INSERT", "after"))}",
            $"DROP TRIGGER IF EXISTS {SqliteText.Quote(TriggerName(change, names, side, "UPDATE", "after"))}",
            $"DROP TRIGGER IF EXISTS {SqliteText.Quote(TriggerName(change, names, side, "UPDATE"))}",
            $"DROP TABLE IF EXISTS {SqliteText.Quote(NoteName(change, names, side))}",
        }
        select statement;

    private IEnumerable<string> TakeOut()
    {
        var gone = RowIdentity.Same(Flow.From.Identity.Of("x"), Keys.Select(k => $"n.{k}"));
        yield return $"DELETE FROM {Flow.To.Storage} WHERE {KeyWalk.Tuple(Flow.To.Identity.Terms)} IN"
            + $" (SELECT {string.Join(", ", Keys)} FROM {Note} AS n WHERE NOT EXISTS (SELECT 1 FROM {Flow.From.Storage} AS x WHERE {gone}))";
        yield return $"DELETE FROM {Note}";
    }

    private string Note => SqliteText.Quote(NoteName(Twin.Change, Twin.Names, Flow.From.Side));

    private IEnumerable<string> Keys => Flow.From.Identity.Terms.Select((_, i) => $"k{i}");

    private ValueList<Schema.Index> Rules
    {
        get
        {
            var alone = Guards.RulesOf(Twin.Change, Flow.From.Side).Where(r => r.Kind == ConstraintKind.Unique).Select(r => r.Name).ToList();
            return Uniques(Flow.From.Table).Where(u => alone.Contains(u.Name)).ToValueList();
        }
    }

    /// <summary>The unique rules of a table besides its key, as indexes.</summary>
    public static IEnumerable<Schema.Index> Uniques(Table table) => table.Uniques
        .Select(u => new Schema.Index(ConstraintName.Of(u), u.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true))
        .Concat(table.Indexes.Where(i => i.Unique));

    /// <summary>The statement of a BEFORE trigger that notes the rows which the written one would replace under a rule.</summary>
    /// <param name="side">The table that is written.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="itself">The condition by which a row is no other than the written one.</param>
    /// <param name="note">The table of notes.</param>
    /// <param name="keys">Its columns.</param>
    /// <param name="terms">What is noted of a row.</param>
    public static string Remember(TwinSide side, Schema.Index rule, string itself, string note, IReadOnlyList<string> keys, IReadOnlyList<string> terms)
    {
        // A REPLACE writes the default where NULL may not stand.
        string Written(Column c) => c is { Nullable: false, Default: { } value } ? $"coalesce(NEW.{SqliteText.Quote(c.Name)}, ({value}\n))" : $"NEW.{SqliteText.Quote(c.Name)}";
        var row = $"(SELECT {string.Join(", ", side.Table.Columns.Select(c => $"{Written(c)} AS {SqliteText.Quote(c.Name)}"))}) AS {side.Alias}";
        var parts = rule.Keys.Select(k => (Term: k.Column is null ? $"({k.Expression}\n)" : SqliteText.Quote(k.Column), k.Options)).ToList();
        var same = parts.Select(k => $"{k.Term}{(k.Options is null ? "" : " " + k.Options)} = (SELECT {k.Term} FROM {row})");
        var where = rule.Where is null ? "" : $" AND ({rule.Where}\n) AND (SELECT ({rule.Where}\n) FROM {row})";
        return $"INSERT INTO {note} ({string.Join(", ", keys)}) SELECT {string.Join(", ", terms)} FROM {side.Storage} AS {side.Alias}"
            + $" WHERE {string.Join(" AND ", same)}{where} AND NOT ({itself})"
            + $" AND NOT EXISTS (SELECT 1 FROM {note} AS n WHERE {RowIdentity.Same(keys.Select(k => $"n.{k}"), terms)})";
    }

    /// <summary>
    /// That a row is the one that an update changes. A row that is inserted is not there yet; what has its number is replaced, or is another row's: as long
    /// as SQLite has not given it one, -1 stands there. Noted in vain it is forgotten, as it is there after the write.
    /// </summary>
    public static string Itself(TwinSide side, bool changed) => changed ? RowIdentity.Same(side.Identity.Of(side.Alias), side.Identity.Of("OLD")) : "0";

    private static string NoteName(TableChange change, TwinNames names, Side side) =>
        names.Trigger(side == Side.Old ? "old_replaced" : "new_replaced", change.Name);

    private static string TriggerName(TableChange change, TwinNames names, Side side, string on, string when = "before") =>
        names.Trigger($"{(side == Side.Old ? "old" : "new")}_{when}_{on.ToLowerInvariant()}", change.Name);
}
