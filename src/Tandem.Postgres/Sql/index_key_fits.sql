-- Whether an index of the method takes keys of the expression's type, by its usual operator class or by one that is named.
with given as (
    select pg_catalog.pg_typeof(q.x)::oid as type
    from (select) one
    left join lateral (/*expression*/ limit 0) q (x) on true
),
base as (
    select coalesce(nullif(t.typbasetype, 0), t.oid) as type,
           case
               when t.typcategory = 'A' then 'anyarray'
               when t.typtype = 'e' then 'anyenum'
               when t.typtype = 'r' then 'anyrange'
               when t.typtype = 'm' then 'anymultirange'
               when t.typtype = 'c' then 'record'
           end as kind
    from given
    join pg_catalog.pg_type t on t.oid = given.type
)
select exists (
    select
    from pg_catalog.pg_opclass c
    join pg_catalog.pg_am m on m.oid = c.opcmethod
    join pg_catalog.pg_type i on i.oid = c.opcintype
    where m.amname = @method
      and (case when @class = '' then c.opcdefault else c.opcname = @class end)
      and (c.opcintype = base.type
           or i.typname = base.kind
           or exists (
               select from pg_catalog.pg_cast b
               where b.castmethod = 'b' and b.castcontext = 'i' and (b.castsource, b.casttarget) = (base.type, c.opcintype)))) as fits,
    pg_catalog.format_type(base.type, null) as type
from base
