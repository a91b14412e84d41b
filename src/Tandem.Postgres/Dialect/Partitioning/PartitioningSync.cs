using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// Keeps the hidden copy of a table that becomes a partitioned one, or was one, as the base is: AFTER ROW triggers of the base, which
/// read the row as it is now. The copy has no triggers, so nothing goes back.
/// </summary>
internal static class PartitioningSync
{
    /// <summary>The statements that make the sync of this moment's base; the former base's triggers must be gone.</summary>
    public static IEnumerable<string> Install(PartitioningTables t)
    {
        var function = Function(t);
        yield return $"CREATE SEQUENCE IF NOT EXISTS {t.Misfits}";
        yield return $"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {FunctionSettings.PathAndTimes(t.Schema)} AS {Sql.Dollar(Body(t))}";
        yield return $"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC";
        foreach (var (name, on, condition) in Triggers(t))
        {
            yield return $"CREATE OR REPLACE TRIGGER {Sql.Id(name)} {on} ON {t.Base} {condition} EXECUTE FUNCTION {function}()";
        }
    }

    /// <summary>The statements that take the triggers off the base.</summary>
    public static IEnumerable<string> Lift(PartitioningTables t) => Triggers(t).Select(g => $"DROP TRIGGER IF EXISTS {Sql.Id(g.Name)} ON {t.Base}");

    /// <summary>The statements that end the sync.</summary>
    public static IEnumerable<string> Remove(PartitioningTables t) => Lift(t).Append($"DROP FUNCTION IF EXISTS {Function(t)}()").Append($"DROP SEQUENCE IF EXISTS {t.Misfits}");

    private static string Function(PartitioningTables t) => Sql.Id(Names.EngineSchema, Names.Fit($"link {Names.Text(t.Ordinal)} {t.Schema}.{t.Table.Name} partitions"));

    private static IEnumerable<(string Name, string On, string Condition)> Triggers(PartitioningTables t)
    {
        string Name(string what) => $"~tandem_copy_{Names.Text(t.Ordinal)}_{what}";
        yield return (Name("insert"), "AFTER INSERT", "FOR EACH ROW");
        yield return (Name("update"), "AFTER UPDATE", $"FOR EACH ROW WHEN ({PlpgsqlText.Changed(t.Written)})");
        yield return (Name("delete"), "AFTER DELETE", "FOR EACH ROW");
        yield return (Name("truncate"), "AFTER TRUNCATE", "FOR EACH STATEMENT");
    }

    private static string Body(PartitioningTables t)
    {
        var ofOld = t.Same("c", "OLD");
        var write = $"{t.WriteCopy($"{t.Base} AS b", t.Same("b", "NEW"))};";

        // A row that fits no partition is the old version's right: it stays where it is, and complete waits for it.
        var insert = t.BaseSide == Side.New || t.Partitioning.TakesAll
            ? write
            : $"BEGIN\n      {write}\n    EXCEPTION WHEN check_violation THEN\n      PERFORM pg_catalog.setval({Sql.Text(t.Misfits)}, 1);\n    END;";

        // A transaction that began before the copy of the row was committed cannot see it, hence cannot delete it: meeting it by its key tells
        // the application to begin again. Where there is none, what is made for a moment may lack its parent or its partition.
        return
            $"""
            BEGIN
              IF TG_OP = 'TRUNCATE' THEN
                TRUNCATE TABLE {t.Copy};
                RETURN NULL;
              END IF;
              IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND {PlpgsqlText.Changed(t.Key)}) THEN
                IF pg_catalog.current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
                  BEGIN
                    INSERT INTO {t.Copy} ({Sql.Ids(t.Written)}) OVERRIDING SYSTEM VALUE VALUES ({string.Join(", ", LinkedTables.Of("OLD", t.Written))}) ON CONFLICT ({Sql.Ids(t.Key)}) DO NOTHING;
                  EXCEPTION WHEN check_violation OR foreign_key_violation THEN
                    NULL;
                  END;
                END IF;
                DELETE FROM {t.Copy} AS c WHERE {ofOld} AND NOT EXISTS (SELECT FROM {t.Base} AS b WHERE {t.Same("b", "OLD")});
              END IF;
              IF TG_OP <> 'DELETE' THEN
                {insert}
              END IF;
              RETURN NULL;
            END
            """;
    }
}
