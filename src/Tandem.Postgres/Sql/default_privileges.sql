select pg_catalog.pg_get_userbyid(d.defaclrole) as role,
       case d.defaclobjtype when 'r' then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS' when 'T' then 'TYPES'
            when 'n' then 'SCHEMAS' when 'L' then 'LARGE OBJECTS' end as objects,
       d.defaclnamespace <> 0 as here,
       (select json_agg(json_build_object(
                   'grantee', coalesce(g.rolname, ''), 'privilege', x.privilege_type, 'grantable', x.is_grantable)
               order by g.rolname collate "C" nulls first, x.privilege_type)
        from pg_catalog.aclexplode(d.defaclacl) x
        left join pg_catalog.pg_roles g on g.oid = x.grantee)::text as grants
from pg_catalog.pg_default_acl d
where d.defaclnamespace = 0 or d.defaclnamespace in (select oid from place)
