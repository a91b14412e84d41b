using System.Globalization;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>How the numbers of a column that is there come to be made otherwise: by an identity, a serial, or nobody.</summary>
internal static class RenumberSql
{
    // The sequence of an identity column is part of it, that of a serial is not: where one becomes the other, there is another sequence of the same
    // name, rights, comment and position. Where numbers begin, they begin behind the greatest that is there.
    public const string Definition =
        """
        CREATE OR REPLACE FUNCTION tandem.renumber(relation regclass, column_name text, kind text, sequence_name text, type text, options text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          s record;
          r record;
          sequence text;
          last bigint;
          called boolean := true;
        BEGIN
          SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relowner, c.relacl, d.deptype, obj_description(c.oid, 'pg_class') AS comment INTO s
          FROM pg_attribute a
          JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
          JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
          JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE a.attrelid = relation AND a.attname = column_name AND (d.deptype = 'i' OR EXISTS (
            SELECT FROM pg_attrdef f JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid
            WHERE f.adrelid = relation AND f.adnum = a.attnum AND u.refclassid = 'pg_class'::regclass AND u.refobjid = c.oid));
          IF s.oid IS NOT NULL THEN
            sequence := s.name;
            EXECUTE format('SELECT last_value, is_called FROM %s', sequence) INTO last, called;
            IF s.deptype = 'a' AND kind = 'SERIAL' THEN
              EXECUTE format('ALTER SEQUENCE %s AS %s %s', sequence, type, options);
              RETURN;
            ELSIF s.deptype = 'a' THEN
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', relation, column_name);
              EXECUTE format('DROP SEQUENCE %s', sequence);
            ELSIF kind IN ('ALWAYS', 'BY DEFAULT') THEN
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET GENERATED %s', relation, column_name, kind);
              EXECUTE format('ALTER SEQUENCE %s %s', sequence, options);
              RETURN;
            ELSE
              EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', relation, column_name);
            END IF;
          ELSE
            SELECT format('%I.%I', n.nspname, sequence_name) INTO sequence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
            EXECUTE format('SELECT max(%I) FROM %s', column_name, relation) INTO last;
          END IF;
          IF kind = 'NONE' THEN
            RETURN;
          ELSIF kind = 'SERIAL' THEN
            EXECUTE format('CREATE SEQUENCE %s AS %s %s', sequence, type, options);
            EXECUTE format('ALTER SEQUENCE %s OWNER TO %s', sequence, (SELECT relowner::regrole::text FROM pg_class WHERE oid = relation));
            EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', sequence, relation, column_name);
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L::regclass)', relation, column_name, sequence);
          ELSE
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)', relation, column_name, kind, sequence, options);
          END IF;
          IF last IS NOT NULL THEN
            PERFORM setval(sequence::regclass, last, called);
          END IF;
          -- Who inserts draws from a serial's sequence with rights of his own, from an identity's with none.
          IF kind = 'SERIAL' THEN
            FOR r IN SELECT DISTINCT a.grantee FROM (SELECT relowner, relacl AS acl FROM pg_class WHERE oid = relation
                UNION ALL SELECT c.relowner, t.attacl FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid WHERE c.oid = relation AND t.attacl IS NOT NULL) p,
                aclexplode(p.acl) a WHERE a.privilege_type = 'INSERT' AND a.grantee <> p.relowner LOOP
              EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %s', sequence, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
            END LOOP;
          END IF;
          FOR r IN SELECT * FROM aclexplode(s.relacl) a WHERE a.grantee <> s.relowner LOOP
            EXECUTE format('GRANT %s ON SEQUENCE %s TO %s%s', r.privilege_type, sequence,
              CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
          END LOOP;
          IF s.comment IS NOT NULL THEN
            EXECUTE format('COMMENT ON SEQUENCE %s IS %L', sequence, s.comment);
          END IF;
        END
        $tandem$
        """;

    /// <summary>The statements that number a column as one side does; they stand behind its rule against NULL.</summary>
    public static IEnumerable<string> Of(Layout layout, Column from, Column to)
    {
        var kind = to.Identity switch { IdentityKind.Always => "ALWAYS", IdentityKind.ByDefault => "BY DEFAULT", IdentityKind.Serial => "SERIAL", _ => "NONE" };
        var sequence = to.Sequence ?? new Sequence(from.Sequence?.Name ?? UsualName.Of(layout.Table, [to.Name], "seq"), to.Type, 1, 1);
        yield return $"SELECT tandem.renumber({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(to.Name)}, {Sql.Text(kind)}, {Sql.Text(sequence.Name)}, {Sql.Text(sequence.Type)}, "
            + $"{Sql.Text($"{FreeSequenceSql.Options(sequence).Trim()} START WITH {sequence.Start.ToString(CultureInfo.InvariantCulture)}")})";
        if (from.Identity is IdentityKind.Always or IdentityKind.ByDefault && to.Nullable)
        {
            yield return $"ALTER TABLE {layout.Target} ALTER COLUMN {Sql.Id(to.Name)} DROP NOT NULL";
        }
    }
}
