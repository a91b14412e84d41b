-- Types that hold values of others: domains, arrays, rows and ranges of them, and what holds these.
with recursive over as (
    select t.oid, t.typname
    from pg_catalog.pg_type t
    where t.typnamespace = pg_catalog.current_schema()::regnamespace and t.typname::text in (select n.name from pg_catalog.json_array_elements_text(@names::json) n (name))
    union
    select t.oid, t.typname
    from over o
    join pg_catalog.pg_type t on t.typbasetype = o.oid or t.typelem = o.oid
        or exists (select from pg_catalog.pg_attribute a where a.attrelid = t.typrelid and t.typrelid <> 0 and a.attnum > 0 and a.atttypid = o.oid)
        or exists (select from pg_catalog.pg_range r where r.rngtypid = t.oid and r.rngsubtype = o.oid)
)
select o.typname::text as name
from over o
join pg_catalog.pg_type t on t.oid = o.oid
where t.typcategory <> 'A' or t.typtype = 'd'
