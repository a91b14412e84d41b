using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Engine;

/// <summary>How the sequence behind a key column goes over to the column that takes its place.</summary>
internal static class SequenceSql
{
    // The sequence of an identity column is part of it and cannot be given away: the successor gets one of the same
    // name, settings, rights and position. A sequence that has run past what a smaller type can hold goes on behind the
    // greatest value that is there. All of it is undone when the transaction is.
    public const string Definition =
        """
        CREATE OR REPLACE FUNCTION tandem.carry_sequence(relation regclass, source text, target text, type text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          s record;
          r record;
          most bigint := CASE format_type(to_regtype(type), NULL) WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END;
          last bigint;
          called boolean;
          usual boolean;
        BEGIN
          FOR s IN
            SELECT c.oid, c.oid::regclass AS name, n.nspname, c.relname, c.relowner, c.relacl, d.deptype, a.attidentity, q.*,
              obj_description(c.oid, 'pg_class') AS comment
            FROM pg_attribute a
            JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
            JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_sequence q ON q.seqrelid = c.oid
            WHERE a.attrelid = relation AND a.attname = source
            ORDER BY c.oid
          LOOP
            EXECUTE format('SELECT last_value, is_called FROM %s', s.name) INTO last, called;
            IF last > most THEN
              EXECUTE format('SELECT max(%I) FROM %s', target, relation) INTO last;
              called := last IS NOT NULL;
              last := coalesce(last, s.seqstart);
            END IF;
            usual := s.seqmax IN (32767, 2147483647, 9223372036854775807);
            IF s.deptype = 'a' THEN
              EXECUTE format('ALTER SEQUENCE %s AS %s %s OWNED BY %s.%I RESTART WITH %s', s.name, type,
                CASE WHEN usual THEN 'NO MAXVALUE' ELSE '' END, relation, target, last);
              PERFORM setval(s.oid::regclass, last, called);
            ELSE
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', relation, source);
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', relation, source);
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %I.%I INCREMENT BY %s MINVALUE %s %s START WITH %s CACHE %s %s)',
                relation, target, CASE s.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, s.nspname, s.relname, s.seqincrement, s.seqmin,
                CASE WHEN usual THEN 'NO MAXVALUE' ELSE format('MAXVALUE %s', s.seqmax) END, s.seqstart, s.seqcache,
                CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
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

    /// <summary>The statement that hands a column's sequence to another column of the table.</summary>
    public static string Carry(Layout layout, string source, Column target) =>
        $"SELECT tandem.carry_sequence({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(source)}, {Sql.Text(target.Name)}, {Sql.Text(target.Sequence?.Type ?? target.Type)})";
}
