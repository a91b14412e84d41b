namespace Tandem.Postgres.Dialect.Engine;

/// <summary>The engine's functions by which objects without rows keep their owners, rights and comments.</summary>
internal static class ObjectEngineSql
{
    // The one that takes another's place gets exactly its rights; whatever default privileges gave it goes. The owner
    // comes last: until then the rights to give rights are the engine's.
    public const string CopyView =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_view(source regclass, target regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
          old_owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = source);
        BEGIN
          PERFORM tandem.copy_relation_rights(source, target);
          FOR r IN
            SELECT s.attname, pg_get_expr(f.adbin, f.adrelid) AS value, col_description(source, s.attnum) AS comment, s.attacl
            FROM pg_attribute s JOIN pg_attribute t ON t.attrelid = target AND t.attname = s.attname
            LEFT JOIN pg_attrdef f ON f.adrelid = source AND f.adnum = s.attnum
            WHERE s.attrelid = source AND s.attnum > 0
          LOOP
            IF r.value IS NOT NULL THEN
              EXECUTE format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', target, r.attname, r.value);
            END IF;
            IF r.comment IS NOT NULL THEN
              EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, r.attname, r.comment);
            END IF;
          END LOOP;
          FOR r IN
            SELECT replace(pg_get_triggerdef(g.oid), format(' ON %s ', source), format(' ON %s ', target)) AS definition
            FROM pg_trigger g WHERE g.tgrelid = source AND NOT g.tgisinternal
              AND NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = target AND o.tgname = g.tgname)
          LOOP
            EXECUTE r.definition;
          END LOOP;
          PERFORM tandem.give_relation(target, old_owner);
        END
        $tandem$
        """;

    public const string CopyRelationRights =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_relation_rights(source regclass, target regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
        BEGIN
          PERFORM tandem.forget_rights(target);
          FOR r IN
            SELECT a.grantee, a.privilege_type, a.is_grantable, '' AS columns
            FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = source AND a.grantee <> c.relowner
            UNION ALL
            SELECT a.grantee, a.privilege_type, a.is_grantable, format('(%I)', t.attname)
            FROM pg_attribute s JOIN pg_attribute t ON t.attrelid = target AND t.attname = s.attname, aclexplode(s.attacl) a
            WHERE s.attrelid = source AND s.attnum > 0
          LOOP
            EXECUTE format('GRANT %s %s ON %s TO %s%s', r.privilege_type, r.columns, target,
              CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END,
              CASE WHEN r.is_grantable AND r.grantee <> 0 THEN ' WITH GRANT OPTION' ELSE '' END);
          END LOOP;
        END
        $tandem$
        """;

    // Whoever owns a relation needs the right to make things in its schema, at the moment when it is given.
    public const string GiveRelation =
        """
        CREATE OR REPLACE FUNCTION tandem.give_relation(target regclass, new_owner oid) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          home name := (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target);
          may boolean := has_schema_privilege(new_owner, home, 'CREATE');
        BEGIN
          IF (SELECT c.relowner FROM pg_class c WHERE c.oid = target) = new_owner THEN
            RETURN;
          END IF;
          IF NOT may THEN
            EXECUTE format('GRANT CREATE ON SCHEMA %I TO %s', home, new_owner::regrole);
          END IF;
          EXECUTE format('ALTER TABLE %s OWNER TO %s', target, new_owner::regrole);
          IF NOT may THEN
            EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %s', home, new_owner::regrole);
          END IF;
        END
        $tandem$
        """;

    // A version's way to the view that the base has or had: it holds on to that very view.
    public const string PassView =
        """
        CREATE OR REPLACE FUNCTION tandem.pass_view(source regclass, version text, name text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          columns text := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped);
          options text := (SELECT ' WITH (' || array_to_string(c.reloptions, ', ') || ')' FROM pg_class c WHERE c.oid = source AND c.reloptions IS NOT NULL);
        BEGIN
          IF to_regclass(format('%I.%I', version, name)) IS NOT NULL THEN
            RETURN;
          END IF;
          EXECUTE format('CREATE VIEW %I.%I%s AS SELECT %s FROM %s', version, name, coalesce(options, ''), columns, source);
          PERFORM tandem.copy_view(source, format('%I.%I', version, name)::regclass);
          EXECUTE format('COMMENT ON VIEW %I.%I IS %L', version, name, 'tandem view of the view ' || source::text);
        END
        $tandem$
        """;

    public const string CopyType =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_type(source regtype, target regtype) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
          old_owner oid := (SELECT y.typowner FROM pg_type y WHERE y.oid = source);
        BEGIN
          IF (SELECT y.typacl FROM pg_type y WHERE y.oid = source) IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON TYPE %s FROM PUBLIC', target);
            FOR r IN SELECT a.grantee FROM pg_type y, aclexplode(y.typacl) a WHERE y.oid = source AND a.grantee <> old_owner LOOP
              EXECUTE format('GRANT USAGE ON TYPE %s TO %s', target, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
            END LOOP;
          END IF;
          EXECUTE format('COMMENT ON TYPE %s IS %L', target, obj_description(source, 'pg_type'));
          IF (SELECT y.typowner FROM pg_type y WHERE y.oid = target) <> old_owner THEN
            EXECUTE format('ALTER TYPE %s OWNER TO %s', target, old_owner::regrole);
          END IF;
        END
        $tandem$
        """;
}
