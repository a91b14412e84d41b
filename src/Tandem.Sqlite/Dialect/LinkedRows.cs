using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// A link whose part holds whole rows, as SQL. A row that the new version writes and the old has no place for is
/// refused; one that the old version writes and that fits nowhere stays where it is, and is never written over.
/// </summary>
internal sealed class LinkedRows
{
    private readonly LinkedTables t;
    private readonly PartRows rows;
    private readonly List<string> others;

    public LinkedRows(LinkedTables t, RenderContext context, Side plain, bool marked = false)
    {
        this.t = t;
        rows = t.Link.Rows!;
        others = TableLinks.Of(context.Changes).Where(l => l.Link.Whole == t.Link.Whole && l.Link != t.Link)
            .Select(l => LinkedTables.Of(l, context, plain, marked).Part).ToList();
    }

    /// <summary>A row of the part and the row of the whole that is the same one.</summary>
    public string Pair => $"{t.SamePair} AND {Fits("w")}";

    /// <summary>The facts of both rows differ, or the looks of keys that are equal.</summary>
    public string Differ => $"NOT {Same("w", "p")}";

    /// <summary>Whether exactly one part is meant by a row of the whole.</summary>
    public string FitsOne(string row) => $"({string.Join(" + ", rows.All.Select(w => Fits(row, w)))} = 1)";

    /// <summary>Whether the part is meant by a row of the whole.</summary>
    public string Fits(string row) => Fits(row, rows.Where);

    /// <summary>That a row of the part, which goes by a name, has none in the whole.</summary>
    public string NoWhole(string part) => $"NOT EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE {LinkedTables.Same(part, t.PartKey, "w", t.WholeKey)} AND {Fits("w")})";

    /// <summary>That a row of the whole, which goes by a name, has none in the part.</summary>
    public string NoPart(string whole) => $"NOT EXISTS (SELECT 1 FROM {t.Part} AS p WHERE {LinkedTables.Same("p", t.PartKey, whole, t.WholeKey)})";

    /// <summary>The rows of the whole that are meant and missing, into the part.</summary>
    public string InsertPart(string source, string where) =>
        $"INSERT INTO {t.Part} ({List(t.PartKey.Concat(t.PartColumns))}) SELECT {List(LinkedTables.Terms("w", t.WholeKey.Concat(t.WholeColumns)))} FROM {source} AS w WHERE {where} AND {Fits("w")} AND {NoPart("w")}";

    /// <summary>The facts of the rows of the whole, into the rows of the part that are there.</summary>
    public IEnumerable<string> UpdatePart(string source, string where) => !Pairs.Any()
        ? []
        :
        [
            $"UPDATE {t.Part} SET {Set(Pairs.Select(c => c.Part), LinkedTables.Terms("w", Pairs.Select(c => c.Whole)))} FROM {source} AS w"
            + $" WHERE {LinkedTables.Same(t.Part, t.PartKey, "w", t.WholeKey)} AND {where} AND {Fits("w")} AND NOT {Same("w", t.Part)}",
        ];

    /// <summary>The rows of the part that are missing, into the whole; a row of another part with the same key is left alone.</summary>
    public string InsertWhole(string source, string where)
    {
        var columns = t.WholeKey.Concat(t.WholeColumns).Concat(rows.Constants.Select(c => SqliteText.Quote(c.Column)));
        var values = LinkedTables.Terms("p", t.PartKey.Concat(t.PartColumns)).Concat(rows.Constants.Select(c => c.Value));
        return $"INSERT INTO {t.Whole} ({List(columns)}) SELECT {List(values)} FROM {source} AS p WHERE {where} AND NOT {Taken("p", "")}";
    }

    /// <summary>The facts of the rows of the part, into the rows of the whole that are there.</summary>
    public IEnumerable<string> UpdateWhole(string source, string where) => !Pairs.Any()
        ? []
        :
        [
            $"UPDATE {t.Whole} SET {Set(Pairs.Select(c => c.Whole), LinkedTables.Terms("p", Pairs.Select(c => c.Part)))} FROM {source} AS p"
            + $" WHERE {LinkedTables.Same("p", t.PartKey, t.Whole, t.WholeKey)} AND {where} AND {Fits(t.Whole)} AND NOT {Same(t.Whole, "p")}",
        ];

    /// <summary>What the trigger of the whole does when a row came or changed; <c>OLD</c> is there when it changed.</summary>
    public IEnumerable<string> WholeWritten(bool changed)
    {
        var mine = LinkedTables.Same("w", t.WholeKey, "NEW", t.WholeKey);
        if (changed)
        {
            yield return WholeGone;
        }

        if (t.Link.PartSide == Side.New)
        {
            yield return $"DELETE FROM {t.Part} WHERE ({string.Join(" OR ", Keys.Select(k => SameColumns(t.Part, "NEW", k)))}) AND {NoWhole(t.Part)}";
        }
        else if (!changed && !KeyTells)
        {
            yield return Raise($"{Fits("NEW")} AND {NoPart("NEW")} AND ({string.Join(" OR ", others.Select(o => $"EXISTS (SELECT 1 FROM {o} AS o WHERE {LinkedTables.Same("o", t.PartKey, "NEW", t.WholeKey)})"))})");
        }

        // Only what the row itself was may be written over there: another row may be waiting under its new key.
        var guard = t.Link.PartSide == Side.New ? "1" : changed ? $"{LinkedTables.Same("OLD", t.WholeKey, "NEW", t.WholeKey)} AND {Fits("OLD")}" : "0";
        foreach (var statement in UpdatePart(t.Whole, $"{mine} AND {guard}").Append(InsertPart(t.Whole, mine)))
        {
            yield return statement;
        }

        yield return Raise($"{(t.Link.PartSide == Side.New ? "" : $"NOT {FitsOne("NEW")} OR ")}EXISTS (SELECT 1 FROM {t.Whole} AS w LEFT JOIN {t.Part} AS p ON {t.SamePair} WHERE {mine} AND {Fits("w")} AND (p.{t.PartKey.First()} IS NULL OR {Differ}))");
    }

    /// <summary>What the trigger of the whole does when a row went.</summary>
    public string WholeGone => $"DELETE FROM {t.Part} WHERE {LinkedTables.Same(t.Part, t.PartKey, "OLD", t.WholeKey)} AND {Fits("OLD")} AND {NoWhole(t.Part)}";

    /// <summary>What the trigger of the part does when a row came or changed.</summary>
    public IEnumerable<string> PartWritten(bool changed)
    {
        var mine = LinkedTables.Same("p", t.PartKey, "NEW", t.PartKey);
        var disagree = $"EXISTS (SELECT 1 FROM {t.Part} AS p LEFT JOIN {t.Whole} AS w ON {Pair} WHERE {mine} AND (w.{t.WholeKey.First()} IS NULL OR {Differ}))";
        if (t.Link.PartSide == Side.New)
        {
            // Else REPLACE would take a row of another table away.
            yield return Raise($"EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE ({string.Join(" OR ", Keys.Select(k => SameColumns("w", "NEW", k)))}) AND NOT {Fits("w")})");
        }

        if (changed)
        {
            yield return PartGone;
        }

        foreach (var statement in UpdateWhole(t.Part, mine).Append(InsertWhole(t.Part, mine)))
        {
            yield return statement;
        }

        yield return Raise(t.Link.PartSide == Side.New ? disagree : $"{disagree} AND NOT {Taken("NEW", $" AND NOT {Fits("w")}")}");
    }

    /// <summary>What the trigger of the part does when a row went.</summary>
    public string PartGone => $"DELETE FROM {t.Whole} WHERE {LinkedTables.Same(t.Whole, t.WholeKey, "OLD", t.PartKey)} AND {Fits(t.Whole)} AND {NoPart(t.Whole)}";

    // A key that is the row number looks one way only.
    private IEnumerable<(string Whole, string Part)> Pairs => t.WholeKey.Zip(t.PartKey).Where(k => !t.WholeSide.Identity.Terms.Contains(k.First) || t.WholeSide.Table.WithoutRowId)
        .Concat(t.WholeColumns.Zip(t.PartColumns));

    private bool KeyTells => t.WholeSide.Table.PrimaryKey!.Columns.Any(k => rows.Constants.Any(c => c.Column == k));

    // What tells the rows of the whole apart, each of them columns that both tables have.
    private IEnumerable<IEnumerable<string>> Keys => t.WholeSide.Table.Uniques.Select(u => u.Columns)
        .Concat(t.WholeSide.Table.Indexes.Where(i => i.Unique).Select(i => i.Columns))
        .Select(c => c.Select(SqliteText.Quote)).Prepend(t.WholeKey);

    private string Taken(string part, string more) => $"EXISTS (SELECT 1 FROM {t.Whole} AS w WHERE {RowPair.All(t.WholeSide.Table.PrimaryKey!.Columns.Select(k =>
        $"w.{SqliteText.Quote(k)} = {(rows.Constants.FirstOrDefault(c => c.Column == k) is { } constant ? constant.Value : $"{part}.{SqliteText.Quote(k)}")}"))}{more})";

    private string Fits(string row, string where)
    {
        var columns = t.WholeSide.Table.Columns.Select(c => SqliteText.Quote(c.Name)).Select(c => $"{row}.{c} AS {c}");
        return $"(SELECT ({where}\n) IS TRUE FROM (SELECT {List(columns)}) AS _tandem_row)";
    }

    private string Same(string whole, string part) => RowPair.All(Pairs.Select(c => Images.Same($"{whole}.{c.Whole}", $"{part}.{c.Part}")));

    private static string SameColumns(string one, string other, IEnumerable<string> columns) => $"({RowIdentity.Same(LinkedTables.Terms(one, columns), LinkedTables.Terms(other, columns))})";

    private static string Set(IEnumerable<string> columns, IEnumerable<string> values) => List(columns.Zip(values, (c, v) => $"{c} = {v}"));

    private static string List(IEnumerable<string> terms) => string.Join(", ", terms);

    private static string Raise(string when) => $"SELECT RAISE(ABORT, 'the other version does not take the row') WHERE {when}";
}
