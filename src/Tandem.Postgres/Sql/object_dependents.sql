-- Who hangs on a view or a type of the target, by the server's own account; the engine's own are left out.
, holder as materialized (
    select 'pg_catalog.pg_class'::regclass as class, c.oid, c.relname::text as name, false as is_type
    from pg_catalog.pg_class c join place on place.oid = c.relnamespace
    where c.relkind in ('v', 'm') and not starts_with(c.relname::text, '_tandem_')
    union all
    select 'pg_catalog.pg_type'::regclass, y.oid, c.relname::text, false
    from pg_catalog.pg_class c join place on place.oid = c.relnamespace join pg_catalog.pg_type y on y.typrelid = c.oid
    where c.relkind in ('v', 'm') and not starts_with(c.relname::text, '_tandem_')
    union all
    select 'pg_catalog.pg_type'::regclass, x.oid, y.typname::text, true
    from pg_catalog.pg_type y join place on place.oid = y.typnamespace
    cross join lateral (values (y.oid), (y.typarray)) x (oid)
    left join pg_catalog.pg_class c on c.oid = y.typrelid
    where (y.typtype in ('e', 'd') or c.relkind = 'c') and x.oid <> 0 and not starts_with(y.typname::text, '_tandem_')
),
hangs as materialized (
    select h.name as table_name, h.class, h.oid as holder, h.is_type, d.classid, d.objid, d.objsubid, d.refobjsubid,
           coalesce(r.ev_class, case when d.classid = 'pg_catalog.pg_class'::regclass then d.objid end) as relation
    from holder h
    join pg_catalog.pg_depend d on d.refclassid = h.class and d.refobjid = h.oid and d.deptype = 'n'
    left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid
)
select 'View' as kind,
       case when w.relnamespace not in (select oid from place) then n.nspname || '.' else '' end || w.relname as name,
       s.table_name, a.attname::text as column_name
from hangs s
join pg_catalog.pg_class w on w.oid = s.relation and w.relkind in ('v', 'm') and w.oid <> s.holder
join pg_catalog.pg_namespace n on n.oid = w.relnamespace
left join pg_catalog.pg_attribute a on s.class = 'pg_catalog.pg_class'::regclass and a.attrelid = s.holder and a.attnum = s.refobjsubid and a.attnum > 0
where w.relnamespace not in (select oid from foreign_schema) and not starts_with(w.relname::text, '_tandem_')
union
select case when s.is_type then 'TypeUse' else 'Other' end, pg_catalog.pg_describe_object(s.classid, s.objid, s.objsubid), s.table_name, null
from hangs s
left join pg_catalog.pg_class w on w.oid = s.relation
left join pg_catalog.pg_proc p on s.classid = 'pg_catalog.pg_proc'::regclass and p.oid = s.objid
where s.classid <> 'pg_catalog.pg_attrdef'::regclass
  and (w.oid is null or w.relkind not in ('r', 'p', 'v', 'm'))
  and coalesce(p.pronamespace, 0) not in (select oid from foreign_schema)
  and not starts_with(coalesce(p.proname::text, ''), '_tandem_')
