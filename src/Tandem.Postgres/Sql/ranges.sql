-- A range type with a canonical function needs a shell of itself first; such a one is left alone.
select y.typname as name,
       pg_catalog.obj_description(y.oid, 'pg_type') as comment,
       concat_ws(', ',
           'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, null),
           (select 'SUBTYPE_OPCLASS = ' || case when pg_catalog.pg_opclass_is_visible(o.oid) then '' else pg_catalog.quote_ident(n.nspname) || '.' end
                   || pg_catalog.quote_ident(o.opcname)
            from pg_catalog.pg_opclass o join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
            where o.oid = r.rngsubopc and not o.opcdefault),
           (select 'COLLATION = ' || case when pg_catalog.pg_collation_is_visible(l.oid) then '' else pg_catalog.quote_ident(n.nspname) || '.' end
                   || pg_catalog.quote_ident(l.collname)
            from pg_catalog.pg_collation l join pg_catalog.pg_namespace n on n.oid = l.collnamespace
            join pg_catalog.pg_type s on s.oid = r.rngsubtype
            where l.oid = r.rngcollation and l.oid <> s.typcollation),
           case when r.rngsubdiff <> 0 then 'SUBTYPE_DIFF = ' || r.rngsubdiff::text end,
           'MULTIRANGE_TYPE_NAME = ' || pg_catalog.format_type(r.rngmultitypid, null)) as definition
from pg_catalog.pg_type y
join place on place.oid = y.typnamespace
join pg_catalog.pg_range r on r.rngtypid = y.oid
where r.rngcanonical = 0
  and not starts_with(y.typname::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = 'pg_catalog.pg_type'::regclass and e.objid = y.oid)
