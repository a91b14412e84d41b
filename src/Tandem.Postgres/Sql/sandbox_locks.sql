-- What this transaction holds on relations of the users'.
select l.relation::bigint as oid, l.mode::text as mode
from pg_catalog.pg_locks l
where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and l.relation >= 16384
order by l.relation, l.mode
