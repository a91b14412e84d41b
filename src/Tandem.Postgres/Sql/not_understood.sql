select t.name as table_name, f.fact
from target t
join pg_catalog.pg_class c on c.oid = t.oid
cross join lateral (
    select 'it is partitioned' as fact where c.relkind = 'p'
    union all select 'it is unlogged' where c.relpersistence = 'u'
    union all select 'row security is on' where c.relrowsecurity
    union all select 'it is a table of the type ' || pg_catalog.format_type(c.reloftype, null) where c.reloftype <> 0
    union all
    select 'its replica identity is ' || case c.relreplident when 'f' then 'full' when 'n' then 'nothing' else 'an index' end
    where c.relreplident <> 'd'
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
    select 'rule ' || r.rulename from pg_catalog.pg_rewrite r where r.ev_class = t.oid and r.rulename <> '_RETURN'
    union all
    select case
        when k.contype = 'x' then 'exclusion constraint ' || k.conname
        when k.contype = 'p' and k.condeferrable then 'the primary key is deferrable'
        when k.contype in ('p', 'u') and i.indnatts > i.indnkeyatts then 'constraint ' || k.conname || ' includes other columns'
        when k.contype = 'f' and k.confmatchtype = 'f' then 'foreign key ' || k.conname || ' is MATCH FULL'
        when k.contype = 'f' and to_jsonb(k) ->> 'confdelsetcols' is not null
            then 'foreign key ' || k.conname || ' sets only some columns'
        when k.contype = 'c' and k.connoinherit then 'check ' || k.conname || ' is NO INHERIT'
        when (to_jsonb(k) ->> 'conperiod')::boolean then 'constraint ' || k.conname || ' is about periods'
        when not (to_jsonb(k) ->> 'conenforced')::boolean then 'constraint ' || k.conname || ' is not enforced'
        end
    from pg_catalog.pg_constraint k
    left join pg_catalog.pg_index i on i.indexrelid = k.conindid
    where k.conrelid = t.oid and not starts_with(k.conname::text, '_tandem_')
    union all
    select case when i.indisclustered then 'it is clustered on ' || x.relname
                else 'index ' || x.relname || ' lies in the tablespace ' || s.spcname end
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    left join pg_catalog.pg_tablespace s on s.oid = x.reltablespace
    where i.indrelid = t.oid and (i.indisclustered or s.oid is not null)
    union all
    select 'extended statistics ' || e.stxname from pg_catalog.pg_statistic_ext e where e.stxrelid = t.oid
    union all
    select 'it has a security label' from pg_catalog.pg_seclabel l
    where l.classoid = 'pg_catalog.pg_class'::regclass and l.objoid = t.oid
    union all
    select 'column ' || a.attname || ' has ' || a.what
    from (
        select b.attname, w.what
        from pg_catalog.pg_attribute b
        join pg_catalog.pg_type y on y.oid = b.atttypid
        cross join lateral (
            select 'rights of its own' as what where b.attacl is not null
            union all select 'a statistics target' where b.attstattarget >= 0
            union all select 'planner options' where b.attoptions is not null
            union all select 'a storage of its own' where b.attstorage <> y.typstorage
            union all select 'a compression method' where b.attcompression <> '') w
        where b.attrelid = t.oid and b.attnum > 0 and not b.attisdropped
          and not starts_with(b.attname::text, '_tandem_')) a
) f
where f.fact is not null
