using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Goes through tables in the order of their rows' identity. Cursors are the row number as text, or the key's values
/// as a JSON array.
/// </summary>
/// <param name="WithoutRowId">Whether rows are named by their key.</param>
/// <param name="Places">The tables and the terms of their identity.</param>
internal sealed record KeyWalk(bool WithoutRowId, ValueList<(string Storage, RowIdentity Identity)> Places)
{
    private const string AfterNumber = "CASE @after WHEN '' THEN -9223372036854775808 ELSE CAST(@after AS INTEGER) + 1 END";

    /// <summary>A walk over one or both tables of a twin, so that no row of either is passed over.</summary>
    public static KeyWalk Over(params ReadOnlySpan<TwinSide> sides)
    {
        var places = new List<(string, RowIdentity)>();
        foreach (var side in sides)
        {
            places.Add((side.Storage, side.Identity));
        }

        return new KeyWalk(sides[0].Table.WithoutRowId, places.ToValueList());
    }

    /// <summary>Where the walk ends, and about how many rows it sees.</summary>
    public string Start
    {
        get
        {
            var (storage, identity) = Places[0];
            var rows = WithoutRowId
                ? $"(SELECT count(*) FROM {storage})"
                : $"coalesce(CAST((SELECT max({identity.Terms[0]}) FROM {storage}) - (SELECT min({identity.Terms[0]}) FROM {storage}) + 1 AS INTEGER), 0)";
            var last = Places.Select(p => $"SELECT * FROM (SELECT {Keys(p.Identity)} FROM {p.Storage} ORDER BY {Order(" DESC")} LIMIT 1)");
            return $"SELECT coalesce((SELECT {Cursor} FROM ({string.Join(" UNION ALL ", last)}) ORDER BY {Order(" DESC")} LIMIT 1), '') AS walk_end, {rows} AS rows_total";
        }
    }

    /// <summary>The end of the next chunk, or NULL.</summary>
    public string Next => WithoutRowId
        ? $"SELECT CASE WHEN @end = '' THEN NULL WHEN @after = '' THEN ({Last(t => $"{t} <= {Values("@end")}")})"
            + $" ELSE ({Last(t => $"{t} > {Values("@after")} AND {t} <= {Values("@end")}")}) END AS upto"
        : $"SELECT ({Last(t => $"@end <> '' AND {t} >= {AfterNumber} AND {t} <= CAST(@end AS INTEGER)")}) AS upto";

    /// <summary>
    /// The rows of a chunk in one of the tables: one query for each way to begin, because one condition with OR would
    /// not use the key.
    /// </summary>
    /// <param name="identity">How that table's rows are named.</param>
    /// <param name="alias">The table's name in the query.</param>
    /// <param name="rows">Makes the query from its condition.</param>
    public string Rows(RowIdentity identity, string alias, Func<string, string> rows)
    {
        var terms = identity.Of(alias).ToList();
        if (!WithoutRowId)
        {
            return rows($"{terms[0]} >= {AfterNumber} AND {terms[0]} <= CAST(@upto AS INTEGER)");
        }

        var tuple = Tuple(terms);
        return rows($"@after = '' AND {tuple} <= {Values("@upto")}")
            + " UNION ALL " + rows($"@after <> '' AND {tuple} > {Values("@after")} AND {tuple} <= {Values("@upto")}");
    }

    /// <summary>Terms as one value or row value.</summary>
    public static string Tuple(IEnumerable<string> terms)
    {
        var list = terms.ToList();
        return list.Count == 1 ? list[0] : $"({string.Join(", ", list)})";
    }

    /// <summary>A row's identity as text.</summary>
    public static string Text(bool withoutRowId, IEnumerable<string> terms) =>
        withoutRowId ? $"json_array({string.Join(", ", terms.Select(Exact))})" : $"CAST({terms.First()} AS TEXT)";

    // JSON would have only 15 digits of a floating number; as text it has all, and the column's affinity makes it a number again.
    private static string Exact(string term) => $"CASE typeof({term}) WHEN 'real' THEN printf('%!.17g', {term}) ELSE {term} END";

    private int Width => Places[0].Identity.Terms.Count;

    private IEnumerable<string> Names => Enumerable.Range(0, Width).Select(i => $"k{i}");

    private string Cursor => Text(WithoutRowId, Names);

    // Where one of the tables has as many rows as a chunk may have, it ends with the first of those; else with the last row of all.
    private string Last(Func<string, string> where)
    {
        string First(string direction, string limit)
        {
            var rows = Places.Select(p => $"SELECT * FROM (SELECT {Keys(p.Identity)} FROM {p.Storage} WHERE {where(Tuple(p.Identity.Terms))} ORDER BY {Order(direction)} {limit})");
            return $"SELECT {Cursor} FROM ({string.Join(" UNION ALL ", rows)}) ORDER BY {Order(direction)} LIMIT 1";
        }

        return $"SELECT coalesce(({First("", "LIMIT 1 OFFSET CAST(@size AS INTEGER) - 1")}), ({First(" DESC", "LIMIT 1")}))";
    }

    private static string Keys(RowIdentity identity) => string.Join(", ", identity.Terms.Select((t, i) => $"{t} AS k{i}"));

    private string Order(string direction) => string.Join(", ", Names.Select(t => t + direction));

    private string Values(string cursor) => Tuple(Names.Select((_, i) => $"json_extract({cursor}, '$[{i}]')"));
}
