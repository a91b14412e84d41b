select c.relname as name,
       pg_catalog.obj_description(c.reltype, 'pg_type') as comment,
       (select json_agg(json_build_object(
                   'name', a.attname,
                   'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                   'collation', case when a.attcollation <> y.typcollation then (
                       select case when pg_catalog.pg_collation_is_visible(l.oid)
                                   then pg_catalog.quote_ident(l.collname)
                                   else pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) end
                       from pg_catalog.pg_collation l
                       join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
                       where l.oid = a.attcollation) end,
                   'comment', pg_catalog.col_description(c.oid, a.attnum)) order by a.attnum)
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type y on y.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text as columns
from pg_catalog.pg_class c
join place on place.oid = c.relnamespace
where c.relkind = 'c'
  and not starts_with(c.relname::text, '_tandem_')
  and not exists (
      select from extension_member e
      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid
         or e.classid = 'pg_catalog.pg_type'::regclass and e.objid = c.reltype)
