-- Whether an index of the method takes keys of the expression's type, by its usual operator class or by one that is named, and whether that has no
-- parameters: where it has, a function of the class reads them, which has its own number in each method.
with recursive given as (
    select pg_catalog.pg_typeof(q.x)::oid as type
    from (select) one
    left join lateral (/*expression*/ limit 0) q (x) on true
),
-- A domain may be over another one.
under as (
    select g.type from given g
    union all
    select t.typbasetype from under u join pg_catalog.pg_type t on t.oid = u.type where t.typbasetype <> 0
),
base as (
    select t.oid as type,
           t.typtype = 'p' as pseudo,
           case
               when t.typcategory = 'A' then 'anyarray'
               when t.typtype = 'e' then 'anyenum'
               when t.typtype = 'r' then 'anyrange'
               when t.typtype = 'm' then 'anymultirange'
               when t.typtype = 'c' then 'record'
           end as kind
    from under u
    join pg_catalog.pg_type t on t.oid = u.type and t.typbasetype = 0
)
select not base.pseudo and found.plain is not null as fits,
       pg_catalog.format_type(base.type, null) as type,
       found.plain as plain
from base
left join lateral (
    select not exists (
               select from pg_catalog.pg_amproc p
               where p.amprocfamily = c.opcfamily and p.amproclefttype = c.opcintype
                 and p.amprocnum = case m.amname when 'gist' then 10 when 'gin' then 7 when 'spgist' then 6 when 'hash' then 3 when 'btree' then 5 when 'brin' then 5 else p.amprocnum end) as plain
    from pg_catalog.pg_opclass c
    join pg_catalog.pg_am m on m.oid = c.opcmethod
    join pg_catalog.pg_type i on i.oid = c.opcintype
    where m.amname = @method
      and (case when @class = '' then c.opcdefault else c.opcname = @class end)
      and (@schema = '' or c.opcnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = @schema))
      and (c.opcintype = base.type
           or i.typname = base.kind
           or exists (
               select from pg_catalog.pg_cast b
               where b.castmethod = 'b' and b.castcontext = 'i' and (b.castsource, b.casttarget) = (base.type, c.opcintype)))
    limit 1) found on true
