using Tandem.Postgres.Dialect.Objects;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Engine;

/// <summary>How the numbers of a column that is there come to be made otherwise: by an identity, a serial, or nobody.</summary>
internal static class RenumberSql
{
    // The sequence of an identity column is part of it, that of a serial is not: where one becomes the other, there is another sequence of the same
    // name, rights, comment and position. Where numbers begin, they begin behind the last that is there; numbers of the applications' own may stand
    // before the first.
    public const string Definition =
        """
        CREATE OR REPLACE FUNCTION tandem.renumber(relation regclass, column_name text, kind text, sequence_name text, type text, options text, back boolean) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          s record;
          r record;
          sequence text;
          last bigint;
          called boolean := true;
          down boolean := options LIKE '%INCREMENT BY -%';
        BEGIN
          SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relowner, c.relacl, d.deptype, q.seqstart, obj_description(c.oid, 'pg_class') AS comment INTO s
          FROM pg_attribute a
          JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
            AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
          JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
          JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_sequence q ON q.seqrelid = c.oid
          WHERE a.attrelid = relation AND a.attname = column_name AND (d.deptype = 'i' OR EXISTS (
            SELECT FROM pg_attrdef f JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid
            WHERE f.adrelid = relation AND f.adnum = a.attnum AND u.refclassid = 'pg_class'::regclass AND u.refobjid = c.oid));
          IF s.oid IS NOT NULL THEN
            sequence := s.name;
            -- From here on nobody draws from it: whoever has drawn in a transaction that goes on is waited for, and may draw again meanwhile.
            EXECUTE format('ALTER SEQUENCE %s START WITH %s', sequence, s.seqstart);
            EXECUTE format('SELECT last_value, is_called FROM %s', sequence) INTO last, called;
            IF back THEN
              type := tandem.reaching_type(type, last);
              options := tandem.reaching(options, last);
            END IF;
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
            EXECUTE format('SELECT %s(%I) FROM %s', CASE WHEN down THEN 'min' ELSE 'max' END, column_name, relation) INTO last;
            IF back THEN
              type := tandem.reaching_type(type, last);
              options := tandem.reaching(options, last);
            ELSIF down AND last > coalesce(substring(options FROM 'MAXVALUE (-?\d+)')::bigint, -1)
                OR NOT down AND last < coalesce(substring(options FROM 'MINVALUE (-?\d+)')::bigint, 1) THEN
              last := NULL;
            END IF;
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

    // What was drawn stays drawn, and no rollback fails by it: a limit of the old version's that the numbers have passed is where they stand.
    public const string Reaching =
        """
        CREATE OR REPLACE FUNCTION tandem.reaching(options text, place bigint) RETURNS text
        LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $tandem$
        DECLARE
          down boolean := options LIKE '%INCREMENT BY -%';
          least bigint := coalesce(substring(options FROM 'MINVALUE (-?\d+)')::bigint, CASE WHEN NOT down THEN 1 END);
          most bigint := coalesce(substring(options FROM 'MAXVALUE (-?\d+)')::bigint, CASE WHEN down THEN -1 END);
        BEGIN
          RETURN CASE WHEN place < least THEN regexp_replace(options, '(NO )?MINVALUE( -?\d+)?', format('MINVALUE %s', place))
            WHEN place > most THEN regexp_replace(options, '(NO )?MAXVALUE( -?\d+)?', format('MAXVALUE %s', place)) ELSE options END;
        END
        $tandem$
        """;

    public const string ReachingType =
        """
        CREATE OR REPLACE FUNCTION tandem.reaching_type(type text, place bigint) RETURNS text
        LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $tandem$
        BEGIN
          RETURN CASE WHEN abs(place::numeric) > CASE format_type(to_regtype(type), NULL) WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END
            THEN 'bigint' ELSE type END;
        END
        $tandem$
        """;

    public const string AlterBack =
        """
        CREATE OR REPLACE FUNCTION tandem.alter_sequence_back(sequence regclass, type text, options text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          last bigint;
        BEGIN
          EXECUTE format('ALTER SEQUENCE %s START WITH %s', sequence, (SELECT seqstart FROM pg_sequence WHERE seqrelid = sequence));
          EXECUTE format('SELECT last_value FROM %s', sequence) INTO last;
          EXECUTE format('ALTER SEQUENCE %s AS %s %s', sequence, tandem.reaching_type(type, last), tandem.reaching(options, last));
        END
        $tandem$
        """;

    /// <summary>The statements that number a column as one side does; they stand behind its rule against NULL.</summary>
    public static IEnumerable<string> Of(Layout layout, Column from, Column to, bool back)
    {
        var kind = to.Identity switch { IdentityKind.Always => "ALWAYS", IdentityKind.ByDefault => "BY DEFAULT", IdentityKind.Serial => "SERIAL", _ => "NONE" };
        var sequence = to.Sequence ?? new Sequence(from.Sequence?.Name ?? UsualName.Of(layout.Table, [to.Name], "seq"), to.Type, 1, 1);
        if (from is { Identity: IdentityKind.None, Default: not null } && to.Identity is IdentityKind.Always or IdentityKind.ByDefault)
        {
            yield return $"ALTER TABLE {layout.Target} ALTER COLUMN {Sql.Id(to.Name)} DROP DEFAULT";
        }

        yield return $"SELECT tandem.renumber({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(to.Name)}, {Sql.Text(kind)}, {Sql.Text(sequence.Name)}, {Sql.Text(sequence.Type)}, "
            + $"{Sql.Text(FreeSequenceSql.Whole(sequence).Trim())}, {(back ? "true" : "false")})";
        if (from.Identity is IdentityKind.Always or IdentityKind.ByDefault && to.Nullable)
        {
            yield return $"ALTER TABLE {layout.Target} ALTER COLUMN {Sql.Id(to.Name)} DROP NOT NULL";
        }
    }
}
