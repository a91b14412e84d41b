-- How a table lies on disk, all its partitions together. What is stored out of line stays where it is when a row gets new columns.
with leaf as materialized (
    select c.oid
    from pg_catalog.pg_class c
    where c.relkind <> 'p'
      and (c.oid = @table::regclass
           or c.oid in (select relid from pg_catalog.pg_partition_tree(@table::regclass) where isleaf))
)
select coalesce(sum(pg_catalog.pg_relation_size(leaf.oid)), 0)::bigint as heap,
       coalesce(sum(pg_catalog.pg_indexes_size(leaf.oid)), 0)::bigint as indexes,
       (select count(*) from pg_catalog.pg_index i where i.indrelid = @table::regclass) as index_count,
       pg_catalog.current_setting('full_page_writes') = 'on' as full_pages,
       pg_catalog.current_setting('wal_level') <> 'minimal' as logs_builds,
       pg_catalog.current_setting('block_size')::bigint as page,
       coalesce((select o.option_value::bigint from pg_catalog.pg_class c, pg_catalog.pg_options_to_table(c.reloptions) o
                 where c.oid = @table::regclass and o.option_name = 'fillfactor'), 100) as fillfactor
from leaf
