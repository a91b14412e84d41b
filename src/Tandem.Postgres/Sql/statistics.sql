select s.stxname as name, c.relname as table_name,
       pg_catalog.pg_get_statisticsobjdef(s.oid) as definition,
       nullif(coalesce(s.stxstattarget, -1), -1)::bigint as target,
       pg_catalog.obj_description(s.oid, 'pg_statistic_ext') as comment
from pg_catalog.pg_statistic_ext s
join place on place.oid = s.stxnamespace
join pg_catalog.pg_class c on c.oid = s.stxrelid
where not starts_with(s.stxname::text, '_tandem_')
  and not starts_with(c.relname::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = 'pg_catalog.pg_statistic_ext'::regclass and e.objid = s.oid)
