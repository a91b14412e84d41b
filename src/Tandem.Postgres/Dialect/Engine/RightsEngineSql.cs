namespace Tandem.Postgres.Dialect.Engine;

/// <summary>
/// The engine's functions by which the views of versions give the rights that the tables behind them give. A view that
/// checks rights as the caller is open to all and asks the table at every statement. One that checks them as its owner
/// has a copy of the table's rights, which is renewed whenever the engine changes something.
/// </summary>
internal static class RightsEngineSql
{
    /// <summary>The beginning of the comment on a version's view of a table.</summary>
    public const string TableMark = $"{EngineSql.ViewMark} of the table ";

    /// <summary>The beginning of the comment on a version's view of a view of the users'.</summary>
    public const string PassMark = $"{EngineSql.ViewMark} of the view ";

    // Whoever may use the table may use the target.
    public const string CopyGrants =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_grants(source regclass, target regclass, physical text[], logical text[]) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
        BEGIN
          FOR r IN
            SELECT a.grantee, a.privilege_type, bool_or(a.is_grantable) AS is_grantable, NULL::text AS columns
            FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
            WHERE c.oid = source AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
            GROUP BY a.grantee, a.privilege_type
            UNION ALL
            SELECT a.grantee, a.privilege_type, bool_or(a.is_grantable), format('(%I)', n.logical)
            FROM unnest(physical, logical) AS n(physical, logical)
            JOIN pg_attribute t ON t.attrelid = source AND t.attname = n.physical AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
            WHERE a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
            GROUP BY a.grantee, a.privilege_type, n.logical
          LOOP
            IF r.grantee <> (SELECT c.relowner FROM pg_class c WHERE c.oid = target) THEN
              EXECUTE format('GRANT %s %s ON %s TO %s%s', r.privilege_type, coalesce(r.columns, ''), target,
                CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END,
                CASE WHEN r.is_grantable AND r.grantee <> 0 THEN ' WITH GRANT OPTION' ELSE '' END);
            END IF;
          END LOOP;
        END
        $tandem$
        """;

    // The target gets the rights of those who have them on every column that its values come from, and no others:
    // a column that is made of two shows both.
    public const string CopyColumnGrants =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_column_grants(relation regclass, read text[], written text[], target text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
          who text;
        BEGIN
          FOR r IN
            SELECT DISTINCT a.grantee FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = relation AND t.attname = target
          LOOP
            EXECUTE format('REVOKE ALL (%I) ON %s FROM %s CASCADE', target, relation, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
          END LOOP;
          FOR r IN
            SELECT a.grantee, a.privilege_type, bool_or(a.is_grantable) AS is_grantable
            FROM pg_attribute s, aclexplode(s.attacl) a
            WHERE s.attrelid = relation AND s.attname = ANY (CASE a.privilege_type WHEN 'SELECT' THEN read ELSE written END)
            GROUP BY a.grantee, a.privilege_type
          LOOP
            who := CASE r.grantee WHEN 0 THEN 'public' ELSE (SELECT o.rolname FROM pg_roles o WHERE o.oid = r.grantee) END;
            IF (SELECT bool_and(has_column_privilege(who, relation, c, r.privilege_type))
                FROM unnest(CASE r.privilege_type WHEN 'SELECT' THEN read ELSE written END) AS c) THEN
              EXECUTE format('GRANT %s (%I) ON %s TO %s%s', r.privilege_type, target, relation,
                CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END,
                CASE WHEN r.is_grantable AND r.grantee <> 0 AND (
                  SELECT bool_and(has_column_privilege(who, relation, c, r.privilege_type || ' WITH GRANT OPTION'))
                  FROM unnest(CASE r.privilege_type WHEN 'SELECT' THEN read ELSE written END) AS c) THEN ' WITH GRANT OPTION' ELSE '' END);
            END IF;
          END LOOP;
        END
        $tandem$
        """;

    // What default privileges gave, and what the base has taken since, goes.
    public const string ForgetRights =
        """
        CREATE OR REPLACE FUNCTION tandem.forget_rights(target regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
        BEGIN
          FOR r IN
            SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = target AND a.grantee <> c.relowner
            UNION
            SELECT a.grantee FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = target AND t.attnum > 0
          LOOP
            EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', target, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
          END LOOP;
        END
        $tandem$
        """;

    public const string RenewSchema =
        """
        CREATE OR REPLACE FUNCTION tandem.renew_schema(home text, version text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
        BEGIN
          FOR r IN
            SELECT DISTINCT a.grantee FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = version AND a.grantee <> n.nspowner
          LOOP
            EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %s CASCADE', version, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
          END LOOP;
          FOR r IN
            SELECT DISTINCT a.grantee FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
            WHERE n.nspname = home AND a.privilege_type = 'USAGE'
              AND a.grantee <> (SELECT v.nspowner FROM pg_namespace v WHERE v.nspname = version)
          LOOP
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', version, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
          END LOOP;
        END
        $tandem$
        """;

    // A view that checks rights as the caller needs them on all its columns; who has rights on some columns only is
    // served by the rights on the view's own columns, unless row security needs the caller. So is a view of the users' over it that
    // checks rights as its owner, for which one in between that asks the caller would ask the wrong one. Which column shows which,
    // the view's own rule says, whatever they are called by now.
    public const string RenewView =
        """
        CREATE OR REPLACE FUNCTION tandem.renew_view(target regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          source regclass;
          sources bigint;
          physical text[];
          logical text[];
          is_invoker boolean := (SELECT coalesce('security_invoker=true' = ANY (c.reloptions), false) FROM pg_class c WHERE c.oid = target);
          invoker boolean;
        BEGIN
          SELECT min(m[2])::oid, count(DISTINCT m[2]), array_agg(b.attname::text ORDER BY a.attnum), array_agg(a.attname::text ORDER BY a.attnum)
          INTO source, sources, physical, logical
          FROM pg_rewrite w
          CROSS JOIN LATERAL regexp_matches(w.ev_action::text,
            ':resno (\d+?) :resname .+? :ressortgroupref \d+? :resorigtbl (\d+?) :resorigcol (\d+?) :resjunk', 'g') AS m
          JOIN pg_attribute a ON a.attrelid = target AND a.attnum = m[1]::int
          JOIN pg_attribute b ON b.attrelid = m[2]::oid AND b.attnum = m[3]::int
          WHERE w.ev_class = target AND w.rulename = '_RETURN';
          IF sources IS DISTINCT FROM 1 OR cardinality(logical) <> (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0) THEN
            RAISE EXCEPTION 'the columns of the view % cannot be told', target;
          END IF;
          SELECT current_setting('server_version_num')::int >= 150000 AND (c.relrowsecurity OR NOT EXISTS (
              SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND cardinality(a.attacl) > 0
              UNION ALL
              SELECT FROM pg_depend d JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid JOIN pg_class v ON v.oid = w.ev_class
              WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND v.oid <> target
                AND NOT coalesce(v.reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'], false)))
          INTO invoker FROM pg_class c WHERE c.oid = source;
          IF invoker IS DISTINCT FROM is_invoker THEN
            EXECUTE format('ALTER VIEW %s %s', target, CASE WHEN invoker THEN 'SET (security_invoker = true)' ELSE 'RESET (security_invoker)' END);
          END IF;
          PERFORM tandem.forget_rights(target);
          IF invoker THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC', target);
          ELSE
            PERFORM tandem.copy_grants(source, target, physical, logical);
          END IF;
        END
        $tandem$
        """;

    /// <summary>All versions of a schema; a person may call it, too, after granting or revoking something by hand.</summary>
    public const string RenewRights =
        $"""
        CREATE OR REPLACE FUNCTION tandem.renew_rights(home text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          version record;
          v record;
        BEGIN
          FOR version IN
            SELECT n.oid, n.nspname FROM pg_namespace n CROSS JOIN LATERAL obj_description(n.oid, 'pg_namespace') AS d
            WHERE starts_with(d, 'tandem version ') AND right(d, length(home) + 4) = ' of ' || home
          LOOP
            PERFORM tandem.renew_schema(home, version.nspname);
            FOR v IN
              SELECT c.oid::regclass AS name, obj_description(c.oid, 'pg_class') AS mark, to_regclass(format('%I.%I', home, c.relname)) AS base
              FROM pg_class c WHERE c.relnamespace = version.oid AND c.relkind = 'v' AND starts_with(obj_description(c.oid, 'pg_class'), '{EngineSql.ViewMark} ')
            LOOP
              IF starts_with(v.mark, '{TableMark}') THEN
                PERFORM tandem.renew_view(v.name);
              ELSIF starts_with(v.mark, '{PassMark}') THEN
                PERFORM tandem.copy_relation_rights((
                  SELECT DISTINCT d.refobjid FROM pg_depend d JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
                  WHERE w.ev_class = v.name AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.name)::regclass, v.name);
              ELSIF EXISTS (SELECT FROM pg_class b WHERE b.oid = v.base AND b.relkind = 'v') THEN
                PERFORM tandem.copy_relation_rights(v.base, v.name);
              END IF;
            END LOOP;
          END LOOP;
        END
        $tandem$
        """;
}
