-- Rows as the planner sees them: the density at the last ANALYZE times the pages of now. NULL when never analysed.
select (case when bool_or(c.reltuples < 0 or c.relpages = 0) then null
             else sum(c.reltuples::numeric * pages / nullif(c.relpages, 0)) end)::bigint as rows,
       (sum(pages) * 50)::bigint as by_pages,
       sum(pg_catalog.pg_total_relation_size(c.oid))::bigint as bytes
from (select @table::regclass as oid) t
cross join lateral (
    select relid from pg_catalog.pg_partition_tree(t.oid) where isleaf
    union
    select t.oid) leaf
join pg_catalog.pg_class c on c.oid = leaf.relid and c.relkind <> 'p'
cross join lateral (
    select pg_catalog.pg_relation_size(c.oid)::numeric / pg_catalog.current_setting('block_size')::int as pages) p
