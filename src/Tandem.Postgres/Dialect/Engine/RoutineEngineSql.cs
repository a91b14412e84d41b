namespace Tandem.Postgres.Dialect.Engine;

/// <summary>The engine's function by which functions of the users' get their rights.</summary>
internal static class RoutineEngineSql
{
    // The owner comes last: until then the rights to give rights are the engine's.
    public const string CopyRoutine =
        """
        CREATE OR REPLACE FUNCTION tandem.copy_routine(source regprocedure, target regprocedure) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog AS $tandem$
        DECLARE
          r record;
          new_owner oid := (SELECT p.proowner FROM pg_proc p WHERE p.oid = source);
          home name := (SELECT n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = target);
          may boolean := has_schema_privilege(new_owner, home, 'CREATE');
          word text := (SELECT CASE p.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'ROUTINE' END FROM pg_proc p WHERE p.oid = target);
          name text := CASE word WHEN 'ROUTINE' THEN target::text ELSE (
            SELECT format('%I.%I(%s)', home, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*')) FROM pg_proc p WHERE p.oid = target) END;
        BEGIN
          FOR r IN
            SELECT DISTINCT a.grantee FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE p.oid = target AND a.grantee <> p.proowner
          LOOP
            EXECUTE format('REVOKE ALL ON ROUTINE %s FROM %s', target, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
          END LOOP;
          FOR r IN
            SELECT a.grantee, a.is_grantable FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE p.oid = source AND a.grantee <> p.proowner
          LOOP
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s%s', target, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END,
              CASE WHEN r.is_grantable AND r.grantee <> 0 THEN ' WITH GRANT OPTION' ELSE '' END);
          END LOOP;
          IF (SELECT p.proowner FROM pg_proc p WHERE p.oid = target) = new_owner THEN
            RETURN;
          END IF;
          IF NOT may THEN
            EXECUTE format('GRANT CREATE ON SCHEMA %I TO %s', home, new_owner::regrole);
          END IF;
          EXECUTE format('ALTER %s %s OWNER TO %s', word, name, new_owner::regrole);
          IF NOT may THEN
            EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %s', home, new_owner::regrole);
          END IF;
        END
        $tandem$
        """;
}
