using System.Globalization;
using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// A row of the source beside the row of the target with the same identity, as SQL: what the source says that the
/// target should hold, and whether it does. Expressions of the users' stand in queries of their own over one table
/// that has the name they know, so nothing in them is ever replaced.
/// </summary>
/// <param name="Flow">From where to where.</param>
internal sealed record RowPair(TwinFlow Flow)
{
    /// <summary>The name of the source's row in what this writes.</summary>
    public const string Source = "s";

    /// <summary>The name of the target's row in what this writes.</summary>
    public const string Target = "t";

    /// <summary>A query for rows of the source with what they say.</summary>
    /// <param name="where">The condition; it names the source's table by <see cref="TwinSide.Alias"/>.</param>
    /// <param name="previous">Whether the query also tells what the row said before the UPDATE that a trigger fires for.</param>
    public string SourceRows(string where, bool previous = false)
    {
        var terms = Flow.From.Identity.Of(Flow.From.Alias).Select((t, i) => $"{t} AS {Id(Source, i)}")
            .Concat(Flow.Carried.Select((c, i) => $"{Column(Flow.From, c.From)} AS {Carried(Source, i)}"))
            .Concat(Lenses(l => l.To, (k, j, l) => $"{Images.Value(l.Forth[j], l.To[j].Type)} AS {Said(k, j)}"))
            .Concat(Lenses(l => l.From, (k, j, l) => $"{Column(Flow.From, l.From[j])} AS {Own(Source, k, j)}"))
            .Concat(Flow.Fetched.Select((f, i) => $"{f.Value} AS {Numbered(Source, "fetched", i)}"))
            .Concat(previous ? Lenses(ToAlone, (k, j, l) => $"{Previous(l, j)} AS {SaidBefore(k, j)}") : []);
        return $"SELECT {List(terms)} FROM {Flow.From.Storage} AS {Flow.From.Alias} WHERE {where}";
    }

    /// <summary>A query for rows of the target with what they say about the source.</summary>
    public string TargetRows(string where)
    {
        var terms = Flow.To.Identity.Of(Flow.To.Alias).Select((t, i) => $"{t} AS {Id(Target, i)}")
            .Concat(Flow.Carried.Select((c, i) => $"{Column(Flow.To, c.To)} AS {Carried(Target, i)}"))
            .Concat(Lenses(l => l.To, (k, j, l) => $"{Column(Flow.To, l.To[j])} AS {Own(Target, k, j)}"))
            .Concat(Lenses(l => l.From, (k, j, l) => $"{Images.Value(l.Back[j], l.From[j].Type)} AS {SaidBack(k, j)}"));
        return $"SELECT {List(terms)} FROM {Flow.To.Storage} AS {Flow.To.Alias} WHERE {where}";
    }

    /// <summary>Whether both rows have the same identity.</summary>
    public string SameRow => RowIdentity.Same(Ids(Source), Ids(Target));

    /// <summary>The identity columns of a row of this.</summary>
    public IEnumerable<string> Ids(string row) => Enumerable.Range(0, Flow.From.Identity.Terms.Count).Select(i => $"{row}.{Id(row, i)}");

    /// <summary>What the source says: its identity, what is carried, and what its lenses give.</summary>
    public IEnumerable<string> SourceFacts =>
        [.. Ids(Source), .. Flow.Payload.Select(i => $"s.{Carried(Source, i)}"), .. Lenses(l => l.To, (k, j, _) => $"s.{Said(k, j)}")];

    /// <summary>What the target holds: equal to <see cref="SourceFacts"/> where it agrees, since a column may store a value as another kind.</summary>
    /// <param name="live">Whether either law is enough.</param>
    public IEnumerable<string> TargetFacts(bool live) =>
    [
        .. Ids(Source), .. Flow.Payload.Select(i => $"t.{Carried(Target, i)}"),
        .. Lenses(l => l.To, (k, j, l) => $"CASE WHEN {(!live ? FirstLaw(l, k) : l.From.Count == 0 ? "1" : Agrees(l, k))} THEN s.{Said(k, j)} ELSE t.{Own(Target, k, j)} END"),
    ];

    /// <summary>Whether all carried columns are the same.</summary>
    public string CarriedAgree => All(Flow.Payload.Select(i =>
        Images.Same($"s.{Carried(Source, i)}", $"t.{Carried(Target, i)}", Flow.Carried[i].From.Type, Flow.Carried[i].To.Type)));

    /// <summary>Whether the lenses between columns of both sides agree, by either law.</summary>
    public string LensesAgree => All(Flow.Lenses.Select((l, k) => (l, k)).Where(p => p.l.From.Count > 0).Select(p => Agrees(p.l, p.k)));

    /// <summary>
    /// Whether the target's columns of every lens are what the source says: the law before a version is live. What the
    /// source says otherwise each time is left out.
    /// </summary>
    public string LensesFilled => All(Flow.Lenses.Select((l, k) => (l, k)).Where(p => !p.l.Varies).Select(p => FirstLaw(p.l, p.k)));

    /// <summary>Whether the target's own column holds what the source said before, while it says something else now.</summary>
    public static string FollowsSource(LensView lens, int k) => All(
    [
        .. lens.To.Select((c, j) => Images.SameAsStoring($"t.{Own(Target, k, j)}", $"s.{SaidBefore(k, j)}", c.Type)),
        $"NOT {All(lens.To.Select((_, j) => Images.Same($"s.{Said(k, j)}", $"s.{SaidBefore(k, j)}")))}",
    ]);

    /// <summary>Whether a lens agrees, by either law.</summary>
    public static string Agrees(LensView lens, int k) => $"({FirstLaw(lens, k)} OR {SecondLaw(lens, k)})";

    /// <summary>The target's columns that are written, with the source's values.</summary>
    /// <param name="keep">For a lens: when the target keeps what it has; null for never.</param>
    public IEnumerable<(string Column, string Value)> Values(Func<LensView, int, string?> keep) =>
        Flow.Payload.Select(i => (SqliteText.Quote(Flow.Carried[i].To.Name), $"s.{Carried(Source, i)}"))
            .Concat(Flow.Lenses.SelectMany((l, k) =>
            {
                var condition = keep(l, k);
                return l.To.Select((c, j) => (
                    SqliteText.Quote(c.Name),
                    condition is null ? $"s.{Said(k, j)}" : $"CASE WHEN {condition} THEN t.{Own(Target, k, j)} ELSE s.{Said(k, j)} END"));
            }));

    /// <summary>The target's columns with the source's values, each as a query of its own for one row.</summary>
    /// <param name="where">The condition that finds the source's row.</param>
    public IEnumerable<(string Column, string Value)> Singles(string where)
    {
        string Single(string term) => $"(SELECT {term} FROM {Flow.From.Storage} AS {Flow.From.Alias} WHERE {where})";
        return Flow.Payload.Select(i => (SqliteText.Quote(Flow.Carried[i].To.Name), Single(Column(Flow.From, Flow.Carried[i].From))))
            .Concat(Flow.Lenses.SelectMany(l => l.To.Select((c, j) => (SqliteText.Quote(c.Name), Single(Images.Value(l.Forth[j], c.Type))))))
            .Concat(Flow.Fetched.Select(f => (SqliteText.Quote(f.To.Name), Single(f.Value))));
    }

    /// <summary>The columns that only a row that is not there yet gets.</summary>
    public IEnumerable<(string Column, string Value)> FetchedValues =>
        Flow.Fetched.Select((f, i) => (SqliteText.Quote(f.To.Name), $"s.{Numbered(Source, "fetched", i)}"));

    /// <summary>The identity that the target's row gets, as far as no column carries it.</summary>
    public IEnumerable<(string Column, string Value)> IdentityValues => Flow.To.Table.WithoutRowId
        ? []
        : [(Flow.To.Identity.Terms[0], $"s.{Id(Source, 0)}")];

    /// <summary>All of these conditions.</summary>
    public static string All(IEnumerable<string> conditions)
    {
        var list = conditions.ToList();
        return list.Count == 0 ? "1" : $"({string.Join(" AND ", list)})";
    }

    /// <summary>Whether the target stores what the source says.</summary>
    public static string FirstLaw(LensView lens, int k) =>
        All(lens.To.Select((c, j) => Images.SameAsStoring($"t.{Own(Target, k, j)}", $"s.{Said(k, j)}", c.Type)));

    /// <summary>Whether the source stores what the target says.</summary>
    public static string SecondLaw(LensView lens, int k) =>
        All(lens.From.Select((c, j) => Images.SameAsStoring($"s.{Own(Source, k, j)}", $"t.{SaidBack(k, j)}", c.Type)));

    private string Previous(LensView lens, int j)
    {
        var row = List(Flow.From.Table.Columns.Select(c => $"OLD.{SqliteText.Quote(c.Name)} AS {SqliteText.Quote(c.Name)}"));
        return $"(SELECT {Images.Value(lens.Forth[j], lens.To[j].Type)} FROM (SELECT {row}) AS {Flow.From.Alias})";
    }

    private static ValueList<Column> ToAlone(LensView lens) => lens.From.Count == 0 ? lens.To : [];

    private IEnumerable<string> Lenses(Func<LensView, ValueList<Column>> columns, Func<int, int, LensView, string> term) =>
        Flow.Lenses.SelectMany((l, k) => columns(l).Select((_, j) => term(k, j, l)));

    private static string Column(TwinSide side, Column column) => $"{side.Alias}.{SqliteText.Quote(column.Name)}";

    private static string List(IEnumerable<string> terms) => string.Join(", ", terms);

    private static string Id(string row, int i) => Numbered(row, "id", i);

    private static string Carried(string row, int i) => Numbered(row, "c", i);

    private static string Said(int k, int j) => Numbered(Source, "to", k, j);

    private static string SaidBefore(int k, int j) => Numbered(Source, "was", k, j);

    private static string SaidBack(int k, int j) => Numbered(Target, "back", k, j);

    private static string Own(string row, int k, int j) => Numbered(row, "own", k, j);

    private static string Numbered(string row, string what, int i) =>
        string.Create(CultureInfo.InvariantCulture, $"{row}_{what}{i}");

    private static string Numbered(string row, string what, int k, int j) =>
        string.Create(CultureInfo.InvariantCulture, $"{row}_{what}{k}_{j}");
}
