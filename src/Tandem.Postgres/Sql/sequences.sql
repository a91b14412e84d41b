select c.relname as name,
       pg_catalog.format_type(q.seqtypid, null) as sequence_type,
       pg_catalog.obj_description(c.oid, 'pg_class') as comment,
       c.relpersistence = 'u' as unlogged,
       owner.table_name as owner_table, owner.column_name as owner_column,
       q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_sequence q on q.seqrelid = c.oid
left join lateral (
    -- The column that owns it, and whether the column's default is its next value and nothing else: then it is a serial.
    select t.relname as table_name, a.attname as column_name,
           pg_catalog.pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\(''.*''::regclass\)$' and exists (
               select from pg_catalog.pg_depend u
               where u.classid = 'pg_catalog.pg_attrdef'::regclass and u.objid = f.oid
                 and u.refclassid = 'pg_catalog.pg_class'::regclass and u.refobjid = c.oid) as by_default
    from pg_catalog.pg_depend d
    join pg_catalog.pg_class t on t.oid = d.refobjid
    join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    left join pg_catalog.pg_attrdef f on f.adrelid = d.refobjid and f.adnum = d.refobjsubid
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'a'
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjsubid > 0) owner on true
where n.nspname = @schema
  and not starts_with(c.relname::text, '_tandem_')
  and owner.by_default is not true
  and not starts_with(coalesce(owner.table_name::text, ''), '_tandem_')
  and not starts_with(coalesce(owner.column_name::text, ''), '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype in ('e', 'i'))
