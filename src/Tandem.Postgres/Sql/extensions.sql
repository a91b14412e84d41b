select x.extname as name, x.extversion as version, n.nspname as schema,
       pg_catalog.obj_description(x.oid, 'pg_extension') as comment
from pg_catalog.pg_extension x
join pg_catalog.pg_namespace n on n.oid = x.extnamespace
where x.extname <> 'plpgsql'
