-- Every subscription of the database, and which tables of the target it feeds.
select s.subname as name, t.name as table_name
from pg_catalog.pg_subscription s
left join (pg_catalog.pg_subscription_rel r join target t on t.oid = r.srrelid) on r.srsubid = s.oid
where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
