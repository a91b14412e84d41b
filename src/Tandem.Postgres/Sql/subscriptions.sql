select s.subname as name, t.name as table_name
from target t
join pg_catalog.pg_subscription_rel r on r.srrelid = t.oid
join pg_catalog.pg_subscription s on s.oid = r.srsubid
