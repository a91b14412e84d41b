using Tandem.Databases;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Links;

/// <summary>
/// The sync of two tables that hold the same facts: a function for each, fired by AFTER ROW triggers, which reads both
/// rows as they are now and writes only where they do not agree, so the answer of the other table's trigger ends it.
/// Before a row apart is written its whole row is locked, and before the facts of a whole row are written the row
/// apart is, so that two sessions meet at the first row that they share.
/// </summary>
internal static class LinkSql
{
    private const string Mine = "coalesce(pg_catalog.current_setting('tandem.origin', true), '') NOT IN ('backfill', 'link')";

    /// <summary>What keeps the triggers of links out of the statements behind it, to be called in a function.</summary>
    public const string Aside = "pg_catalog.set_config('tandem.origin', 'link', true)";

    private static readonly string[] Tables = ["whole", "part"];

    /// <summary>The step that starts the sync, once both tables are there.</summary>
    public static IEnumerable<RenderedStep> Expand(TableChange change, RenderContext context)
    {
        foreach (var link in TableLinks.BeginningWith(change, context.Changes))
        {
            var tables = LinkedTables.Of(link, context, Side.Old);
            yield return new RenderedStep($"expand {tables.Title}", $"Start the sync of {tables.Title}", StepMode.Transaction)
            {
                Table = link.Link.Whole,
                Statements =
                [
                    LockSql.Take(tables.Schema, [tables.WholeTable, tables.PartTable]),
                    .. Install(link, context, Side.Old),
                    .. Grants(link.Link, tables),
                ],
                Locks = [LockSql.Exclusive(tables.WholeTable), LockSql.Exclusive(tables.PartTable)],
                Holders = LockSql.Holders(tables.Schema, [tables.WholeTable, tables.PartTable]),
                Inverse = "Discard ends it.",
            };
        }
    }

    /// <summary>The statements that make the sync, or write it anew for the names that the tables have now.</summary>
    public static IEnumerable<string> Install((TableLink Link, TableChange Whole, TableChange Part) link, RenderContext context, Side @base)
    {
        var tables = LinkedTables.Of(link, context, @base);
        var always = context.Schema.Dependents.Any(d => d.Kind == DependentKind.Subscription && (d.Table == link.Whole.Name || d.Table == link.Part.Name));
        var (whole, part) = link.Link.Moves ? new MovedFacts(tables).Bodies
            : link.Link.Rows is null ? (WholeBody(tables), PartBody(tables))
            : new LinkedRows(tables).Bodies;
        foreach (var (function, body) in new[] { (Function(tables, "whole"), whole), (Function(tables, "part"), part) })
        {
            // The facts reach a table that the writer has no right on, or not yet; nobody else may call it.
            yield return $"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                + $"{FunctionSettings.For(tables.Schema, body, ordinary: false)} AS {Sql.Dollar(body)}";
            yield return $"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC";
        }

        foreach (var (name, table, on, condition, function) in Triggers(tables))
        {
            yield return $"CREATE OR REPLACE TRIGGER {Sql.Id(name)} {on} ON {table} {condition} EXECUTE FUNCTION {function}()";
            if (always)
            {
                yield return $"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {Sql.Id(name)}";
            }
        }
    }

    /// <summary>The statements that end the links that this contract ends.</summary>
    public static IEnumerable<string> End(Contract step, RenderContext context) => Ending(step, context).SelectMany(tables =>
        Triggers(tables).Select(t => $"DROP TRIGGER IF EXISTS {Sql.Id(t.Name)} ON {t.Table}")
            .Concat(Tables.Select(w => $"DROP FUNCTION IF EXISTS {Function(tables, w)}()"))
            .Prepend(LockSql.Take(tables.Schema, [tables.WholeTable, tables.PartTable])));

    /// <summary>The other tables that are locked by it.</summary>
    public static IEnumerable<string> EndLocks(Contract step, RenderContext context) => Ending(step, context).SelectMany(t => new[] { t.WholeTable, t.PartTable }).Distinct();

    private static IEnumerable<LinkedTables> Ending(Contract step, RenderContext context) => TableLinks.Of(context.Changes)
        .Where(l => (l.Whole == step.Change || l.Part == step.Change) && l.Link.EndsWith(step.Change, step.Side))
        .Select(l => LinkedTables.Of(l, context, step.Side.Other()));

    /// <summary>
    /// What a trigger does when it found no row to take along: a transaction whose snapshot is older than the fill cannot
    /// see the row that the fill has made, and would leave it behind. Nothing but an insert under its key meets it; the
    /// server then breaks the transaction off with 40001. An insert that meets none is taken back.
    /// </summary>
    public static string Unseen(string condition, string table, IEnumerable<string> columns, IEnumerable<string> values) =>
        $"""

              IF NOT FOUND AND pg_catalog.current_setting('transaction_isolation') IN ('repeatable read', 'serializable'){condition} THEN
                BEGIN
                  PERFORM {Aside};
                  INSERT INTO {table} ({Sql.Ids(columns)}) OVERRIDING SYSTEM VALUE VALUES ({string.Join(", ", values)}) ON CONFLICT DO NOTHING;
                  RAISE EXCEPTION USING ERRCODE = 'TDM00';
                EXCEPTION WHEN integrity_constraint_violation OR SQLSTATE 'TDM00' THEN
                  NULL;
                END;
              END IF;
        """;

    /// <summary>
    /// What empties the other table after a TRUNCATE, which knows no snapshots: a statement about rows would leave those that
    /// a transaction with an older one cannot see.
    /// </summary>
    public static string Emptied(string blindly, string otherwise) =>
        $"""
        IF pg_catalog.current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
              {blindly};
            ELSE
              {otherwise};
            END IF;
        """;

    /// <summary>What empties the other table for every snapshot, without an answer of its own triggers. With CASCADE it is being emptied already.</summary>
    public static string Truncate(string table) =>
        $"""
        DECLARE
                _tandem_was text := pg_catalog.current_setting('tandem.origin', true);
              BEGIN
                PERFORM {Aside};
                TRUNCATE TABLE ONLY {table};
                PERFORM pg_catalog.set_config('tandem.origin', coalesce(_tandem_was, ''), true);
              EXCEPTION WHEN object_in_use THEN
                NULL;
              END
        """;

    /// <summary>What is done where the whole keeps rows that a TRUNCATE of the part does not mean; one that was emptied with it has none.</summary>
    public static string RefuseTruncate(LinkedTables t) =>
        $"""
        IF pg_catalog.pg_relation_size({Sql.Class(t.Schema, t.WholeTable)}) > 0 THEN
                RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = {Sql.Text($"TRUNCATE of {t.Link.Part} does not reach every row of {t.Link.Whole} in a transaction of this isolation level: use READ COMMITTED, or DELETE")};
              END IF
        """;

    private static string Function(LinkedTables tables, string which) => Sql.Id(
        Names.EngineSchema, Names.Fit($"link {Names.Text(tables.Ordinal)} {tables.Schema}.{tables.Link.Whole}.{tables.Link.Part} {which}"));

    /// <summary>Whoever may use the table that the columns leave may use the table that they go to.</summary>
    private static IEnumerable<string> Grants(TableLink link, LinkedTables tables)
    {
        var whole = (Table: Sql.Class(tables.Schema, tables.WholeTable), Columns: Sql.Array(tables.WholeKey.Concat(tables.WholeColumns)));
        var part = (Table: Sql.Class(tables.Schema, tables.PartTable), Columns: Sql.Array(tables.PartKey.Concat(tables.PartColumns)));
        var (from, to) = link.PartSide == Side.New ? (whole, part) : (part, whole);
        return link.PartSide == Side.New || link.Rows is not null
            ? [$"SELECT tandem.forget_rights({to.Table})", $"SELECT tandem.copy_grants({from.Table}, {to.Table}, {from.Columns}, {to.Columns})"]
            : [];
    }

    private static IEnumerable<(string Name, string Table, string On, string Condition, string Function)> Triggers(LinkedTables tables)
    {
        foreach (var (which, table, columns) in new[]
        {
            ("whole", tables.Whole, tables.WholeKey.Concat(tables.WholeColumns).Concat((tables.Link.Rows?.Constants ?? []).Select(c => c.Column)).ToList()),
            ("part", tables.Part, tables.PartKey.Concat(tables.PartColumns).ToList()),
        })
        {
            var changed = $"FOR EACH ROW WHEN ({Mine} AND {PlpgsqlText.Changed(columns)})";
            var any = $"FOR EACH ROW WHEN ({Mine})";
            var function = Function(tables, which);
            string Name(string what) => Names.Fit($"~tandem_link_{Names.Text(tables.Ordinal)}_{which}_{what}_{tables.Link.Part}");
            yield return (Name("insert"), table, "AFTER INSERT", any, function);
            yield return (Name("update"), table, "AFTER UPDATE", changed, function);
            yield return (Name("lock_update"), table, "BEFORE UPDATE", changed, function);
            if (which == "part")
            {
                yield return (Name("lock_insert"), table, "BEFORE INSERT", any, function);
            }

            if (tables.Link.Moves)
            {
                // A row that goes says nothing about the other table's row, which stays.
                continue;
            }

            yield return (Name("delete"), table, "AFTER DELETE", any, function);
            yield return (Name("truncate"), table, "AFTER TRUNCATE", $"FOR EACH STATEMENT WHEN ({Mine})", function);
            if (which == "part")
            {
                yield return (Name("lock_delete"), table, "BEFORE DELETE", any, function);
            }
        }
    }

    private static string WholeBody(LinkedTables t)
    {
        var ofOld = t.Same("p", t.PartKey, "OLD", t.WholeKey);
        var ofNew = t.Same("w", t.WholeKey, "NEW", t.WholeKey);
        var sameKey = t.Same("OLD", t.WholeKey, "NEW", t.WholeKey);
        var unseen = t.Link.PartSide == Side.Old
            ? ""
            : Unseen("", t.Part, t.PartKey.Concat(t.PartColumns), LinkedTables.Of("OLD", t.WholeKey.Concat(t.WholeColumns)));
        return
            $"""
            DECLARE
              _tandem_origin text := pg_catalog.current_setting('tandem.origin', true);
            BEGIN
              IF TG_OP = 'TRUNCATE' THEN
                {Emptied(Truncate(t.Part), $"DELETE FROM {t.Part}")}
                RETURN NULL;
              ELSIF TG_WHEN = 'BEFORE' THEN
                PERFORM 1 FROM {t.Part} AS p WHERE {ofOld} FOR NO KEY UPDATE;{unseen}
                RETURN NEW;
              ELSIF TG_OP = 'DELETE' THEN
                DELETE FROM {t.Part} AS p WHERE {ofOld};{unseen}
                RETURN NULL;
              ELSIF TG_OP = 'UPDATE' THEN
                IF {Keys("OLD", t.WholeKey)} {Sql.Differs} {Keys("NEW", t.WholeKey)} THEN
                  -- The row apart follows without an answer: it would bring the former facts along.
                  PERFORM {Aside};
                  UPDATE {t.Part} AS p SET {LinkedTables.Set(t.PartKey, LinkedTables.Of("NEW", t.WholeKey))}
                  WHERE {ofOld} AND (({sameKey}) OR NOT EXISTS (SELECT FROM {t.Part} AS q WHERE {t.Same("q", t.PartKey, "NEW", t.WholeKey)}));
                  PERFORM pg_catalog.set_config('tandem.origin', coalesce(_tandem_origin, ''), true);
                END IF;
              END IF;
              {string.Join(";\n  ", t.WritePart(ofNew))};
              {t.InsertPart($"{t.Whole} AS w", $"{ofNew} AND {t.NoPart}")};
              RETURN NULL;
            END
            """;
    }

    private static string PartBody(LinkedTables t)
    {
        string Of(string row) => t.Same("w", t.WholeKey, row, t.PartKey);
        string Lock(string where) => $"PERFORM 1 FROM {t.Whole} AS w WHERE {where} ORDER BY {string.Join(", ", LinkedTables.Of("w", t.WholeKey))} FOR NO KEY UPDATE;";
        return
            $"""
            BEGIN
              IF TG_OP = 'TRUNCATE' THEN
                {Emptied(RefuseTruncate(t), t.MakeAbsent("true"))}
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
              IF TG_OP <> 'INSERT' THEN
                {t.MakeAbsent($"{Of("OLD")} AND {t.NoPart}")};
              END IF;
              IF TG_OP <> 'DELETE' THEN
                {t.WriteWhole(Of("NEW"))};
              END IF;
              RETURN NULL;
            END
            """;
    }

    private static string Keys(string row, IEnumerable<string> columns) => Sql.Image(LinkedTables.Of(row, columns));
}
