-- The tables and indexes of the users' with the file that holds their rows; another number is another content.
select c.oid::bigint as oid, case when n.nspname = @schema then c.relname::text else n.nspname || '.' || c.relname end as name,
  c.relkind::text as kind, coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint as node
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'f', 'i', 'I', 'S')
order by c.oid
