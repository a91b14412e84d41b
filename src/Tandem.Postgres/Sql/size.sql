-- Rows as the planner sees them: the density at the last ANALYZE times the pages of now. NULL when never analysed.
-- The leaves are told first: their sizes are asked of the file system, which the planner takes to cost nothing.
with wanted as (
    select w.place, w.name::regclass::oid as oid
    from pg_catalog.jsonb_array_elements_text(@tables::jsonb) with ordinality as w(name, place)
),
leaf as materialized (
    select w.place, c.oid, c.reltuples, c.relpages
    from wanted w
    cross join lateral (
        select w.oid as relid union select t.relid from pg_catalog.pg_partition_tree(w.oid) t where t.isleaf
    ) part
    join pg_catalog.pg_class c on c.oid = part.relid
    where c.relkind <> 'p'
),
sized as (
    select leaf.*, pg_catalog.pg_relation_size(leaf.oid)::numeric / pg_catalog.current_setting('block_size')::int as pages
    from leaf
)
select (case when bool_or(s.reltuples < 0 or s.relpages = 0) then null
             else sum(s.reltuples::numeric * s.pages / nullif(s.relpages, 0)) end)::bigint as rows,
       (coalesce(sum(s.pages), 0) * 50)::bigint as by_pages,
       coalesce(sum(pg_catalog.pg_total_relation_size(s.oid)), 0)::bigint as bytes
from wanted w
left join sized s on s.place = w.place
group by w.place
order by w.place
