-- Who may create in the schemas in which the users' expressions find their functions and operators, besides superusers and who may act
-- as the schema's owner or as who is connected.
select n.nspname::text as schema, string_agg(distinct coalesce(r.rolname::text, 'PUBLIC'), ', ') as roles
from pg_catalog.pg_namespace n
cross join lateral pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
left join pg_catalog.pg_roles r on r.oid = g.grantee
where n.nspname in (@schema, 'public') and g.privilege_type = 'CREATE'
  and (g.grantee = 0 or not r.rolsuper and not pg_catalog.pg_has_role(r.oid, n.nspowner, 'MEMBER')
    and not pg_catalog.pg_has_role(r.oid, current_user, 'MEMBER'))
group by n.nspname
order by n.nspname collate "C"
