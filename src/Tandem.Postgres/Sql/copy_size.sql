-- The tables and indexes of the users', with what the engine keeps of rows that it changes.
select coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and not starts_with(n.nspname::text, 'pg_') and n.nspname <> 'information_schema'
  and (n.nspname <> 'tandem' or c.relname = 'images')
