select case when n.nspname <> @schema then n.nspname || '.' else '' end || p.proname as name,
       coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as source
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where l.lanname not in ('internal', 'c')
  and p.prokind in ('f', 'p', 'w')
  and n.oid not in (select oid from foreign_schema)
  and not starts_with(p.proname::text, '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
