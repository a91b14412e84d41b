using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The triggers that keep two tables in agreement that hold the same facts. Like those of a twin they read the rows as
/// they are now, write only where a pair does not agree, and follow their tables through every switch.
/// </summary>
internal static class LinkTriggers
{
    private static readonly string[] Tables = ["whole", "part"];

    private static readonly string[] Events = ["insert", "update", "delete"];

    private static readonly string[] Further = ["before_moved", "before_replaced_insert", "before_replaced_update", "gone_insert", "gone_update", "followed", "moved_too"];

    private static readonly string[] OfParts = ["before_insert", "before_update"];

    private static readonly string[] Notes = ["moved", "replaced"];

    private const string Refused = "the other version does not take the row";

    /// <summary>The statements that make the triggers.</summary>
    public static IEnumerable<string> Create((TableLink Link, TableChange Whole, TableChange Part) link, RenderContext context)
    {
        var t = LinkedTables.Of(link, context, Side.Old, marked: true);
        var names = TwinNames.Of(context);
        string Make(string which, string what, string table, string on, string when, IEnumerable<string> body) =>
            $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(names, link.Link, which, what))}\n"
            + $"AFTER {on} ON {table} FOR EACH ROW WHEN {when}\nBEGIN\n{string.Concat(body.Select(b => $"  {b};\n"))}END";

        if (link.Link.Rows is not null)
        {
            var rows = new LinkedRows(t, context, Side.Old, marked: true);
            var written = $"UPDATE OF {Keys(t.WholeSide, t.WholeKey.Concat(t.WholeColumns).Concat(link.Link.Rows.Constants.Select(c => SqliteText.Quote(c.Column))))}";
            yield return Make("whole", "insert", t.Whole, "INSERT", "1", rows.WholeWritten(changed: false));
            yield return Make("whole", "update", t.Whole, written, "1", rows.WholeWritten(changed: true));
            yield return Make("whole", "delete", t.Whole, "DELETE", "1", [rows.WholeGone]);
            yield return Make("part", "insert", t.Part, "INSERT", "1", rows.PartWritten(changed: false));
            yield return Make("part", "update", t.Part, $"UPDATE OF {Keys(t.PartSide, t.PartKey.Concat(t.PartColumns))}", "1", rows.PartWritten(changed: true));
            yield return Make("part", "delete", t.Part, "DELETE", "1", [rows.PartGone]);
            yield break;
        }

        foreach (var statement in link.Link.Moves ? Moved(t, names, Make) : Facts(t, names, Make))
        {
            yield return statement;
        }
    }

    private static IEnumerable<string> Facts(LinkedTables t, TwinNames names, Func<string, string, string, string, string, IEnumerable<string>, string> make)
    {
        var moves = new MovedKeys(t, SqliteText.Quote(Name(names, t.Link, "whole", "moved")));
        var replaced = new ReplacedWholes(t, SqliteText.Quote(Name(names, t.Link, "whole", "replaced")));
        var parts = new ReplacedParts(t, SqliteText.Quote(Name(names, t.Link, "part", "replaced")));
        string orReplaced = parts.Any ? $" OR {parts.Noted}" : "";
        IEnumerable<string> takeOut = parts.Any ? parts.TakeOut : [];
        yield return moves.Make;
        yield return Before("moved", $"UPDATE OF {Keys(t.WholeSide, t.WholeKey)}", Moved(t.WholeKey), moves.Remember);
        if (replaced.Any)
        {
            yield return replaced.Make;
            yield return Before("replaced_insert", "INSERT", "1", replaced.Remember(changed: false));
            yield return Before("replaced_update", "UPDATE", "1", replaced.Remember(changed: true));
            yield return make("whole", "gone_insert", t.Whole, "INSERT", replaced.Noted, replaced.TakeOut);
            yield return make("whole", "gone_update", t.Whole, "UPDATE", replaced.Noted, replaced.TakeOut);
        }

        if (parts.Any)
        {
            yield return parts.Make;
            yield return BeforePart(t, names, "INSERT", parts.Remember(changed: false));
            yield return BeforePart(t, names, "UPDATE", parts.Remember(changed: true));
        }

        yield return make("whole", "insert", t.Whole, "INSERT", t.Disagree("NEW", t.WholeKey), [t.TakeUp("NEW"), .. t.WritePart("NEW"), Refuse(t, "NEW", t.WholeKey)]);
        yield return make(
            "whole", "update", t.Whole, $"UPDATE OF {Keys(t.WholeSide, t.WholeKey.Concat(t.WholeColumns))}",
            $"{Moved(t.WholeKey)} OR {t.Disagree("NEW", t.WholeKey)}",
            [.. Noted(t, names, Side.New, t.WholeKey), Follow(t), .. t.WritePart("NEW"), Refuse(t, "NEW", t.WholeKey), moves.Forget]);
        yield return make(
            "whole", "delete", t.Whole, "DELETE", $"NOT EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE {LinkedTables.Same("w", t.WholeKey, "OLD", t.WholeKey)})",
            [$"DELETE FROM {t.Part} WHERE {LinkedTables.Same(t.Part, t.PartKey, "OLD", t.WholeKey)}", .. replaced.Any ? [replaced.Forget] : Array.Empty<string>()]);
        yield return make("part", "insert", t.Part, "INSERT", $"{t.Disagree("NEW", t.PartKey)}{orReplaced}", [.. takeOut, .. Noted(t, names, Side.Old, t.PartKey), t.WriteWhole("NEW"), Refuse(t, "NEW", t.PartKey)]);
        yield return make(
            "part", "update", t.Part, parts.Any ? "UPDATE" : $"UPDATE OF {Keys(t.PartSide, t.PartKey.Concat(t.PartColumns))}",
            $"({Moved(t.PartKey)} OR {t.Disagree("NEW", t.PartKey)}{orReplaced}) AND NOT {moves.Follows}",
            [.. takeOut, .. Noted(t, names, Side.Old, t.PartKey), t.MakeLeftAbsent("OLD"), t.WriteWhole("NEW"), Refuse(t, "NEW", t.PartKey)]);
        yield return make("part", "delete", t.Part, "DELETE", t.Disagree("OLD", t.PartKey), [t.MakeAbsent("OLD")]);

        string Before(string what, string on, string when, IEnumerable<string> body) => BeforeWhole(t, names, what, on, when, body);
    }

    private static IEnumerable<string> Moved(LinkedTables t, TwinNames names, Func<string, string, string, string, string, IEnumerable<string>, string> make)
    {
        var facts = new MovedFacts(t);
        var moves = new MovedKeys(t, SqliteText.Quote(Name(names, t.Link, "whole", "moved")));
        yield return moves.Make;
        yield return BeforeWhole(t, names, "moved", $"UPDATE OF {Keys(t.WholeSide, t.WholeKey)}", Moved(t.WholeKey), moves.Remember);
        var refuse = $"SELECT RAISE(ABORT, '{Refused}') WHERE {facts.Disagree("NEW", t.WholeKey)}";
        yield return make("whole", "insert", t.Whole, "INSERT", facts.Disagree("NEW", t.WholeKey), [facts.TakeUp("NEW"), facts.WritePart("NEW", t.WholeKey), refuse]);
        yield return make(
            "whole", "update", t.Whole, $"UPDATE OF {Keys(t.WholeSide, t.WholeKey.Concat(t.WholeColumns))}", $"{Moved(t.WholeKey)} OR {facts.Disagree("NEW", t.WholeKey)}",
            [facts.WritePart("NEW", t.WholeKey), refuse, $"{moves.Forget} WHERE NOT {facts.HasOther("OLD", t.WholeKey)}"]);

        // The whole's version without the facts is what foreign keys follow, and may get the new key after this one.
        yield return make("whole", "moved_too", t.OtherSide.Storage, $"UPDATE OF {Keys(t.OtherSide, t.OtherKey)}", Moved(t.OtherKey), [moves.Forget]);
        yield return make("whole", "followed", t.Part, $"UPDATE OF {Keys(t.PartSide, t.PartKey)}", $"{Moved(t.PartKey)} AND {moves.Follows}", [facts.WritePart("NEW", t.PartKey)]);
        var disagree = facts.Disagree("NEW", t.PartKey);
        refuse = $"SELECT RAISE(ABORT, '{Refused}') WHERE {disagree}";
        string[] written = [t.WriteWhole("NEW"), refuse];
        yield return make("part", "insert", t.Part, "INSERT", disagree, [OldWrites.Note(t.Change, names, disagree), .. written]);
        yield return make(
            "part", "update", t.Part, $"UPDATE OF {Keys(t.PartSide, t.PartKey.Concat(t.PartColumns))}", $"({Moved(t.PartKey)} OR {disagree}) AND NOT {moves.Follows}",
            [facts.RefuseOther(Moved(t.PartKey)), OldWrites.Note(t.Change, names, $"{disagree} AND {Moved(t.PartColumns)}"), .. written]);
    }

    private static string BeforeWhole(LinkedTables t, TwinNames names, string what, string on, string when, IEnumerable<string> body) =>
        $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(names, t.Link, "whole", "before_" + what))}\n"
        + $"BEFORE {on} ON {t.Whole} FOR EACH ROW WHEN {when}\nBEGIN\n{string.Concat(body.Select(b => $"  {b};\n"))}END";

    private static string BeforePart(LinkedTables t, TwinNames names, string on, IEnumerable<string> body) =>
        $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(names, t.Link, "part", $"before_{on.ToLowerInvariant()}"))}\n"
        + $"BEFORE {on} ON {t.Part} FOR EACH ROW\nBEGIN\n{string.Concat(body.Select(b => $"  {b};\n"))}END";

    /// <summary>The statements that drop the triggers of the links that this contract ends.</summary>
    public static IEnumerable<string> Drop(TableChange change, Side side, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var ended = TableLinks.Of(context.Changes).Where(l => (l.Whole == change || l.Part == change) && l.Link.EndsWith(change, side)).Select(l => l.Link).ToList();
        return (
            from link in ended
            from which in Tables
            from what in Events
            select $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(names, link, which, what))}")
            .Concat(ended.SelectMany(l => OfParts.Select(b => $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(names, l, "part", b))}")
                .Append($"DROP TABLE IF EXISTS {SqliteText.Quote(Name(names, l, "part", "replaced"))}")))
            .Concat(ended.SelectMany(l => Further.Select(b => $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(names, l, "whole", b))}")
                .Concat(Notes.Select(n => $"DROP TABLE IF EXISTS {SqliteText.Quote(Name(names, l, "whole", n))}"))));
    }

    private static string Name(TwinNames names, TableLink link, string which, string what) =>
        names.Trigger($"{which}_{what}", $"{link.Whole}_{link.Part}");

    // An application may set the row number under any of its names.
    private static string Keys(TwinSide side, IEnumerable<string> columns) => string.Join(
        ", ", columns.Concat(side.Table.WithoutRowId || side.Identity.Hidden ? [] : RowIdentity.RowNumberNames).Distinct(StringComparer.OrdinalIgnoreCase));

    private static string Moved(IEnumerable<string> columns) =>
        $"({string.Join(" OR ", columns.Select(c => $"OLD.{c} IS NOT NEW.{c}"))})";

    // A pair that does not agree was written at the trigger's table; an old application did that where the old version has it.
    private static IEnumerable<string> Noted(LinkedTables t, TwinNames names, Side partSide, IEnumerable<string> key) =>
        t.Link.PartSide == partSide ? [OldWrites.Note(t.Change, names, t.Disagree("NEW", key))] : [];

    // With foreign keys on, the row apart has followed by itself.
    private static string Follow(LinkedTables t) =>
        $"UPDATE {t.Part} SET {KeyWalk.Tuple(t.PartKey)} = {Row(LinkedTables.Terms("NEW", t.WholeKey))}"
        + $" WHERE {Moved(t.WholeKey)} AND {LinkedTables.Same(t.Part, t.PartKey, "OLD", t.WholeKey)}"
        + $" AND NOT EXISTS (SELECT 1 FROM {t.Part} AS p WHERE {LinkedTables.Same("p", t.PartKey, "NEW", t.WholeKey)})";

    private static string Row(IEnumerable<string> values)
    {
        var list = values.ToList();
        return list.Count == 1 ? list[0] : $"(SELECT {string.Join(", ", list)})";
    }

    // INSERT OR IGNORE of an application holds for what its triggers write, too: nothing may be left out without a word.
    private static string Refuse(LinkedTables t, string row, IEnumerable<string> key) =>
        $"SELECT RAISE(ABORT, '{Refused}') WHERE {t.Disagree(row, key)}";
}
