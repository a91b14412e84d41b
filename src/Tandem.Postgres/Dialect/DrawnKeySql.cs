using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Keys for which each version draws values of its own: the functions by which what refers to them in one version's values is
/// looked up for the other, and the trigger that keeps the hidden key as it is. Written anew whenever columns change their names.
/// </summary>
internal static class DrawnKeySql
{
    private static readonly Side[] Sides = [Side.Old, Side.New];
    private static readonly string[] Events = ["INSERT", "UPDATE"];

    /// <summary>The statements that make it for the current change. What has these names already is nobody's of ours, and would keep its owner.</summary>
    public static IEnumerable<string> Begin(Layout layout) => Remove(layout).Concat(Install(layout));

    /// <summary>The statements that write it anew for what this layout of the keys' table asks for.</summary>
    public static IEnumerable<string> Install(Layout layout) =>
        layout.Links.Where(l => l.Change.DrawnKey is not null).SelectMany(l => Install(layout, l, l.Change.DrawnKey!));

    /// <summary>The statements that end it for the current change; nothing looks keys up any more.</summary>
    public static IEnumerable<string> Remove(Layout layout) => layout.Current.Change.DrawnKey is not { } key
        ? []
        :
        [
            $"DROP TRIGGER IF EXISTS {Trigger(layout.Current)} ON {layout.Target}",
            $"DROP FUNCTION IF EXISTS {Fixed(key)}()",
            .. Events.Select(e => $"DROP TRIGGER IF EXISTS {Sql.Id(Names.LateTrigger(layout.Current.Ordinal, e))} ON {layout.Target}"),
            $"DROP FUNCTION IF EXISTS {Late(key)}()",
            .. Sides.SelectMany(s => new[] { key.Lookup(s), key.LookupSeen(s) }.Select(f => $"DROP FUNCTION IF EXISTS {f}({From(key, s)})")),
        ];

    private static IEnumerable<string> Install(Layout layout, Link link, DrawnKey key)
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
        foreach (var statement in link.Change.LooksItselfUp ? LookAgain(layout, link, key) : [])
        {
            yield return statement;
        }
    }

    /// <summary>
    /// A statement may write a row before the one that it refers to, in the same table: its key is not found and the row is marked. When all rows
    /// of the statement are there, those that it marked are handed to the sync once more.
    /// </summary>
    private static IEnumerable<string> LookAgain(Layout layout, Link link, DrawnKey key)
    {
        var (near, marker) = (Physical(layout, link, key, link.Base), Sql.Id(Names.Marker(link.Ordinal)));
        yield return $"CREATE OR REPLACE FUNCTION {Late(key)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
            + Sql.Dollar($"BEGIN\n  UPDATE {layout.Target} k SET {marker} = 'pending' WHERE k.{near} = NEW.{near} AND k.{marker} IS NOT NULL;\n  RETURN NULL;\nEND");
        foreach (var on in Events)
        {
            yield return $"CREATE OR REPLACE TRIGGER {Sql.Id(Names.LateTrigger(link.Ordinal, on))} AFTER {on} ON {layout.Target} FOR EACH ROW "
                + $"WHEN (NEW.{marker} IS NOT NULL{(on == "UPDATE" ? $" AND OLD.{marker} IS NULL" : "")} AND {SyncSql.Mine}) EXECUTE FUNCTION {Late(key)}()";
        }
    }

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

    private static string Trigger(Link link) => Sql.Id(Names.KeyTrigger(link.Ordinal));
}
