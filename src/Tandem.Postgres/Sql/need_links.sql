-- Which object depends on which by the server's account; a part of a whole (a) counts as well.
select distinct d.classid::bigint as class, d.objid::bigint as oid, d.refclassid::bigint as needs_class, d.refobjid::bigint as needs_oid
from pg_catalog.pg_depend d
where d.deptype in ('n', 'a') and d.objid >= 16384 and d.refobjid >= 16384
