-- Whether a value of the expression can be assigned to a column of the target type, as INSERT and UPDATE would.
with given as (
    select pg_catalog.pg_typeof(q.x)::oid as source
    from (select) one
    left join lateral (/*expression*/ limit 0) q (x) on true
),
-- Domains are assigned as their base types are.
base as (
    select source,
           coalesce(nullif(s.typbasetype, 0), s.oid) as s,
           coalesce(nullif(t.typbasetype, 0), t.oid) as t,
           t.typcategory = 'S' as to_text,
           s.typelem as s_element,
           t.typelem as t_element,
           s.typcategory = 'A' and t.typcategory = 'A' as arrays
    from given
    join pg_catalog.pg_type s on s.oid = source
    join pg_catalog.pg_type t on t.oid = @target::oid
)
select pg_catalog.format_type(source, null)::text as source,
       s = t
       or to_text
       or exists (
           select from pg_catalog.pg_cast c
           where c.castcontext in ('i', 'a')
             and (c.castsource, c.casttarget) in ((s, t), (s_element, t_element))
             and (arrays or (c.castsource, c.casttarget) = (s, t)))
       or arrays and s_element = t_element as fits
from base
