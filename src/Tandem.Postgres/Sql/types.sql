select y.typname as name,
       (select json_agg(e.enumlabel order by e.enumsortorder)
        from pg_catalog.pg_enum e where e.enumtypid = y.oid)::text as values,
       pg_catalog.obj_description(y.oid, 'pg_type') as comment
from pg_catalog.pg_type y
join pg_catalog.pg_namespace n on n.oid = y.typnamespace
where n.nspname = @schema
  and y.typtype = 'e'
  and not starts_with(y.typname::text, '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_type'::regclass and e.objid = y.oid and e.deptype = 'e')
