-- Rights are listed where they are not what the owner's creation of the object gave.
select o.kind, o.name, pg_catalog.pg_get_userbyid(o.owner) as owner,
       case when o.columns is not null or o.acl is not null and not (
                o.acl @> pg_catalog.acldefault(o.code, o.owner) and pg_catalog.acldefault(o.code, o.owner) @> o.acl) then (
           select coalesce(json_agg(json_build_object(
                      'grantee', coalesce(g.rolname, ''), 'privilege', x.privilege_type, 'column', x.attname,
                      'grantable', x.is_grantable, 'grantor', case when x.grantor <> o.owner then pg_catalog.pg_get_userbyid(x.grantor) end)
                  order by x.attname collate "C" nulls first, g.rolname collate "C" nulls first, x.privilege_type, x.grantor), '[]')
           from (
               select null::text as attname, e.*
               from pg_catalog.aclexplode(coalesce(o.acl, pg_catalog.acldefault(o.code, o.owner))) e
               union all
               select a.attname::text, e.*
               from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) e
               where o.columns is not null and a.attrelid = o.oid and a.attacl is not null and not a.attisdropped
                 and not starts_with(a.attname::text, '_tandem_')) x
           left join pg_catalog.pg_roles g on g.oid = x.grantee) end::text as grants
from (
    select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
                else 'table' end as kind,
           c.relname::text as name, c.oid, c.relowner as owner, c.relacl as acl,
           case c.relkind when 'S' then 's'::"char" else 'r'::"char" end as code,
           (select true from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attacl is not null and not a.attisdropped
               and not starts_with(a.attname::text, '_tandem_') limit 1) as columns,
           'pg_catalog.pg_class'::regclass as class
    from pg_catalog.pg_class c join place on place.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      -- A sequence that belongs to a column has the table's owner; it is listed for its rights alone.
      and not (c.relkind = 'S' and c.relacl is null and exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0))
    union all
    select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
           p.proname || '(' || case when p.prokind = 'a' then coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')
               else (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
                     from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) end || ')',
           p.oid, p.proowner, p.proacl, 'f', null, 'pg_catalog.pg_proc'::regclass
    from pg_catalog.pg_proc p join place on place.oid = p.pronamespace
    where not exists (
        select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
    union all
    select case y.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' else 'composite type' end,
           y.typname, y.oid, y.typowner, y.typacl, 'T', null, 'pg_catalog.pg_type'::regclass
    from pg_catalog.pg_type y join place on place.oid = y.typnamespace
    left join pg_catalog.pg_class c on c.oid = y.typrelid
    where y.typtype in ('e', 'd', 'r') or c.relkind = 'c'
    union all
    select 'statistics', s.stxname, s.oid, s.stxowner, null, 'r', null, 'pg_catalog.pg_statistic_ext'::regclass
    from pg_catalog.pg_statistic_ext s join place on place.oid = s.stxnamespace
    union all
    select 'collation', l.collname, l.oid, l.collowner, null, 'r', null, 'pg_catalog.pg_collation'::regclass
    from pg_catalog.pg_collation l join place on place.oid = l.collnamespace
    union all
    select 'publication', p.pubname, p.oid, p.pubowner, null, 'r', null, 'pg_catalog.pg_publication'::regclass
    from pg_catalog.pg_publication p
    union all
    select 'event trigger', e.evtname, e.oid, e.evtowner, null, 'r', null, 'pg_catalog.pg_event_trigger'::regclass
    from pg_catalog.pg_event_trigger e
    union all
    select 'schema', n.nspname, n.oid, n.nspowner, n.nspacl, 'n', null, 'pg_catalog.pg_namespace'::regclass
    from pg_catalog.pg_namespace n join place on place.oid = n.oid
) o
where not starts_with(o.name, '_tandem_')
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
