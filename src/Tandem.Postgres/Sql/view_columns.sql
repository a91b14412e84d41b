-- Columns of views on which something was set.
select c.relname as table_name, a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression,
       pg_catalog.col_description(a.attrelid, a.attnum) as comment,
       (select json_agg(w.what)
        from (
            select 'STATISTICS ' || a.attstattarget as what where a.attstattarget >= 0
            union all
            select '(' || string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ') || ')'
            from pg_catalog.pg_options_to_table(a.attoptions) o having count(*) > 0
            union all
            select 'STORAGE ' || case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end
            where c.relkind = 'm' and a.attstorage <> y.typstorage
            union all
            select 'COMPRESSION ' || case a.attcompression when 'p' then 'pglz' else 'lz4' end where a.attcompression <> '') w
       )::text as settings
from pg_catalog.pg_class c
join place on place.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type y on y.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind in ('v', 'm')
  and (d.oid is not null or a.attstattarget >= 0 or a.attoptions is not null or a.attcompression <> ''
       or c.relkind = 'm' and a.attstorage <> y.typstorage
       or pg_catalog.col_description(a.attrelid, a.attnum) is not null)
order by c.relname collate "C", a.attnum
