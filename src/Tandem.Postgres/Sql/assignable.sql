-- Whether a value of the expression can be assigned to a column of the target type, as INSERT and UPDATE would.
with recursive given as (
    select pg_catalog.pg_typeof(q.x)::oid as source
    from (select) one
    left join lateral (/*expression*/ limit 0) q (x) on true
),
-- Domains are assigned as the types below them are, and arrays as their elements.
below (side, depth, type) as (
    (select 'source', 0, source from given
     union all
     select 'target', 0, @target::oid)
    union all
    select b.side, b.depth + (y.typtype <> 'd')::int, case y.typtype when 'd' then y.typbasetype else y.typelem end
    from below b
    join pg_catalog.pg_type y on y.oid = b.type
    where y.typtype = 'd' or y.typcategory = 'A' and y.typelem <> 0
)
select pg_catalog.format_type(g.source, null)::text as source,
       t.typcategory = 'S'
       or t.typtype = 'c' and g.source = 'pg_catalog.record'::pg_catalog.regtype
       or exists (
           select
           from below s
           join below t using (depth)
           where s.side = 'source' and t.side = 'target'
             and (s.type = t.type
                  or exists (
                      select from pg_catalog.pg_cast c
                      where c.castcontext in ('i', 'a') and (c.castsource, c.casttarget) = (s.type, t.type)))) as fits
from given g
join pg_catalog.pg_type t on t.oid = @target::oid
