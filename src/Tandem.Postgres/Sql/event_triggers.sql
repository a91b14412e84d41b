select e.evtname as name, e.evtevent as event,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) as function,
       e.evtenabled <> 'D' as enabled,
       case e.evtenabled when 'R' then 'REPLICA' when 'A' then 'ALWAYS' end as firing,
       array_to_json(e.evttags)::text as tags,
       pg_catalog.obj_description(e.oid, 'pg_event_trigger') as comment
from pg_catalog.pg_event_trigger e
join pg_catalog.pg_proc p on p.oid = e.evtfoid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where not exists (select from extension_member m where m.classid = 'pg_catalog.pg_event_trigger'::regclass and m.objid = e.oid)
