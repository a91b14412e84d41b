-- How many rows a table gains a day, since the counters were last set back; a table with partitions is the sum of them.
select t.name as table_name,
       round(sum(s.n_tup_ins - s.n_tup_del) / (extract(epoch from now() - d.stats_reset) / 86400)::numeric)::bigint as rows_per_day
from target t
join pg_catalog.pg_stat_user_tables s on s.relid = t.oid
    or s.relid in (select p.relid from pg_catalog.pg_partition_tree(t.oid) p where p.isleaf and t.relkind = 'p')
join pg_catalog.pg_stat_database d on d.datname = pg_catalog.current_database()
where d.stats_reset < now() - interval '1 day'
group by t.name, d.stats_reset
