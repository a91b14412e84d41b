using Tandem.Databases;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>
/// The sync of columns that stand in one table in the old version (the part) and in the table that its rows refer to in
/// the new (the whole). A row of the part that comes with values is an old application's and writes them; one that comes
/// without takes them. A row that goes leaves the other one as it is.
/// </summary>
internal sealed class MovedFacts(LinkedTables t)
{
    /// <summary>The bodies of the trigger functions of the whole and of the part.</summary>
    public (string Whole, string Part) Bodies => (WholeBody, PartBody);

    private IEnumerable<(string Whole, string Part)> Columns => t.WholeColumns.Zip(t.PartColumns, (w, p) => (Sql.Id(w), Sql.Id(p)));

    private string WritePart => $"UPDATE {t.Part} AS p SET {LinkedTables.Set(t.PartColumns, LinkedTables.Of("w", t.WholeColumns))} FROM {t.Whole} AS w WHERE {t.SamePair}";

    private string WriteWhole => $"UPDATE {t.Whole} AS w SET {LinkedTables.Set(t.WholeColumns, LinkedTables.Of("p", t.PartColumns))} FROM {t.Part} AS p WHERE {t.SamePair}";

    private string WholeBody =>
        $"""
        BEGIN
          IF TG_WHEN = 'BEFORE' THEN
            PERFORM 1 FROM {t.Part} AS p WHERE {t.Same("p", t.PartKey, "OLD", t.WholeKey)} FOR NO KEY UPDATE;
            RETURN NEW;
          ELSIF TG_OP = 'INSERT' THEN
            -- One statement may have brought the row that refers to this one before.
            UPDATE {t.Whole} AS w SET {string.Join(", ", Columns.Select(c => $"{c.Whole} = coalesce(w.{c.Whole}, p.{c.Part})"))} FROM {t.Part} AS p WHERE {t.SamePair} AND {OfNew("w", t.WholeKey, t.WholeKey)} AND {t.Differ};
          END IF;
          {WritePart} AND {OfNew("w", t.WholeKey, t.WholeKey)} AND {t.Differ};
          RETURN NULL;
        END
        """;

    // A row that comes to a whole row writes that one even where nothing differs: a transaction whose snapshot is older
    // cannot see the row that came, but the server breaks it off (40001) when it changes the whole row.
    private string PartBody
    {
        get
        {
            var (ofOld, ofNew) = (t.Same("w", t.WholeKey, "OLD", t.PartKey), OfNew("w", t.WholeKey, t.PartKey));
            var rekeyed = $"{Sql.Image(LinkedTables.Of("OLD", t.PartKey))} {Sql.Differs} {Sql.Image(LinkedTables.Of("NEW", t.PartKey))}";
            string Kept((string Whole, string Part) c) => $"NOT ({Sql.Image([$"OLD.{c.Part}"])} {Sql.Differs} {Sql.Image([$"NEW.{c.Part}"])})";
            var taken = string.Join("\n", Columns.Select(c => $"          IF {Kept(c)} THEN\n            NEW.{c.Part} := _tandem_w.{c.Whole};\n          END IF;"));
            var other = string.Join(" OR ", Columns.Select(c => $"({Kept(c)} AND w.{c.Whole} IS NOT NULL AND {Sql.Image([$"w.{c.Whole}"])} {Sql.Differs} {Sql.Image([$"NEW.{c.Part}"])})"));
            return
                $"""
                DECLARE
                  _tandem_w record;
                BEGIN
                  IF TG_WHEN = 'BEFORE' AND TG_OP = 'INSERT' THEN
                    FOR _tandem_w IN SELECT {string.Join(", ", LinkedTables.Of("w", t.WholeColumns))} FROM {t.Whole} AS w WHERE {ofNew} FOR NO KEY UPDATE LOOP
                {string.Join("\n", Columns.Select(c => $"      NEW.{c.Part} := coalesce(NEW.{c.Part}, _tandem_w.{c.Whole});"))}
                    END LOOP;
                    RETURN NEW;
                  ELSIF TG_WHEN = 'BEFORE' THEN
                    PERFORM 1 FROM {t.Whole} AS w WHERE ({ofOld}) OR ({ofNew}) ORDER BY {string.Join(", ", LinkedTables.Of("w", t.WholeKey))} FOR NO KEY UPDATE;
                    IF {rekeyed} THEN
                      IF pg_catalog.pg_trigger_depth() > 1 AND NOT EXISTS (SELECT FROM {t.Whole} AS w WHERE {ofOld}) THEN
                        -- It follows the whole row, which may have got other values by the same statement.
                        FOR _tandem_w IN SELECT {string.Join(", ", LinkedTables.Of("w", t.WholeColumns))} FROM {t.Whole} AS w WHERE {ofNew} LOOP
                {taken}
                        END LOOP;
                      ELSIF EXISTS (SELECT FROM {t.Whole} AS w WHERE {ofNew} AND ({other})) THEN
                        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {Sql.Text(Refusal)};
                      END IF;
                    END IF;
                    RETURN NEW;
                  END IF;
                  IF TG_OP = 'INSERT' THEN
                    {WriteWhole} AND {ofNew};
                  ELSE
                    {WriteWhole} AND {ofNew} AND (({rekeyed}) OR {t.Differ});
                  END IF;
                  RETURN NULL;
                END
                """;
        }
    }

    private string Refusal => $"a row of {t.Link.Part} cannot refer to a row of {t.Link.Whole} with another {string.Join(", ", t.Link.Columns.Select(c => c.Whole))} while both versions of it are kept";

    /// <summary>The step that compares every row of the part with the row that it refers to.</summary>
    public RenderedStep Verify(Side @base, RenderContext context)
    {
        var window = t.PartWalk.Window("p");
        var pairs = $"FROM ONLY {t.Part} AS p LEFT JOIN {t.Whole} AS w ON {t.SamePair} WHERE {window}";
        var wrong = $"(w.{Sql.Id(t.WholeKey[0])} IS NULL OR {t.Differ})";
        return new RenderedStep($"verify {t.Title}", $"Compare every row of {t.Link.Part} with its row of {t.Link.Whole}", StepMode.Verification)
        {
            Table = t.Link.Whole,
            Walk = t.PartWalk.Over(
                $"""
                SELECT count(*) AS rows_seen, count(*) FILTER (WHERE _tandem_q.wrong) AS mismatched, 0::bigint AS quarantined,
                  coalesce(sum(pg_catalog.hashtextextended(_tandem_q.source, 0)), 0)::text AS source_sum,
                  coalesce(sum(pg_catalog.hashtextextended(_tandem_q.target, 0)), 0)::text AS target_sum
                FROM (SELECT {wrong} AS wrong, {t.WholeImage}::text AS source, {t.PartImage}::text AS target {pairs} OFFSET 0) _tandem_q
                """) with
            {
                Parts = t.PartWalk.Parts(),
                Repair = Repair(@base, LedgerSql.Nothing),
                RepairLines = Repair(@base, new LedgerSql(context).Enter),
                Examples = $"SELECT pg_catalog.concat_ws(', ', {string.Join(", ", LinkedTables.Of("p", t.PartKey))}) AS key {pairs} AND {wrong} LIMIT 10",
            },
            Locks = [new LockFact(t.WholeTable, "ACCESS SHARE", "nobody", "each chunk"), new LockFact(t.PartTable, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    private ValueList<string> Repair(Side @base, Entering enter)
    {
        var (write, rows) = t.PartIsBase(@base) ? (WriteWhole, t.WholeRows) : (WritePart, t.PartRows);
        var window = t.PartWalk.Window("p");
        return [SyncSql.StandAside, $"SELECT FROM ONLY {t.Part} AS p WHERE {window} FOR NO KEY UPDATE", enter($"{write} AND {window} AND {t.Differ}", rows)];
    }

    private string OfNew(string row, IEnumerable<string> key, IEnumerable<string> newKey) => t.Same(row, key, "NEW", newKey);
}
