-- Only what any change to the table could lose or break; a table with one of these is refused. Rules that stay as long as
-- their columns do are in the model, and judged with the change.
select t.name as table_name, f.fact
from target t
join pg_catalog.pg_class c on c.oid = t.oid
cross join lateral (
    select 'it is a table of the type ' || pg_catalog.format_type(c.reloftype, null) as fact where c.reloftype <> 0
    union all
    select 'its access method is ' || m.amname from pg_catalog.pg_am m where m.oid = c.relam and m.amname <> 'heap'
    union all
    select 'it inherits from ' || p.relname
    from pg_catalog.pg_inherits h join pg_catalog.pg_class p on p.oid = h.inhparent where h.inhrelid = t.oid
    union all
    select k.relname || ' inherits from it'
    from pg_catalog.pg_inherits h join pg_catalog.pg_class k on k.oid = h.inhrelid
    where h.inhparent = t.oid and not k.relispartition
    union all
    select 'its partition ' || k.relname || case
        when k.relkind = 'f' then ' is a foreign table'
        when k.relnamespace <> t.relnamespace then ' is in another schema'
        else ' has the access method ' || m.amname end
    from pg_catalog.pg_partition_tree(t.oid) p
    join pg_catalog.pg_class k on k.oid = p.relid and p.level > 0
    left join pg_catalog.pg_am m on m.oid = k.relam and m.amname <> 'heap'
    where k.relkind = 'f' or k.relnamespace <> t.relnamespace or m.oid is not null
    union all
    select 'rule ' || r.rulename || ' of its partition ' || k.relname
    from pg_catalog.pg_partition_tree(t.oid) p
    join pg_catalog.pg_class k on k.oid = p.relid and p.level > 0
    join pg_catalog.pg_rewrite r on r.ev_class = k.oid
    union all
    select 'rule ' || r.rulename from pg_catalog.pg_rewrite r where r.ev_class = t.oid and r.rulename <> '_RETURN'
    union all
    select case
        when k.contype = 'n' and not k.convalidated then 'constraint ' || k.conname || ' (NOT NULL) is not valid'
        when k.contype = 'n' and k.connoinherit then 'constraint ' || k.conname || ' (NOT NULL) is NO INHERIT'
        when (to_jsonb(k) ->> 'conperiod')::boolean then 'constraint ' || k.conname || ' is about periods'
        when k.contype <> 'f' and not (to_jsonb(k) ->> 'conenforced')::boolean then 'constraint ' || k.conname || ' is not enforced'
        end
    from pg_catalog.pg_constraint k
    where k.conrelid = t.oid and not starts_with(k.conname::text, '_tandem_')
) f
where f.fact is not null
