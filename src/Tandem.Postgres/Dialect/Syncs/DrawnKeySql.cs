using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>
/// Keys for which each version draws values of its own: the functions by which what refers to them in one version's values is
/// looked up for the other, and the trigger that keeps the hidden key as it is. Written anew whenever columns change their names.
/// </summary>
internal static class DrawnKeySql
{
    private static readonly Side[] Sides = [Side.Old, Side.New];
    private static readonly string[] Events = ["INSERT", "UPDATE"];
    private static readonly string[] Moves = ["INSERT", "UPDATE", "DELETE"];

    /// <summary>The statements that make it for the current change. What has these names already is nobody's of ours, and would keep its owner.</summary>
    public static IEnumerable<string> Begin(Layout layout, RenderContext context) => Remove(layout).Concat(Install(layout, context));

    /// <summary>The statements that write it anew for what this layout of the keys' table asks for.</summary>
    public static IEnumerable<string> Install(Layout layout, RenderContext context) => layout.Links.Where(l => l.Change.DrawnKey is not null)
        .SelectMany(l => Install(layout, l, l.Change.DrawnKey!, SyncSql.IsSubscribed(layout, context)));

    /// <summary>The statements that end it for the current change; nothing looks keys up any more.</summary>
    public static IEnumerable<string> Remove(Layout layout) => layout.Current.Change.DrawnKey is not { } key
        ? []
        :
        [
            $"DROP TRIGGER IF EXISTS {Trigger(layout.Current)} ON {layout.Target}",
            $"DROP FUNCTION IF EXISTS {Fixed(key)}()",
            .. Events.Select(e => $"DROP TRIGGER IF EXISTS {Sql.Id(Names.LateTrigger(layout.Current.Ordinal, e))} ON {layout.Target}"),
            $"DROP FUNCTION IF EXISTS {Late(key)}()",
            .. Moves.Select(e => $"DROP TRIGGER IF EXISTS {Sql.Id(Names.MovedTrigger(layout.Current.Ordinal, e))} ON {layout.Target}"),
            $"DROP FUNCTION IF EXISTS {Moved(key)}()",
            .. Sides.SelectMany(s => new[] { key.Lookup(s), key.LookupSeen(s) }.Select(f => $"DROP FUNCTION IF EXISTS {f}({From(key, s)})")),
        ];

    private static IEnumerable<string> Install(Layout layout, Link link, DrawnKey key, bool subscribed)
    {
        foreach (var gives in Sides)
        {
            yield return Lookup(layout, link, key, gives);
            yield return LookupSeen(layout, link, key, gives);

            // The expression calls them with the rights of whoever writes a row that refers to the key.
            foreach (var function in new[] { key.Lookup(gives), key.LookupSeen(gives) })
            {
                yield return $"GRANT EXECUTE ON FUNCTION {function}({From(key, gives)}) TO PUBLIC";
            }
        }

        yield return $"CREATE OR REPLACE FUNCTION {Fixed(key)}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS "
            + Sql.Dollar($"BEGIN\n  RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = {Sql.Text($"The key of {key.Table} cannot be changed through this version while another has a key of its own.")};\nEND");
        var hidden = Physical(layout, link, key, link.FarSide);
        yield return $"DROP TRIGGER IF EXISTS {Trigger(link)} ON {layout.Target}";
        yield return $"CREATE TRIGGER {Trigger(link)} BEFORE UPDATE OF {hidden} ON {layout.Target} FOR EACH ROW "
            + $"WHEN (OLD.{hidden} IS NOT NULL AND NEW.{hidden} IS DISTINCT FROM OLD.{hidden}) EXECUTE FUNCTION {Fixed(key)}()";
        foreach (var statement in (link.Change.LooksItselfUp ? LookAgain(layout, link, key, subscribed) : []).Concat(FollowMoved(layout, link, key, subscribed)))
        {
            yield return statement;
        }
    }

    /// <summary>
    /// A statement may write a row before the one that it refers to, in the same table: its key is not found and the row is marked. When all rows
    /// of the statement are there, those that it marked are handed to the sync once more.
    /// </summary>
    private static IEnumerable<string> LookAgain(Layout layout, Link link, DrawnKey key, bool subscribed)
    {
        var (near, marker) = (Physical(layout, link, key, link.Base), Sql.Id(Names.Marker(link.Ordinal)));
        yield return $"CREATE OR REPLACE FUNCTION {Late(key)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
            + Sql.Dollar($"BEGIN\n  UPDATE {layout.Target} k SET {marker} = 'pending' WHERE k.{near} = NEW.{near} AND k.{marker} IS NOT NULL;\n  RETURN NULL;\nEND");
        foreach (var on in Events)
        {
            yield return $"CREATE OR REPLACE TRIGGER {Sql.Id(Names.LateTrigger(link.Ordinal, on))} AFTER {on} ON {layout.Target} FOR EACH ROW "
                + $"WHEN (NEW.{marker} IS NOT NULL{(on == "UPDATE" ? $" AND OLD.{marker} IS NULL" : "")} AND {SyncSql.Mine}) EXECUTE FUNCTION {Late(key)}()";
            foreach (var statement in Always(layout, Names.LateTrigger(link.Ordinal, on), subscribed))
            {
                yield return statement;
            }
        }
    }

    /// <summary>
    /// One statement may give the key of a row to another, by an update or in the place of a deleted row, and a foreign key without action lets what
    /// refers to it stay: that is another row's from then on, and is handed to the sync once more. A subscription brings rows with no foreign key
    /// asked, so that what refers may come first; there it is handed over when the key comes. Who refers is asked of the catalog, as other tables
    /// change their names by themselves: by its record of dependencies, as it has no index for what refers to a table. All are handed over in one statement:
    /// where the hidden version's foreign keys bind already, before the switch, they are asked at its end, when what refers to what refers has followed, too.
    /// </summary>
    private static IEnumerable<string> FollowMoved(Layout layout, Link link, DrawnKey key, bool subscribed)
    {
        var near = layout.Column(link.Near, key.Of(link.Base));
        yield return $"CREATE OR REPLACE FUNCTION {Moved(key)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
            + Sql.Dollar(HandOver(near, Names.Marker(link.Ordinal)));
        foreach (var on in Moves)
        {
            var trigger = Names.MovedTrigger(link.Ordinal, on);
            yield return on == "INSERT" && !subscribed
                ? $"DROP TRIGGER IF EXISTS {Sql.Id(trigger)} ON {layout.Target}"
                : $"CREATE OR REPLACE TRIGGER {Sql.Id(trigger)} AFTER {on} ON {layout.Target} FOR EACH ROW "
                    + $"WHEN ({(on == "UPDATE" ? $"OLD.{Sql.Id(near)} IS DISTINCT FROM NEW.{Sql.Id(near)} AND " : "")}{SyncSql.Mine}) EXECUTE FUNCTION {Moved(key)}()";
            foreach (var statement in Always(layout, trigger, subscribed))
            {
                yield return statement;
            }
        }
    }

    private static string HandOver(string near, string marker) =>
        $$"""
        DECLARE
          _again text;
        BEGIN
          WITH RECURSIVE refers (relation, number, stays) AS (
            SELECT a.attrelid, a.attnum, TG_OP = 'INSERT' FROM pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = {{Sql.Text(near)}}
            UNION
            SELECT c.conrelid, c.conkey[array_position(c.confkey, r.number)], r.stays OR CASE TG_OP WHEN 'DELETE' THEN c.confdeltype ELSE c.confupdtype END = 'a'
            FROM refers r
              JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.relation AND d.refobjsubid = r.number AND d.classid = 'pg_constraint'::regclass
              JOIN pg_constraint c ON c.oid = d.objid AND c.contype = 'f' AND c.confrelid = r.relation AND r.number = ANY (c.confkey)
          ), handed AS (
            SELECT a.attrelid AS relation, string_agg(DISTINCT format('%I IN ($1, $2)', a.attname), ' OR ') AS condition
            FROM refers r JOIN pg_attribute a ON a.attrelid = r.relation AND a.attnum = r.number
              JOIN pg_attribute m ON m.attrelid = r.relation AND m.attname = {{Sql.Text(marker)}} AND NOT m.attisdropped
            WHERE r.stays AND (r.relation, a.attname) <> (TG_RELID, {{Sql.Text(near)}})
            GROUP BY a.attrelid
          )
          SELECT string_agg(format('_%s AS (UPDATE %s SET %I = ''pending'' WHERE (%s)%s)', relation, relation::regclass, {{Sql.Text(marker)}}, condition,
              CASE TG_OP WHEN 'INSERT' THEN {{Sql.Text($" AND {Sql.Id(marker)} IS NOT NULL")}} ELSE '' END), ', ')
            INTO _again FROM handed;
          IF _again IS NOT NULL THEN
            EXECUTE 'WITH ' || _again || ' SELECT' USING OLD.{{Sql.Id(near)}}, NEW.{{Sql.Id(near)}};
          END IF;
          RETURN NULL;
        END
        """;

    private static IEnumerable<string> Always(Layout layout, string trigger, bool subscribed) =>
        subscribed ? [$"ALTER TABLE {layout.Target} ENABLE ALWAYS TRIGGER {Sql.Id(trigger)}"] : [];

    /// <summary>
    /// For a row that is being written, whoever writes it. All rows of the table were filled before anything looks them up; one without a key is
    /// seen by a transaction only whose snapshot is older than that. A hidden key that is no longer unique names nobody.
    /// </summary>
    private static string Lookup(Layout layout, Link link, DrawnKey key, Side gives) =>
        Function(key.Lookup(gives), key, gives, "VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp",
            $"""
            DECLARE
              _found {To(key, gives)}[];
            BEGIN
              IF pg_trigger_depth() = 0 THEN
                RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = 'Keys are looked up by the sync alone.';
              END IF;
              {Find(layout, link, key, gives)};
              IF _found IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = '23503', MESSAGE = {Sql.Text($"The row refers to a row of {key.Table} that is not there.")};
              ELSIF cardinality(_found) > 1 THEN
                RAISE EXCEPTION USING ERRCODE = '21000', MESSAGE = {Sql.Text($"The row refers to one of several rows of {key.Table}.")};
              ELSIF _found[1] IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = {Sql.Text($"The keys of {key.Table} were drawn since this transaction began.")};
              END IF;
              RETURN _found[1];
            END
            """);

    /// <summary>
    /// For a row that is being read, with the rights of the reader. A fill that meets a row which was written since it began may not see what
    /// that row refers to, and must be done again.
    /// </summary>
    private static string LookupSeen(Layout layout, Link link, DrawnKey key, Side gives)
    {
        var unseen = gives == Side.Old ? "" : $"\n  IF _found[1] IS NULL THEN\n    RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = {Sql.Text($"A row of {key.Table} came meanwhile.")};\n  END IF;";
        return Function(key.LookupSeen(gives), key, gives, "STABLE SET search_path = pg_catalog, pg_temp",
            $"""
            DECLARE
              _found {To(key, gives)}[];
            BEGIN
              {Find(layout, link, key, gives)};{unseen}
              RETURN _found[1];
            END
            """);
    }

    private static string Find(Layout layout, Link link, DrawnKey key, Side gives) =>
        $"SELECT array_agg(k.{Physical(layout, link, key, gives)}) INTO _found FROM {layout.Target} k WHERE k.{Physical(layout, link, key, gives.Other())} = $1";

    private static string Function(string name, DrawnKey key, Side gives, string how, string body) =>
        $"CREATE OR REPLACE FUNCTION {name}({From(key, gives)}) RETURNS {To(key, gives)} LANGUAGE plpgsql STRICT {how} AS {Sql.Dollar(body)}";

    private static string Physical(Layout layout, Link link, DrawnKey key, Side side) =>
        Sql.Id(layout.Column(link.Of(side), key.Of(side)));

    private static string From(DrawnKey key, Side gives) => gives == Side.New ? key.OldType : key.NewType;

    private static string To(DrawnKey key, Side gives) => gives == Side.New ? key.NewType : key.OldType;

    private static string Fixed(DrawnKey key) => Sql.Id(key.Schema, $"{key.Name}_fixed");

    private static string Late(DrawnKey key) => Sql.Id(key.Schema, $"{key.Name}_late");

    private static string Moved(DrawnKey key) => Sql.Id(key.Schema, $"{key.Name}_moved");

    private static string Trigger(Link link) => Sql.Id(Names.KeyTrigger(link.Ordinal));
}
