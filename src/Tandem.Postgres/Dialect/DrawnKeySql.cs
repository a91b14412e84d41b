using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Keys for which each version draws values of its own: the functions by which what refers to them in one version's values is
/// looked up for the other, and the trigger that keeps the hidden key as it is. Written anew whenever columns change their names.
/// </summary>
internal static class DrawnKeySql
{
    /// <summary>The statements that make what this layout of the keys' table asks for.</summary>
    public static IEnumerable<string> Install(Layout layout) =>
        layout.Links.Where(l => l.Change.DrawnKey is not null).SelectMany(l => Install(layout, l, l.Change.DrawnKey!));

    /// <summary>The statements that end it for the current change; nothing looks keys up any more.</summary>
    public static IEnumerable<string> Remove(Layout layout) => layout.Current.Change.DrawnKey is not { } key
        ? []
        :
        [
            $"DROP TRIGGER IF EXISTS {Trigger(layout.Current)} ON {layout.Target}",
            $"DROP FUNCTION IF EXISTS {Fixed(key)}()",
            .. new[] { Side.Old, Side.New }.SelectMany(s => new[] { key.Lookup(s), key.LookupSeen(s) }.Select(f => $"DROP FUNCTION IF EXISTS {f}({From(key, s)})")),
        ];

    private static IEnumerable<string> Install(Layout layout, Link link, DrawnKey key)
    {
        foreach (var gives in new[] { Side.New, Side.Old })
        {
            yield return Lookup(layout, link, key, gives);
            yield return LookupSeen(layout, link, key, gives);
        }

        yield return $"CREATE OR REPLACE FUNCTION {Fixed(key)}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS "
            + Sql.Dollar($"BEGIN\n  RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = {Sql.Text($"The key of {layout.Base.Name} cannot be changed through this version while another has a key of its own.")};\nEND");
        var hidden = Physical(layout, link, key, link.FarSide);
        yield return $"DROP TRIGGER IF EXISTS {Trigger(link)} ON {layout.Target}";
        yield return $"CREATE TRIGGER {Trigger(link)} BEFORE UPDATE OF {hidden} ON {layout.Target} FOR EACH ROW "
            + $"WHEN (OLD.{hidden} IS NOT NULL AND NEW.{hidden} IS DISTINCT FROM OLD.{hidden}) EXECUTE FUNCTION {Fixed(key)}()";
    }

    /// <summary>
    /// For a row that is being written, whoever writes it: it is of no use to whom it does not concern. A row of the table that the backfill
    /// has not reached gets its new key here, so that no row that refers to it is left without, behind the walk that fills those.
    /// </summary>
    private static string Lookup(Layout layout, Link link, DrawnKey key, Side gives)
    {
        var (given, found) = (Physical(layout, link, key, gives.Other()), Physical(layout, link, key, gives));
        var draw = gives == Side.Old ? "" : $"""

              IF _found IS NULL THEN
                UPDATE {layout.Target} k SET {found} = {Sql.Closed(key.Value)} WHERE k.{given} = $1 AND k.{found} IS NULL RETURNING k.{found} INTO _found;
                IF NOT FOUND THEN
                  SELECT k.{found} INTO _found FROM {layout.Target} k WHERE k.{given} = $1;
                END IF;
              END IF;
            """;
        return Function(key.Lookup(gives), key, gives, $"VOLATILE SECURITY DEFINER {SyncFunction.Settings(layout.Schema)}",
            $"""
            DECLARE
              _found {To(key, gives)};
            BEGIN
              IF pg_trigger_depth() = 0 THEN
                RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = 'Keys are looked up by the sync alone.';
              END IF;
              SELECT k.{found} INTO _found FROM {layout.Target} k WHERE k.{given} = $1;
              IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = '23503', MESSAGE = {Sql.Text($"The row refers to a row of {layout.Base.Name} that is not there.")};
              END IF;{draw}
              RETURN _found;
            END
            """);
    }

    /// <summary>
    /// For a row that is being read, with the rights of the reader. A fill that meets a row which was written since it began may not see what
    /// that row refers to, and must be done again.
    /// </summary>
    private static string LookupSeen(Layout layout, Link link, DrawnKey key, Side gives)
    {
        var (given, found) = (Physical(layout, link, key, gives.Other()), Physical(layout, link, key, gives));
        var unseen = gives == Side.Old ? "" : "\n  IF _found IS NULL THEN\n    RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'The key was drawn meanwhile.';\n  END IF;";
        return Function(key.LookupSeen(gives), key, gives, "STABLE SET search_path = pg_catalog, pg_temp",
            $"""
            DECLARE
              _found {To(key, gives)};
            BEGIN
              SELECT k.{found} INTO _found FROM {layout.Target} k WHERE k.{given} = $1;{unseen}
              RETURN _found;
            END
            """);
    }

    private static string Function(string name, DrawnKey key, Side gives, string how, string body) =>
        $"CREATE OR REPLACE FUNCTION {name}({From(key, gives)}) RETURNS {To(key, gives)} LANGUAGE plpgsql STRICT {how} AS {Sql.Dollar(body)}";

    private static string Physical(Layout layout, Link link, DrawnKey key, Side side) =>
        Sql.Id(layout.Column(link.Of(side), side == Side.Old ? key.Old : key.New));

    private static string From(DrawnKey key, Side gives) => gives == Side.New ? key.OldType : key.NewType;

    private static string To(DrawnKey key, Side gives) => gives == Side.New ? key.NewType : key.OldType;

    private static string Fixed(DrawnKey key) => Sql.Id(key.Schema, $"{key.Name}_fixed");

    private static string Trigger(Link link) => Sql.Id(Names.KeyTrigger(link.Ordinal));
}
