-- The columns of every view, and the types of its rows and of arrays of them.
select c.relname::text as view_name, o.class::oid::bigint as class, o.oid::bigint as oid, a.attname::text as column_name, a.attnum::bigint as attnum
from pg_catalog.pg_class c
join place on place.oid = c.relnamespace
join pg_catalog.pg_type y on y.oid = c.reltype
cross join lateral (values ('pg_catalog.pg_class'::regclass, c.oid), ('pg_catalog.pg_type'::regclass, y.oid), ('pg_catalog.pg_type'::regclass, y.typarray)) o (class, oid)
left join pg_catalog.pg_attribute a on o.class = 'pg_catalog.pg_class'::regclass and a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('v', 'm')
