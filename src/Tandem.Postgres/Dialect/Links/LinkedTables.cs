using Tandem.Databases;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>
/// Where both tables of a link are at one moment, and the pieces of SQL about a pair of their rows. The whole row goes
/// by <c>w</c>, the row apart by <c>p</c>.
/// </summary>
internal sealed class LinkedTables
{
    private readonly Layout whole;
    private readonly Layout part;

    private LinkedTables(TableLink link, Layout whole, Layout part, int ordinal)
    {
        Link = link;
        this.whole = whole;
        this.part = part;
        Ordinal = ordinal;
        WholeKey = Physical(whole, link.WholeSide, link.Key.Select(k => k.Whole));
        PartKey = Physical(part, link.PartSide, link.Key.Select(k => k.Part));
        WholeColumns = Physical(whole, link.WholeSide, link.Columns.Select(c => c.Whole));
        PartColumns = Physical(part, link.PartSide, link.Columns.Select(c => c.Part));
        Absent = link.Columns.Select(c => c.Absent is { } value
            ? $"CAST({Sql.Closed(value)} AS {WholeShape.Column(c.Whole)!.Type})"
            : $"NULL::{WholeShape.Column(c.Whole)!.Type}").ToList();
    }

    public TableLink Link { get; }

    public int Ordinal { get; }

    public string Schema => whole.Schema;

    public string WholeTable => whole.Table;

    public string PartTable => part.Table;

    public string Whole => whole.Target;

    public string Part => part.Target;

    /// <summary>The name of the whole in the version that has the columns.</summary>
    public string Title => $"{Link.Whole} and {Link.Part}";

    /// <summary>The tables as the versions that have them know them.</summary>
    public Table WholeShape => whole.Current.Of(Link.WholeSide).Table!;

    public Table PartShape => part.Current.Of(Link.PartSide).Table!;

    /// <summary>The key's columns, physically.</summary>
    public IReadOnlyList<string> WholeKey { get; }

    public IReadOnlyList<string> PartKey { get; }

    /// <summary>
    /// A walk over the whole rows. By their key: an update that is none of the sync's business gives a row another place,
    /// and a walk by places would not see it.
    /// </summary>
    public KeyWalk WholeWalk => Walk(WholeTable, WholeShape, WholeKey, Link.Key.Select(k => k.Whole));

    /// <summary>A walk over the rows apart.</summary>
    public KeyWalk PartWalk => Walk(PartTable, PartShape, PartKey, Link.Key.Select(k => k.Part));

    /// <summary>The columns with the facts, physically.</summary>
    public IReadOnlyList<string> WholeColumns { get; }

    public IReadOnlyList<string> PartColumns { get; }

    /// <summary>The values in a whole row that has no row apart.</summary>
    public IReadOnlyList<string> Absent { get; }

    /// <summary>The whole rows, as the ledger tells of them.</summary>
    public WrittenRows WholeRows => new(Whole, "w", Link.Rows is null ? WholeKey : WholeShape.PrimaryKey!.Columns, [.. WholeKey.Concat(WholeColumns).Zip(Link.Key.Concat(Link.Columns), (c, l) => (c, WholeShape.Column(l.Whole)!.Type))]);

    /// <summary>The rows apart, as the ledger tells of them.</summary>
    public WrittenRows PartRows => new(Part, "p", PartKey, [.. PartKey.Concat(PartColumns).Zip(Link.Key.Concat(Link.Columns), (c, l) => (c, PartShape.Column(l.Part)!.Type))]);

    public bool PartIsBase(Side @base) => @base == Link.PartSide;

    public string WholeImage => Sql.Image(Of("w", WholeColumns));

    public string PartImage => Sql.Image(Of("p", PartColumns));

    public string AbsentImage => Sql.Image(Absent);

    /// <summary>The facts of both rows differ.</summary>
    public string Differ => $"{WholeImage} {Sql.Differs} {PartImage}";

    /// <summary>The whole row holds something else than what stands for no row.</summary>
    public string IsThere => $"{WholeImage} {Sql.Differs} {AbsentImage}";

    /// <summary>Both rows belong together.</summary>
    public string SamePair => Same("p", PartKey, "w", WholeKey);

    /// <summary>Columns behind the name of a row.</summary>
    public static IEnumerable<string> Of(string row, IEnumerable<string> columns) => columns.Select(c => $"{row}.{Sql.Id(c)}");

    /// <summary>A row of a table with the key of another row.</summary>
    public string Same(string row, IEnumerable<string> key, string other, IEnumerable<string> otherKey) =>
        string.Join(" AND ", Of(row, key).Zip(Of(other, otherKey), Link.Key.Select(k => Sql.EqualityOf(WholeShape.Column(k.Whole)!.Type, PartShape.Column(k.Part)!.Type)))
            .Select(p => $"{p.First} {p.Third} {p.Second}"));

    /// <summary>An assignment of values to columns.</summary>
    public static string Set(IEnumerable<string> columns, IEnumerable<string> values) =>
        string.Join(", ", columns.Zip(values, (c, v) => $"{Sql.Id(c)} = {v}"));

    /// <summary>The link while one side is the base.</summary>
    public static LinkedTables Of((TableLink Link, TableChange Whole, TableChange Part) link, RenderContext context, Side @base) => new(
        link.Link, Layout.Of(link.Whole, context, @base), Layout.Of(link.Part, context, @base), context.Ordinal);

    /// <summary>The links of a migration that a table has a part in as the whole.</summary>
    public static IEnumerable<LinkedTables> Around(TableChange whole, RenderContext context, Side @base) =>
        TableLinks.Of(context.Changes).Where(l => l.Whole == whole).Select(l => Of(l, context, @base));

    /// <summary>The values that stand for no row, into the whole rows that a condition names.</summary>
    public string MakeAbsent(string where) =>
        $"UPDATE {Whole} AS w SET {Set(WholeColumns, Absent)} WHERE {where} AND {IsThere}";

    /// <summary>The facts of the rows apart, into the whole rows.</summary>
    public string WriteWhole(string where) =>
        $"UPDATE {Whole} AS w SET {Set(WholeColumns, Of("p", PartColumns))} FROM {Part} AS p WHERE {SamePair} AND {where} AND {Differ}";

    /// <summary>The facts of the whole rows, into the rows apart that are there; a row that cannot say that there are none goes.</summary>
    public IEnumerable<string> WritePart(string where)
    {
        if (!Link.HoldsAbsence(PartShape))
        {
            yield return $"DELETE FROM {Part} AS p USING {Whole} AS w WHERE {SamePair} AND {where} AND NOT ({IsThere})";
        }

        yield return $"UPDATE {Part} AS p SET {Set(PartColumns, Of("w", WholeColumns))} FROM {Whole} AS w WHERE {SamePair} AND {where} AND {Differ}";
    }

    /// <summary>The rows apart that are missing; one that another session makes at the same moment gets the facts, too.</summary>
    public string InsertPart(string source, string where) =>
        $"INSERT INTO {Part} AS p ({Sql.Ids(PartKey.Concat(PartColumns))}) SELECT {string.Join(", ", Of("w", WholeKey.Concat(WholeColumns)))} FROM {source} "
        + $"WHERE {where} AND {IsThere} ON CONFLICT ({Sql.Ids(PartKey)}) DO UPDATE SET {Set(PartColumns, PartColumns.Select(c => $"EXCLUDED.{Sql.Id(c)}"))} "
        + $"WHERE {PartImage} {Sql.Differs} {Sql.Image(Of("EXCLUDED", PartColumns))}";

    /// <summary>That there is no row apart for the whole row.</summary>
    public string NoPart => $"NOT EXISTS (SELECT FROM {Part} AS p WHERE {SamePair})";

    private KeyWalk Walk(string table, Table shape, IReadOnlyList<string> physical, IEnumerable<string> names) => new(
        Schema, table, [.. names.Zip(physical, (name, column) => shape.Column(name)! with { Name = column })], partitioned: false);

    private static List<string> Physical(Layout layout, Side side, IEnumerable<string> names) =>
        names.Select(n => layout.Column(side, n)).ToList();
}
