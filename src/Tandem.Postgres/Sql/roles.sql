select r.rolname as name, r.rolsuper or r.rolbypassrls as unbound, r.rolname = current_user as own,
       (select json_agg(g.rolname order by g.rolname collate "C")
        from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid where m.member = r.oid)::text as member_of
from pg_catalog.pg_roles r
