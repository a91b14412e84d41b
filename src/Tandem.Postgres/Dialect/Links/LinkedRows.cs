using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>
/// A link whose part holds whole rows, as SQL. A row that the new version writes and the old has no place for is
/// refused; one that the old version writes and that fits nowhere stays where it is, and is never written over.
/// </summary>
internal sealed class LinkedRows(LinkedTables t)
{
    private readonly PartRows rows = t.Link.Rows!;

    /// <summary>The bodies of the trigger functions of the whole and of the part.</summary>
    public (string Whole, string Part) Bodies => (WholeBody, PartBody);

    /// <summary>A row of the part and the row of the whole that is the same one.</summary>
    public string Pair => $"{t.SamePair} AND {Fits("w")}";

    /// <summary>Whether exactly one part is meant by a row of the whole.</summary>
    public string FitsOne(string row) => $"({string.Join(" + ", rows.All.Select(w => $"{Fits(row, w)}::int"))} = 1)";

    /// <summary>Whether the part is meant by a row of the whole.</summary>
    public string Fits(string row) => Fits(row, rows.Where);

    /// <summary>That a row of the part has none in the whole.</summary>
    public string NoWhole => $"NOT EXISTS (SELECT FROM {t.Whole} AS w WHERE {Pair})";

    /// <summary>The rows of the whole that are meant, into the part.</summary>
    public string WritePart(string source, string where, string guard = "true") =>
        $"INSERT INTO {t.Part} AS p ({Sql.Ids(t.PartKey.Concat(t.PartColumns))}) OVERRIDING SYSTEM VALUE "
        + $"SELECT {string.Join(", ", LinkedTables.Of("w", t.WholeKey.Concat(t.WholeColumns)))} FROM {source} WHERE {where} AND {Fits("w")} "
        + $"ON CONFLICT ({Sql.Ids(t.PartKey)}) DO {Take("p", Looks(t.PartShape, t.Link.Key.Select(k => k.Part), t.PartKey).Concat(t.PartColumns), guard)}";

    /// <summary>The rows of the part, into the whole; a row of another part with the same key is left alone.</summary>
    public string WriteWhole(string source, string where)
    {
        var values = LinkedTables.Of("p", t.PartKey.Concat(t.PartColumns)).Concat(rows.Constants.Select(Value));
        return $"INSERT INTO {t.Whole} AS w ({Sql.Ids(WrittenWhole)}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", values)} FROM {source} WHERE {where} "
            + $"ON CONFLICT ({Sql.Ids(t.WholeShape.PrimaryKey!.Columns)}) DO {Take("w", Looks(t.WholeShape, t.Link.Key.Select(k => k.Whole), t.WholeKey).Concat(t.WholeColumns), Fits("w"))}";
    }

    private IEnumerable<string> WrittenWhole => t.WholeKey.Concat(t.WholeColumns).Concat(rows.Constants.Select(c => c.Column));

    private string Key(string row, IReadOnlyList<string> key, string other) => t.Same(row, key, other, t.WholeKey);

    private string Agreeing(string row) => $"EXISTS (SELECT FROM {t.Whole} AS w JOIN {t.Part} AS p ON {Pair} WHERE {Key("w", t.WholeKey, row)} AND NOT ({Differ}))";

    /// <summary>The facts of both rows differ, or the looks of keys that are equal: 1.0 and 1.00, or two spellings of a citext.</summary>
    public string Differ => $"{Sql.Image(LinkedTables.Of("w", t.WholeKey.Concat(t.WholeColumns)))} {Sql.Differs} {Sql.Image(LinkedTables.Of("p", t.PartKey.Concat(t.PartColumns)))}";

    private string WholeBody
    {
        get
        {
            var refuse = t.Link.PartSide == Side.New
                ? ""
                : $"""

                      IF NOT {FitsOne("NEW")} THEN
                        {Raise("check_violation", $"a row of {t.Link.Whole} belongs to none of the tables of the old version")}
                      ELSIF {Fits("NEW")} AND NOT {Agreeing("NEW")} THEN
                        {Raise("unique_violation", $"the key is taken by a row of {t.Link.Part} that {t.Link.Whole} does not show")}
                      END IF;
                  """;

            // Only what the row itself was may be written over there: another row may be waiting under its new key.
            string Unseen(string when) => t.Link.PartSide == Side.Old
                ? ""
                : LinkSql.Unseen($"{when} AND {Fits("OLD")}", t.Part, t.PartKey.Concat(t.PartColumns), LinkedTables.Of("OLD", t.WholeKey.Concat(t.WholeColumns)));
            var guard = t.Link.PartSide == Side.New ? "true" : $"TG_OP = 'UPDATE' AND {Key("OLD", t.WholeKey, "NEW")} AND {Fits("OLD")}";
            return
                $"""
                BEGIN
                  IF TG_OP = 'TRUNCATE' THEN
                    {LinkSql.Emptied(LinkSql.Truncate(t.Part), $"DELETE FROM {t.Part} AS p WHERE {NoWhole}")}
                    RETURN NULL;
                  ELSIF TG_WHEN = 'BEFORE' THEN
                    PERFORM 1 FROM {t.Part} AS p WHERE {Key("p", t.PartKey, "OLD")} FOR NO KEY UPDATE;{Unseen("")}
                    RETURN NEW;
                  END IF;
                  {Follow(t.Part, "p", t.PartShape, t.PartKey.Concat(t.PartColumns), t.WholeKey, t.WholeColumns, $"{Key("p", t.PartKey, "OLD")} AND {Fits("OLD")}", Fits("NEW"), Key("q", t.PartKey, "NEW"))}
                  IF TG_OP <> 'INSERT' THEN
                    DELETE FROM {t.Part} AS p WHERE {Key("p", t.PartKey, "OLD")} AND {Fits("OLD")} AND {NoWhole};{Unseen(" AND TG_OP = 'DELETE'")}
                  END IF;
                  IF TG_OP <> 'DELETE' THEN
                    {WritePart($"{t.Whole} AS w", Key("w", t.WholeKey, "NEW"), guard)};{refuse}
                  END IF;
                  RETURN NULL;
                END
                """;
        }
    }

    private string PartBody
    {
        get
        {
            string Of(string row) => t.Same("w", t.WholeKey, row, t.PartKey);
            string Lock(string where) => $"PERFORM 1 FROM {t.Whole} AS w WHERE {where} ORDER BY {string.Join(", ", LinkedTables.Of("w", t.WholeKey))} FOR NO KEY UPDATE;";
            var mine = t.Same("p", t.PartKey, "NEW", t.PartKey);
            var inKey = rows.Constants.Any(c => t.WholeShape.PrimaryKey!.Columns.Contains(c.Column));
            var taken = $"{t.Same("q", t.WholeKey, "NEW", t.PartKey)}{(inKey ? $" AND {Fits("q")}" : "")}";
            var refuse = t.Link.PartSide == Side.Old
                ? ""
                : $"""

                      IF EXISTS (SELECT FROM {t.Part} AS p WHERE {mine}) AND NOT EXISTS (SELECT FROM {t.Whole} AS w JOIN {t.Part} AS p ON {Pair} WHERE {mine} AND NOT ({Differ})) THEN
                        {Raise("unique_violation", $"the key is taken by a row of {t.Link.Whole} that is not in {t.Link.Part}")}
                      END IF;
                  """;
            var unseen = t.Link.PartSide == Side.New
                ? ""
                : LinkSql.Unseen(
                    $" AND NOT EXISTS (SELECT FROM {t.Part} AS p WHERE {t.Same("p", t.PartKey, "OLD", t.PartKey)})",
                    t.Whole, WrittenWhole, LinkedTables.Of("OLD", t.PartKey.Concat(t.PartColumns)).Concat(rows.Constants.Select(Value)));
            return
                $"""
                BEGIN
                  IF TG_OP = 'TRUNCATE' THEN
                    {LinkSql.Emptied(LinkSql.RefuseTruncate(t), $"DELETE FROM {t.Whole} AS w WHERE {Fits("w")} AND {t.NoPart}")}
                    RETURN NULL;
                  ELSIF TG_WHEN = 'BEFORE' AND TG_OP = 'DELETE' THEN
                    {Lock(Of("OLD"))}
                    RETURN OLD;
                  ELSIF TG_WHEN = 'BEFORE' AND TG_OP = 'INSERT' THEN
                    {Lock(Of("NEW"))}
                    RETURN NEW;
                  ELSIF TG_WHEN = 'BEFORE' THEN
                    {Lock($"({Of("OLD")}) OR ({Of("NEW")})")}
                    RETURN NEW;
                  END IF;
                  {Follow(t.Whole, "w", t.WholeShape, t.WholeKey.Concat(t.WholeColumns), t.PartKey, t.PartColumns, $"{Of("OLD")} AND {Fits("w")}", "true", taken)}
                  IF TG_OP <> 'INSERT' THEN
                    DELETE FROM {t.Whole} AS w WHERE {Of("OLD")} AND {Fits("w")} AND {t.NoPart};{unseen}
                  END IF;
                  IF TG_OP <> 'DELETE' THEN
                    {WriteWhole($"{t.Part} AS p", mine)};{refuse}
                  END IF;
                  RETURN NULL;
                END
                """;
        }
    }

    // Rows that take their keys from one another in one statement are all there before the first of them is looked at. A row of the
    // other table that is made under the new key would meet its own values under the former one; so it goes along, in the order of the write.
    private static string Follow(
        string table, string row, Table shape, IEnumerable<string> written, IReadOnlyList<string> key, IReadOnlyList<string> columns, string mine, string stays, string taken) =>
        shape.Columns.Any(c => c.Identity == IdentityKind.Always && shape.PrimaryKey!.Columns.Contains(c.Name))
            ? ""
            : $"""
                IF TG_OP = 'UPDATE' AND {Sql.Image(LinkedTables.Of("OLD", key))} {Sql.Differs} {Sql.Image(LinkedTables.Of("NEW", key))} THEN
                    DECLARE
                      _tandem_was text := pg_catalog.current_setting('tandem.origin', true);
                    BEGIN
                      PERFORM {LinkSql.Aside};
                      DELETE FROM {table} AS {row} WHERE {mine} AND NOT ({stays});
                      UPDATE {table} AS {row} SET {LinkedTables.Set(written, LinkedTables.Of("NEW", key.Concat(columns)))} WHERE {mine} AND NOT EXISTS (SELECT FROM {table} AS q WHERE {taken});
                      PERFORM pg_catalog.set_config('tandem.origin', coalesce(_tandem_was, ''), true);
                    END;
                  END IF;
              """;

    // A trigger's row does not hold what is computed on reading.
    private string Fits(string row, string where)
    {
        var computed = row is "OLD" or "NEW" ? t.WholeShape.Columns.Where(c => c is { Generated: not null, GeneratedStored: false }).ToList() : [];
        var columns = t.WholeShape.Columns.Except(computed).Select(c => $"{row}.{Sql.Id(c.Name)} AS {Sql.Id(c.Name)}");
        var source = $"(SELECT {string.Join(", ", columns)}) AS _tandem_row";
        return computed.Count == 0
            ? $"coalesce((SELECT {Sql.Closed(where)} FROM {source}), false)"
            : $"coalesce((SELECT {Sql.Closed(where)} FROM (SELECT *, {string.Join(", ", computed.Select(c => $"{Sql.Closed(c.Generated!)} AS {Sql.Id(c.Name)}"))} FROM {source}) AS _tandem_row), false)";
    }

    /// <summary>The key's columns that can look different and be equal; numbers that the server gives cannot, and may not be set.</summary>
    private static IEnumerable<string> Looks(Table shape, IEnumerable<string> names, IReadOnlyList<string> physical) =>
        names.Zip(physical).Where(k => shape.Column(k.First) is not { Identity: IdentityKind.Always }).Select(k => k.Second);

    private static string Take(string row, IEnumerable<string> columns, string guard)
    {
        var written = columns.ToList();
        return written.Count == 0
            ? "NOTHING"
            : $"UPDATE SET {LinkedTables.Set(written, written.Select(c => $"EXCLUDED.{Sql.Id(c)}"))} "
                + $"WHERE {guard} AND {Sql.Image(LinkedTables.Of(row, written))} {Sql.Differs} {Sql.Image(LinkedTables.Of("EXCLUDED", written))}";
    }

    private string Value(LinkedConstant constant) => $"CAST({Sql.Closed(constant.Value)} AS {t.WholeShape.Column(constant.Column)!.Type})";

    private static string Raise(string condition, string message) =>
        $"RAISE EXCEPTION USING ERRCODE = '{condition}', MESSAGE = {Sql.Text(message)};";
}
