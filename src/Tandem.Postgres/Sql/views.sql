select c.relname as name,
       c.relkind = 'm' as materialized,
       c.relispopulated as with_data,
       pg_catalog.pg_get_viewdef(c.oid) as definition,
       (select string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ')
        from pg_catalog.pg_options_to_table(c.reloptions) o) as options,
       pg_catalog.obj_description(c.oid, 'pg_class') as comment,
       case when m.amname <> 'heap' then m.amname end as method,
       (select x.relname
        from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
        where i.indrelid = c.oid and i.indisclustered) as clustered_on
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am m on m.oid = c.relam
where n.nspname = @schema
  and c.relkind in ('v', 'm')
  and not starts_with(c.relname::text, '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
