namespace Tandem.Postgres.Dialect.Engine;

/// <summary>The engine's function by which the sequences of a table go over to the table that takes its place.</summary>
internal static class PartitioningEngineSql
{
    // A sequence that a default names changes its owner. That of an identity column is part of the column: the column of the same name
    // in the other table gets one of the same name, settings, rights and position.
    public const string MoveSequences =
        """
        CREATE OR REPLACE FUNCTION tandem.move_sequences(source regclass, target regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          s record;
          r record;
          last bigint;
          called boolean;
        BEGIN
          FOR s IN
            SELECT c.oid, c.oid::regclass AS name, n.nspname, c.relname, c.relowner, c.relacl, d.deptype, a.attname, a.attidentity, q.*,
              obj_description(c.oid, 'pg_class') AS comment
            FROM pg_attribute a
            JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
            JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_sequence q ON q.seqrelid = c.oid
            WHERE a.attrelid = source
            ORDER BY c.oid
          LOOP
            IF s.deptype = 'a' THEN
              EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', s.name, target, s.attname);
            ELSE
              EXECUTE format('SELECT last_value, is_called FROM %s', s.name) INTO last, called;
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', source, s.attname);
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %I.%I INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s)',
                target, s.attname, CASE s.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, s.nspname, s.relname, s.seqincrement, s.seqmin,
                s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
              PERFORM setval(format('%I.%I', s.nspname, s.relname)::regclass, last, called);
              FOR r IN SELECT * FROM aclexplode(s.relacl) a WHERE a.grantee <> s.relowner LOOP
                EXECUTE format('GRANT %s ON SEQUENCE %I.%I TO %s%s', r.privilege_type, s.nspname, s.relname,
                  CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
              END LOOP;
              IF s.comment IS NOT NULL THEN
                EXECUTE format('COMMENT ON SEQUENCE %I.%I IS %L', s.nspname, s.relname, s.comment);
              END IF;
            END IF;
          END LOOP;
        END
        $tandem$
        """;
}
