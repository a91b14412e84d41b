select p.polname as name, c.relname as table_name,
       p.polpermissive as permissive,
       case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end as command,
       (select json_agg(o.rolname order by o.rolname collate "C") from pg_catalog.pg_roles o where o.oid = any (p.polroles))::text as roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) as using_expression,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as check_expression,
       pg_catalog.obj_description(p.oid, 'pg_policy') as comment
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join place on place.oid = c.relnamespace
where not starts_with(p.polname::text, '_tandem_') and not starts_with(c.relname::text, '_tandem_')
