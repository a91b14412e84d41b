using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Where both tables of a link are while one version has the plain names, and the pieces of SQL about a pair of their
/// rows. In queries the whole row goes by <c>w</c>, the row apart by <c>p</c>.
/// </summary>
internal sealed class LinkedTables
{
    private readonly Table wholeShape;
    private readonly Table partShape;
    private readonly TwinSide? other;

    private LinkedTables((TableLink Link, TableChange Whole, TableChange Part) link, RenderContext context, Side plain, bool marked)
    {
        var places = new Places(context, plain);
        string Named(string name) => marked ? TwinNames.Marked(name) : SqliteText.Quote(name);
        Link = link.Link;
        Change = link.Whole;
        PartChange = link.Part;
        wholeShape = places.Shape(Link.Whole, Link.WholeSide)!;
        partShape = places.Shape(Link.Part, Link.PartSide)!;
        Whole = Named(places.Of(Link.Whole, Link.WholeSide));
        Part = Named(places.Of(Link.Part, Link.PartSide));
        other = (Link.PartSide == Side.Old ? Change.Before : Change.After) is { } far
            ? new TwinSide(Link.PartSide, Named(places.Of(far.Name, Link.PartSide)), far, RowIdentity.Of(far)!)
            : null;
    }

    public TableLink Link { get; }

    public TableChange Change { get; }

    public TableChange PartChange { get; }

    /// <summary>The storages, as SQL text.</summary>
    public string Whole { get; }

    public string Part { get; }

    public string Title => $"{Link.Whole} and {Link.Part}";

    public IEnumerable<string> WholeKey => Link.Key.Select(k => SqliteText.Quote(k.Whole));

    public IEnumerable<string> PartKey => Link.Key.Select(k => SqliteText.Quote(k.Part));

    public IEnumerable<string> WholeColumns => Link.Columns.Select(c => SqliteText.Quote(c.Whole));

    public IEnumerable<string> PartColumns => Link.Columns.Select(c => SqliteText.Quote(c.Part));

    /// <summary>The whole as one side of a walk.</summary>
    public TwinSide WholeSide => new(Link.WholeSide, Whole, wholeShape, RowIdentity.Of(wholeShape)!);

    /// <summary>The part as one side of a walk.</summary>
    public TwinSide PartSide => new(Link.PartSide, Part, partShape, RowIdentity.Of(partShape)!);

    /// <summary>The whole in the version that has no facts in it.</summary>
    public TwinSide OtherSide => other!;

    /// <summary>The key there.</summary>
    public IEnumerable<string> OtherKey => Link.Key.Select(k =>
    {
        var pair = Change.Columns.First(c => (Link.WholeSide == Side.Old ? c.Before : c.After)?.Name == k.Whole);
        return SqliteText.Quote((Link.WholeSide == Side.Old ? pair.After : pair.Before)!.Name);
    });

    /// <summary>Both rows belong together.</summary>
    public string SamePair => Same("p", PartKey, "w", WholeKey);

    /// <summary>Whether the pair agrees; <c>p</c> is joined to the left.</summary>
    public string Agree => $"CASE WHEN {NoneJoined} THEN {IsAbsent("w")} ELSE {SameFacts("w", "p")} END";

    /// <summary>Whether the left join found no row apart.</summary>
    public string NoneJoined => $"p.{PartKey.First()} IS NULL";

    /// <summary>All whole rows with their rows apart.</summary>
    public string Pairs => $"{Whole} AS w LEFT JOIN {Part} AS p ON {SamePair}";

    /// <summary>The link as long as one version has the plain names.</summary>
    public static LinkedTables Of((TableLink Link, TableChange Whole, TableChange Part) link, RenderContext context, Side plain, bool marked = false) =>
        new(link, context, plain, marked);

    /// <summary>The links of a migration that a table has a part in as the whole.</summary>
    public static IEnumerable<LinkedTables> Around(TableChange whole, RenderContext context, Side plain) =>
        TableLinks.Of(context.Changes).Where(l => l.Whole == whole).Select(l => Of(l, context, plain));

    /// <summary>The ledger of the rows that a step writes in one of the tables.</summary>
    /// <param name="context">The migration and its target.</param>
    /// <param name="part">Whether it writes the part; else the whole.</param>
    /// <param name="chunk">A query for the rows of the chunk.</param>
    /// <param name="ofPart">Whether these are rows of the part.</param>
    public RowLedger Ledger(RenderContext context, bool part, string chunk, bool ofPart) => new(
        context,
        RowLedger.Rows(
            part ? PartSide : WholeSide,
            $"{KeyWalk.Tuple(Terms("n", part ? PartKey : WholeKey))} IN (SELECT {string.Join(", ", Terms("c", ofPart ? PartKey : WholeKey))} FROM ({chunk}) AS c)"));

    /// <summary>Two rows with the same key.</summary>
    public static string Same(string one, IEnumerable<string> key, string other, IEnumerable<string> otherKey) =>
        RowIdentity.Same(Terms(one, key), Terms(other, otherKey));

    /// <summary>Columns behind the name of a row.</summary>
    public static IEnumerable<string> Terms(string row, IEnumerable<string> columns) => columns.Select(c => $"{row}.{c}");

    /// <summary>Whether a whole row holds what stands for no row apart.</summary>
    public string IsAbsent(string row) => RowPair.All(Link.Columns.Select(c => c.Absent is { } value
        ? Images.SameAsStoring($"{row}.{SqliteText.Quote(c.Whole)}", Images.Value(value, TypeOf(c)), TypeOf(c))
        : $"{row}.{SqliteText.Quote(c.Whole)} IS NULL"));

    /// <summary>Whether two rows hold the same facts.</summary>
    public string SameFacts(string whole, string part) =>
        RowPair.All(Terms(whole, WholeColumns).Zip(Terms(part, PartColumns), Images.Same));

    /// <summary>Whether a whole row with this key (columns of a trigger's row) does not agree with its row apart.</summary>
    public string Disagree(string row, IEnumerable<string> key) =>
        $"EXISTS (SELECT 1 FROM {Pairs} WHERE {Same("w", WholeKey, row, key)} AND NOT {Agree})";

    /// <summary>The statements that bring the facts of the whole row with this key to the part.</summary>
    public IEnumerable<string> WritePart(string row)
    {
        var at = Same("w", WholeKey, row, WholeKey);
        var mine = Same(Part, PartKey, row, WholeKey);
        if (!Link.HoldsAbsence(partShape))
        {
            yield return $"DELETE FROM {Part} WHERE {mine} AND EXISTS (SELECT 1 FROM {Whole} AS w WHERE {at} AND {IsAbsent("w")})";
        }

        yield return $"UPDATE {Part} SET {KeyWalk.Tuple(PartColumns)} = (SELECT {string.Join(", ", Terms("w", WholeColumns))} FROM {Whole} AS w WHERE {at})"
            + $" WHERE {mine} AND EXISTS (SELECT 1 FROM {Whole} AS w WHERE {at} AND NOT {SameFacts("w", Part)})";
        yield return InsertPart($"SELECT * FROM {Whole} AS w WHERE {at}");
    }

    /// <summary>
    /// The statement by which a whole row that comes without facts takes those of a row apart that is there already: it
    /// came from the version that does not know them, in a backfill too, or after its part.
    /// </summary>
    public string TakeUp(string row)
    {
        var at = Same("p", PartKey, row, WholeKey);
        return $"UPDATE {Whole} SET {KeyWalk.Tuple(WholeColumns)} = (SELECT {string.Join(", ", Terms("p", PartColumns))} FROM {Part} AS p WHERE {at})"
            + $" WHERE {Same(Whole, WholeKey, row, WholeKey)} AND {IsAbsent(Whole)} AND EXISTS (SELECT 1 FROM {Part} AS p WHERE {at})";
    }

    /// <summary>The statement that makes the rows apart that are missing for these whole rows.</summary>
    public string InsertPart(string rows) =>
        $"INSERT INTO {Part} ({string.Join(", ", PartKey.Concat(PartColumns))}) SELECT {string.Join(", ", Terms("w", WholeKey.Concat(WholeColumns)))} FROM ({rows}) AS w"
        + $" WHERE NOT {IsAbsent("w")} AND NOT EXISTS (SELECT 1 FROM {Part} AS p WHERE {SamePair})";

    /// <summary>The statement that brings the facts of the row apart with this key to the whole row.</summary>
    public string WriteWhole(string row)
    {
        var at = Same("p", PartKey, row, PartKey);
        return $"UPDATE {Whole} SET {KeyWalk.Tuple(WholeColumns)} = (SELECT {string.Join(", ", Terms("p", PartColumns))} FROM {Part} AS p WHERE {at})"
            + $" WHERE {Same(Whole, WholeKey, row, PartKey)} AND EXISTS (SELECT 1 FROM {Part} AS p WHERE {at} AND NOT {SameFacts(Whole, "p")})";
    }

    /// <summary>
    /// The statement that empties the whole row whose row apart went. A foreign key takes the row apart along with a row that a REPLACE takes away from
    /// the other version of the whole, for which no trigger fires: here it stays.
    /// </summary>
    public string MakeAbsent(string row) =>
        $"UPDATE {Whole} SET {KeyWalk.Tuple(WholeColumns)} = {Nothing} WHERE {Same(Whole, WholeKey, row, PartKey)} AND NOT {IsAbsent(Whole)}"
        + $" AND NOT EXISTS (SELECT 1 FROM {Part} AS p WHERE {Same("p", PartKey, row, PartKey)})";

    /// <summary>
    /// The same where the row apart got another key. Not while the key itself is changing: then one of the whole's two versions has the old key no more,
    /// and the other is about to follow.
    /// </summary>
    public string MakeLeftAbsent(string row) =>
        $"{MakeAbsent(row)} AND EXISTS (SELECT 1 FROM {OtherSide.Storage} AS o WHERE {Same("o", OtherKey, row, PartKey)})";

    /// <summary>The values that stand for no row apart.</summary>
    public string Nothing => Link.Columns.Count == 1
        ? Value(Link.Columns[0])
        : $"(SELECT {string.Join(", ", Link.Columns.Select(Value))})";

    private static string Value(LinkedColumn column) => column.Absent is { } value ? $"({value}\n)" : "NULL";

    private string TypeOf(LinkedColumn column) => wholeShape.Column(column.Whole)!.Type;
}
