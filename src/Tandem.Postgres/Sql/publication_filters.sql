-- From 15 on.
select p.pubname as name, n.nspname as schema, c.relname as table_name, pg_catalog.pg_get_expr(r.prqual, r.prrelid) as condition
from pg_catalog.pg_publication_rel r
join pg_catalog.pg_publication p on p.oid = r.prpubid
join pg_catalog.pg_class c on c.oid = r.prrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where r.prqual is not null
