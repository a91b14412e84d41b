-- Sandboxes of this target that a process left behind which did not come to drop them.
select d.datname::text as name
from pg_catalog.pg_database d
where starts_with(d.datname::text, 'tandem_sandbox_')
  and pg_catalog.shobj_description(d.oid, 'pg_database') = 'tandem sandbox of ' || pg_catalog.current_database() || '/' || @schema
  and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)
order by d.datname collate "C"
