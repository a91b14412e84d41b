-- What ANALYZE found about the columns of tables; of a table with partitions, about all of them together.
select s.tablename::text as table_name,
       s.attname::text as name,
       s.inherited,
       s.null_frac::text as null_frac,
       s.avg_width::text as avg_width,
       s.n_distinct::text as n_distinct,
       s.correlation::text as correlation,
       s.most_common_vals::text as most_common_vals,
       s.most_common_freqs::text as most_common_freqs,
       s.histogram_bounds::text as histogram_bounds,
       s.most_common_elems::text as most_common_elems,
       s.most_common_elem_freqs::text as most_common_elem_freqs,
       s.elem_count_histogram::text as elem_count_histogram
from pg_catalog.pg_stats s
join pg_catalog.pg_namespace n on n.nspname = s.schemaname
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.tablename
where s.schemaname = @schema and s.inherited = (c.relkind = 'p')
