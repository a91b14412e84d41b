-- Rows as the planner sees them: the density at the last ANALYZE times the pages of now. NULL when never analysed.
-- The leaves are told first: their sizes are asked of the file system, which the planner takes to cost nothing.
with leaf as materialized (
    select c.oid, c.reltuples, c.relpages
    from pg_catalog.pg_class c
    where c.relkind <> 'p'
      and (c.oid = @table::regclass
           or c.oid in (select relid from pg_catalog.pg_partition_tree(@table::regclass) where isleaf))
),
sized as (
    select leaf.*, pg_catalog.pg_relation_size(leaf.oid)::numeric / pg_catalog.current_setting('block_size')::int as pages
    from leaf
)
select (case when bool_or(reltuples < 0 or relpages = 0) then null
             else sum(reltuples::numeric * pages / nullif(relpages, 0)) end)::bigint as rows,
       (sum(pages) * 50)::bigint as by_pages,
       sum(pg_catalog.pg_total_relation_size(oid))::bigint as bytes
from sized
