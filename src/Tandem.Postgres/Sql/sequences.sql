select c.relname as name,
       pg_catalog.format_type(q.seqtypid, null) as sequence_type,
       q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_sequence q on q.seqrelid = c.oid
where n.nspname = @schema
  and not starts_with(c.relname::text, '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid
        and (e.deptype in ('e', 'i') or e.deptype = 'a' and e.refclassid = 'pg_catalog.pg_class'::regclass and e.refobjsubid > 0))
