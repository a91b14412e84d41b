select y.typname as name,
       pg_catalog.format_type(y.typbasetype, y.typtypmod) as type,
       coalesce(pg_catalog.pg_get_expr(y.typdefaultbin, 0), pg_catalog.quote_literal(y.typdefault)) as expression,
       y.typnotnull as not_null,
       case when y.typcollation <> b.typcollation then (
           select case when pg_catalog.pg_collation_is_visible(l.oid)
                       then pg_catalog.quote_ident(l.collname)
                       else pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) end
           from pg_catalog.pg_collation l
           join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
           where l.oid = y.typcollation) end as collation,
       -- From 17 on the rule against NULL has a name.
       (select c.conname from pg_catalog.pg_constraint c
        where c.contypid = y.oid and c.contype = 'n' and c.conname <> y.typname || '_not_null') as not_null_name,
       (select json_agg(json_build_object(
                   'name', c.conname, 'expression', pg_catalog.pg_get_expr(c.conbin, 0), 'validated', c.convalidated,
                   'comment', pg_catalog.obj_description(c.oid, 'pg_constraint')) order by c.conname collate "C")
        from pg_catalog.pg_constraint c
        where c.contypid = y.oid and c.contype = 'c')::text as checks,
       pg_catalog.obj_description(y.oid, 'pg_type') as comment
from pg_catalog.pg_type y
join place on place.oid = y.typnamespace
join pg_catalog.pg_type b on b.oid = y.typbasetype
where y.typtype = 'd'
  and not starts_with(y.typname::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = 'pg_catalog.pg_type'::regclass and e.objid = y.oid)
