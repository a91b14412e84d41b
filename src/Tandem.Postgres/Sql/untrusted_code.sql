-- What brings code of its own (functions; defaults, checks and rules of relations; checks of domains) and belongs to somebody
-- who may not act as the role that is connected here. Put behind "target".
select k.kind, k.name, pg_catalog.pg_get_userbyid(k.owner)::text as owner, current_user::text as role
from (
    select 'function' as kind, p.oid::regprocedure::text as name, p.proowner as owner, p.pronamespace as namespace, 'pg_catalog.pg_proc'::regclass as class, p.oid
    from pg_catalog.pg_proc p
    union all
    select case when c.relkind in ('v', 'm') then 'view' else 'table' end, c.oid::regclass::text, c.relowner, c.relnamespace, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'f', 'v', 'm')
    union all
    select 'domain', pg_catalog.format_type(y.oid, null), y.typowner, y.typnamespace, 'pg_catalog.pg_type'::regclass, y.oid
    from pg_catalog.pg_type y where y.typtype = 'd'
) k
where k.namespace not in (select oid from foreign_schema)
  and not pg_catalog.pg_has_role(k.owner, current_user, 'MEMBER')
  and not exists (select from extension_member e where e.classid = k.class and e.objid = k.oid)
order by k.kind, k.name collate "C"
limit 1
