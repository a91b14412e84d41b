using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Engine;

/// <summary>What the engine owns besides the journal: its schema and the functions by which steps look into the catalogue when they run.</summary>
internal static class EngineSql
{
    /// <summary>The mark in the comment of everything that a version's schema holds and the engine may drop.</summary>
    public const string ViewMark = "tandem view";

    /// <summary>The seconds of the server's clock, as text.</summary>
    public const string ThisSecond = "floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))::bigint::text";

    public static ValueList<string> Definition { get; } =
    [
        OwnSchema,
        "CREATE SCHEMA IF NOT EXISTS tandem",
        PublishView,
        RightsEngineSql.CopyGrants,
        RightsEngineSql.CopyColumnGrants,
        RightsEngineSql.ForgetRights,
        RightsEngineSql.RenewSchema,
        RightsEngineSql.RenewView,
        RightsEngineSql.RenewRights,
        DropVersion,
        RenameSequence,
        SequenceSql.Definition,
        DomainSql.CountOutside,
        NumberSql.BeginDefinition,
        NumberSql.BecomeDefinition,
        NumberSql.LeaveDefinition,
        RenumberSql.Reaching,
        RenumberSql.ReachingType,
        RenumberSql.AlterBack,
        RenumberSql.Definition,
        PartitioningEngineSql.MoveSequences,
        Tidy,
        SawOldSide,
        SteadyText.Definition,
        ObjectEngineSql.GiveRelation,
        ObjectEngineSql.CopyRelationRights,
        ObjectEngineSql.CopyView,
        ObjectEngineSql.PassView,
        ObjectEngineSql.CopyType,
        RoutineEngineSql.CopyRoutine,
    ];

    /// <summary>
    /// A query for whether there is something in the schema <c>tandem</c>, and no journal of Tandem's. It reads the catalogue alone, which
    /// a role may do that has no right on the schema.
    /// </summary>
    public const string SchemaTaken =
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'tandem'
            UNION ALL SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'tandem')
          AND (SELECT count(*) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'tandem' AND (c.relname, a.attname) IN (('meta', 'value'), ('lease', 'epoch'))) < 2
        """;

    private const string OwnSchema =
        $"""
        DO $tandem$
        BEGIN
          IF ({SchemaTaken}) THEN
            RAISE EXCEPTION 'There is a schema tandem already, and what is in it is not Tandem''s.' USING ERRCODE = '{PostgresErrors.SchemaTakenState}';
          END IF;
        END
        $tandem$
        """;

    // With the rights of the engine's role: an application's has none on the engine's schema. The name is one of that schema in any case.
    private const string SawOldSide =
        $"""
        CREATE OR REPLACE FUNCTION tandem.saw_old_side() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $tandem$
        DECLARE
          second text := {ThisSecond};
        BEGIN
          PERFORM set_config(TG_ARGV[1], second, false), setval(format('tandem.%I', TG_ARGV[0])::regclass, second::bigint);
          RETURN NEW;
        END
        $tandem$
        """;

    // A view that is there stays: it follows its columns through renames, and its order of columns is promised.
    private const string PublishView =
        """
        CREATE OR REPLACE FUNCTION tandem.publish_view(version text, name text, query text, columns text[]) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          present regclass := to_regclass(format('%I.%I', version, name));
        BEGIN
          IF present IS NOT NULL THEN
            IF (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C") FROM pg_attribute a WHERE a.attrelid = present AND a.attnum > 0)
              = (SELECT array_agg(c ORDER BY c COLLATE "C") FROM unnest(columns) AS c) THEN
              RETURN;
            END IF;
            IF coalesce(obj_description(present, 'pg_class'), '') NOT LIKE 'tandem view%' THEN
              RAISE EXCEPTION 'there is another view %', present;
            END IF;
            EXECUTE format('DROP VIEW %s', present);
          END IF;
          EXECUTE format('CREATE VIEW %I.%I AS %s', version, name, query);
          PERFORM tandem.forget_rights(format('%I.%I', version, name)::regclass);
        END
        $tandem$
        """;

    // Only what carries the engine's mark is dropped, and nothing that hangs on it. Views and functions may need each
    // other in any order, so each goes as soon as nothing needs it.
    private const string DropVersion =
        """
        CREATE OR REPLACE FUNCTION tandem.drop_version(version text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          -- By its number: a join on the name would read the comments of all functions of the server first.
          home oid := (SELECT n.oid FROM pg_namespace n WHERE n.nspname = version AND obj_description(n.oid, 'pg_namespace') LIKE 'tandem version %');
          views text;
          r record;
          gone boolean := true;
        BEGIN
          IF home IS NULL THEN
            RETURN;
          END IF;
          WHILE gone LOOP
            gone := false;
            FOR r IN
              SELECT 'ROUTINE ' || p.oid::regprocedure AS name FROM pg_proc p
              WHERE p.pronamespace = home AND p.prokind <> 'a' AND obj_description(p.oid, 'pg_proc') LIKE 'tandem view%'
              UNION ALL
              SELECT format('AGGREGATE %I.%I(%s)', version, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'))
              FROM pg_proc p
              WHERE p.pronamespace = home AND p.prokind = 'a' AND obj_description(p.oid, 'pg_proc') LIKE 'tandem view%'
            LOOP
              BEGIN
                EXECUTE 'DROP ' || r.name;
                gone := true;
              EXCEPTION WHEN dependent_objects_still_exist THEN
                NULL;
              END;
            END LOOP;
            SELECT string_agg(format('%I.%I', version, c.relname), ', ') INTO views
            FROM pg_class c
            WHERE c.relnamespace = home AND c.relkind = 'v' AND obj_description(c.oid, 'pg_class') LIKE 'tandem view%'
              AND NOT EXISTS (
                SELECT FROM pg_proc p
                WHERE p.pronamespace = home AND obj_description(p.oid, 'pg_proc') LIKE 'tandem view%');
            IF views IS NOT NULL THEN
              EXECUTE 'DROP VIEW ' || views;
              gone := true;
            END IF;
            FOR r IN
              SELECT format('%I.%I', version, c.relname) AS name FROM pg_class c
              WHERE c.relnamespace = home AND c.relkind = 'v' AND obj_description(c.oid, 'pg_class') LIKE 'tandem view%'
            LOOP
              BEGIN
                EXECUTE 'DROP VIEW ' || r.name;
                gone := true;
              EXCEPTION WHEN dependent_objects_still_exist THEN
                NULL;
              END;
            END LOOP;
          END LOOP;
          EXECUTE format('DROP SCHEMA %I', version);
        END
        $tandem$
        """;

    // Where the name is taken, it gets a number, as on the server.
    private const string RenameSequence =
        """
        CREATE OR REPLACE FUNCTION tandem.rename_sequence(relation regclass, column_name text, new_name text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          sequence regclass := pg_get_serial_sequence(relation::text, column_name)::regclass;
          home text := (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation);
          free text := new_name;
          n integer := 0;
        BEGIN
          WHILE to_regclass(format('%I.%I', home, free)) <> sequence LOOP
            n := n + 1;
            free := new_name;
            WHILE octet_length(free) + length(n::text) > 63 LOOP
              free := left(free, -1);
            END LOOP;
            free := free || n;
          END LOOP;
          IF sequence IS NOT NULL AND to_regclass(format('%I.%I', home, free)) IS NULL THEN
            EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', sequence, free);
          END IF;
        END
        $tandem$
        """;

    // The columns of an index, and from 18 on NOT NULL constraints, are called after the column as it was when they were made.
    private const string Tidy =
        """
        CREATE OR REPLACE FUNCTION tandem.tidy(relation regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
        BEGIN
          FOR r IN
            SELECT k.conname, left(c.relname || '_' || a.attname || '_not_null', 63) AS new_name
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
            WHERE k.conrelid = relation AND k.contype = 'n' AND k.conname LIKE '%\_tandem\_%' AND a.attname NOT LIKE '\_tandem\_%'
          LOOP
            IF NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = relation AND k.conname = r.new_name) THEN
              EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', relation, r.conname, r.new_name);
            END IF;
          END LOOP;
          FOR r IN
            SELECT i.indexrelid::regclass AS name, ia.attname, ta.attname AS new_name
            FROM pg_index i JOIN pg_attribute ia ON ia.attrelid = i.indexrelid
            JOIN pg_attribute ta ON ta.attrelid = relation AND ta.attnum = i.indkey[ia.attnum - 1]
            WHERE i.indrelid = relation AND ia.attname LIKE '\_tandem\_%' AND ta.attname NOT LIKE '\_tandem\_%'
          LOOP
            EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', r.name, r.attname, r.new_name);
          END LOOP;
        END
        $tandem$
        """;
}
