-- Every view, and the types of its rows and of arrays of them.
select c.relname::text as view_name, o.class::oid::bigint as class, o.oid::bigint as oid
from pg_catalog.pg_class c
join place on place.oid = c.relnamespace
join pg_catalog.pg_type y on y.oid = c.reltype
cross join lateral (values ('pg_catalog.pg_class'::regclass, c.oid), ('pg_catalog.pg_type'::regclass, y.oid), ('pg_catalog.pg_type'::regclass, y.typarray)) o (class, oid)
where c.relkind in ('v', 'm')
