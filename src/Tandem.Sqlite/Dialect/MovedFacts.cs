using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// The sync of columns that stand in one table in the old version (the part) and in the table that its rows refer to in
/// the new (the whole). A row of the part that comes with values is an old application's and writes them; one that comes
/// from the new version takes them. A row that goes leaves the other one as it is.
/// </summary>
internal sealed class MovedFacts(LinkedTables t)
{
    private string Pairs => $"{t.Whole} AS w JOIN {t.Part} AS p ON {t.SamePair}";

    /// <summary>The columns that a row of the old version's table takes from the table they moved to, when the new version makes it.</summary>
    /// <param name="change">The table that the columns leave.</param>
    /// <param name="changes">All changes of the migration.</param>
    /// <param name="storage">Where the new version's table is that has them, as SQL text.</param>
    public static ValueList<(Column To, string Value)> Fetched(TableChange change, ValueList<TableChange> changes, Func<TableLink, string> storage) => (
        from link in TableLinks.Of(changes)
        where link.Link.Moves && link.Part == change
        from column in link.Link.Columns
        let same = RowIdentity.Same(
            link.Link.Key.Select(k => $"_tandem_w.{SqliteText.Quote(k.Whole)}"), link.Link.Key.Select(k => $"{SqliteText.Quote(change.After!.Name)}.{SqliteText.Quote(k.Part)}"))
        select (change.Before!.Column(column.Part)!, $"(SELECT _tandem_w.{SqliteText.Quote(column.Whole)} FROM {storage(link.Link)} AS _tandem_w WHERE {same})")).ToValueList();

    /// <summary>Whether there is a pair with this key (columns of a trigger's row) whose facts differ.</summary>
    public string Disagree(string row, IEnumerable<string> key) =>
        $"EXISTS (SELECT 1 FROM {Pairs} WHERE {LinkedTables.Same("w", t.WholeKey, row, key)} AND NOT {t.SameFacts("w", "p")})";

    /// <summary>The statement by which a whole row that comes without facts takes those of the part.</summary>
    public string TakeUp(string row)
    {
        var at = LinkedTables.Same("p", t.PartKey, row, t.WholeKey);
        return $"UPDATE {t.Whole} SET {string.Join(", ", t.WholeColumns.Zip(t.PartColumns, (w, p) => $"{w} = coalesce({w}, (SELECT p.{p} FROM {t.Part} AS p WHERE {at}))"))}"
            + $" WHERE {LinkedTables.Same(t.Whole, t.WholeKey, row, t.WholeKey)}";
    }

    /// <summary>The statement that brings the facts of the whole row with this key to the part.</summary>
    public string WritePart(string row, IEnumerable<string> key)
    {
        var at = LinkedTables.Same("w", t.WholeKey, row, key);
        return $"UPDATE {t.Part} SET {KeyWalk.Tuple(t.PartColumns)} = (SELECT {string.Join(", ", LinkedTables.Terms("w", t.WholeColumns))} FROM {t.Whole} AS w WHERE {at})"
            + $" WHERE {LinkedTables.Same(t.Part, t.PartKey, row, key)} AND EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE {at} AND NOT {t.SameFacts("w", t.Part)})";
    }

    /// <summary>Whether the whole's version without the facts has a row with this key.</summary>
    public string HasOther(string row, IEnumerable<string> key) => $"EXISTS (SELECT 1 FROM {t.OtherSide.Storage} AS o WHERE {LinkedTables.Same("o", t.OtherKey, row, key)})";

    /// <summary>The statement that refuses a row that refers to another whole row now, where that one holds other facts.</summary>
    public string RefuseOther(string moved)
    {
        var other = t.Link.Columns.Select(c => (Whole: $"w.{SqliteText.Quote(c.Whole)}", Part: SqliteText.Quote(c.Part)))
            .Select(c => $"({Images.Same($"OLD.{c.Part}", $"NEW.{c.Part}")} AND {c.Whole} IS NOT NULL AND NOT {Images.Same(c.Whole, $"NEW.{c.Part}")})");
        var columns = string.Join(", ", t.Link.Columns.Select(c => c.Whole));
        return $"SELECT RAISE(ABORT, {SqliteText.Literal($"a row of {t.Link.Part} cannot refer to a row of {t.Link.Whole} with another {columns} while both versions of it are kept")})"
            + $" WHERE {moved} AND EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE {LinkedTables.Same("w", t.WholeKey, "NEW", t.PartKey)} AND ({string.Join(" OR ", other)}))";
    }

    /// <summary>The step that compares every row of the part with the row that it refers to; one that refers to none is wrong.</summary>
    public RenderedStep Verify(Side @base, RenderContext context)
    {
        var side = t.PartSide;
        var walk = KeyWalk.Over(side);
        string Chunk(Func<string, string> rows) => walk.Rows(side.Identity, "p", rows);
        var pairs = $"{t.Part} AS p LEFT JOIN {t.Whole} AS w ON {t.SamePair}";
        var agree = $"(w.{t.WholeKey.First()} IS NOT NULL AND {t.SameFacts("w", "p")})";
        var (source, target) = (SqliteHash.Of(LinkedTables.Terms("p", t.PartColumns)), SqliteHash.Of(LinkedTables.Terms("w", t.WholeColumns)));
        var rows = Chunk(w => $"SELECT NOT {agree} AS wrong, {source} AS source, CASE WHEN {agree} THEN {source} WHEN w.{t.WholeKey.First()} IS NOT NULL THEN {target} END AS target FROM {pairs} WHERE {w}");
        var chosen = Chunk(w => $"SELECT p.* FROM {t.Part} AS p WHERE {w}");
        var keys = KeyWalk.Tuple(LinkedTables.Terms(t.Part, t.PartKey));
        var repair = @base == t.Link.PartSide
            ? Copied(t.Whole, t.WholeColumns, $"({chosen}) AS p", LinkedTables.Terms("p", t.PartColumns), LinkedTables.Same("p", t.PartKey, t.Whole, t.WholeKey), t.SameFacts(t.Whole, "p"))
            : Copied(t.Part, t.PartColumns, $"{t.Whole} AS w", LinkedTables.Terms("w", t.WholeColumns), LinkedTables.Same(t.Part, t.PartKey, "w", t.WholeKey), t.SameFacts("w", t.Part))
                + $" AND {keys} IN (SELECT {string.Join(", ", LinkedTables.Terms("p", t.PartKey))} FROM ({chosen}) AS p)";
        return new RenderedStep($"verify {t.Title}", $"Compare every row of {t.Link.Part} with its row of {t.Link.Whole}", StepMode.Verification)
        {
            Table = t.Link.Whole,
            Walk = new Walk(
                walk.Start,
                walk.Next,
                "SELECT count(*) AS rows_seen, coalesce(sum(wrong), 0) AS mismatched, 0 AS quarantined,"
                + $" {SqliteHash.Sum}(source) AS source_sum, {SqliteHash.Sum}(target) AS target_sum FROM ({rows})")
            {
                Repair = [repair],
                RepairLines = t.Ledger(context, @base != t.Link.PartSide, chosen, ofPart: true).Repairing([repair]),
                Examples = $"SELECT row_key FROM ({Chunk(w => $"SELECT {KeyWalk.Text(side.Table.WithoutRowId, side.Identity.Of("p"))} AS row_key FROM {pairs} WHERE {w} AND NOT {agree}")}) LIMIT 10",
            },
            Scans = true,
        };
    }

    private static string Copied(string table, IEnumerable<string> columns, string from, IEnumerable<string> values, string same, string agree) =>
        $"UPDATE {table} SET {string.Join(", ", columns.Zip(values, (c, v) => $"{c} = {v}"))} FROM {from} WHERE {same} AND NOT {agree}";
}
