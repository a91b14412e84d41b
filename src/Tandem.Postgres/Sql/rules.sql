select r.rulename as name, c.relname as table_name,
       pg_catalog.pg_get_ruledef(r.oid) as definition,
       r.ev_enabled <> 'D' as enabled,
       case r.ev_enabled when 'R' then 'REPLICA' when 'A' then 'ALWAYS' end as firing,
       pg_catalog.obj_description(r.oid, 'pg_rewrite') as comment
from pg_catalog.pg_rewrite r
join pg_catalog.pg_class c on c.oid = r.ev_class
join place on place.oid = c.relnamespace
where r.rulename <> '_RETURN'
  and not starts_with(r.rulename::text, '_tandem_')
  and not starts_with(c.relname::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid)
