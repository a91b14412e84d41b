-- How many rows lie in how many pages, as VACUUM and ANALYZE wrote it down.
select c.relname::text as table_name, c.relpages::text as relpages, c.reltuples::text as reltuples, c.relallvisible::text as relallvisible
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = @schema and c.relkind in ('r', 'm') and c.reltuples > 0 and c.relpages > 0
