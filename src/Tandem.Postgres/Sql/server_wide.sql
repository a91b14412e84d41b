-- What this transaction changed of what belongs to the whole server. A row that is seen and whose transaction goes on is one of this transaction.
-- The server holds its locks on these catalogues to the end, so what a row does not tell, one that is gone, a lock tells; but a setting
-- or comment of this very database goes with it.
with present as (
    select d.oid, pg_catalog.pg_current_xact_id_if_assigned()::text::numeric as xact
    from pg_catalog.pg_database d
    where d.datname = pg_catalog.current_database()
),
changed as (
    select c.catalogue, c.own
    from (
        select 'pg_database' as catalogue, d.oid = p.oid as own, d.xmin as row_xact from pg_catalog.pg_database d, present p
        union all
        select 'pg_tablespace', false, t.xmin from pg_catalog.pg_tablespace t
        union all
        select 'pg_db_role_setting', s.setdatabase = p.oid, s.xmin from pg_catalog.pg_db_role_setting s, present p
        union all
        select 'pg_shdescription', s.classoid = 'pg_catalog.pg_database'::regclass and s.objoid = p.oid, s.xmin from pg_catalog.pg_shdescription s, present p
    ) c, present p
    -- Blocks that catch errors have numbers of their own, a little above the transaction's. The server takes no question about one that it has not given out.
    where case
        when c.row_xact::text::numeric - p.xact % 4294967296 between 0 and 1000000
        then pg_catalog.pg_xact_status((p.xact - p.xact % 4294967296 + c.row_xact::text::numeric)::text::xid8) = 'in progress' end
),
held as (
    select k.catalogue
    from present p, (values ('pg_authid'), ('pg_auth_members'), ('pg_db_role_setting'), ('pg_shdescription')) k (catalogue)
    join pg_catalog.pg_locks l on l.relation = ('pg_catalog.' || k.catalogue)::regclass
    where p.xact is not null and l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.database = 0
      and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
)
select distinct case f.catalogue
        when 'pg_authid' then 'roles' when 'pg_auth_members' then 'roles' when 'pg_db_role_setting' then 'settings of roles or databases'
        when 'pg_shdescription' then 'comments on roles or databases' when 'pg_database' then 'databases' else 'tablespaces' end as what
from (
    select c.catalogue from changed c where not c.own
    union all
    select h.catalogue from held h where not exists (select from changed c where c.catalogue = h.catalogue)
) f
order by what
