-- From 15 on.
select p.pubname as name, s.nspname as schema
from pg_catalog.pg_publication_namespace n
join pg_catalog.pg_publication p on p.oid = n.pnpubid
join pg_catalog.pg_namespace s on s.oid = n.pnnspid
order by s.nspname collate "C"
