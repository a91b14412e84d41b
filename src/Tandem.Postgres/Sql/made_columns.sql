-- The columns of a table that take values, with what decides which values fit.
select a.attname::text as name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       b.typname::text as base,
       b.typtype::text as kind,
       b.typcategory::text as category,
       pg_catalog.format_type(coalesce(e.oid, b.oid), null) as plain,
       coalesce(e.typname, b.typname)::text as element,
       coalesce(e.typtype, b.typtype)::text as element_kind,
       (case when y.typtype = 'd' then y.typtypmod else a.atttypmod end)::bigint as modifier,
       a.attnotnull or y.typnotnull as required,
       exists (
           select from pg_catalog.pg_index i
           where i.indrelid = a.attrelid and i.indisunique and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) as is_unique,
       y.typtype = 'd'
           or exists (select from pg_catalog.pg_constraint c where c.conrelid = a.attrelid and c.contype = 'c' and a.attnum = any (c.conkey))
           or exists (select from pg_catalog.pg_partitioned_table p where p.partrelid = a.attrelid) as is_ruled
from pg_catalog.pg_attribute a
join pg_catalog.pg_type y on y.oid = a.atttypid
join pg_catalog.pg_type b on b.oid = case when y.typtype = 'd' then y.typbasetype else y.oid end
left join pg_catalog.pg_type e on e.oid = b.typelem and b.typcategory = 'A'
where a.attrelid = pg_catalog.to_regclass(@table) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  and not starts_with(a.attname::text, '_tandem_')
order by a.attnum
