select t.name,
       t.relispartition as is_partition,
       pg_catalog.obj_description(t.oid, 'pg_class') as comment,
       c.relpersistence = 'u' as unlogged,
       case when m.amname <> 'heap' then m.amname end as method,
       (select string_agg(o.text, ', ')
        from (
            select pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value) as text
            from pg_catalog.pg_options_to_table(c.reloptions) o
            union all
            select 'toast.' || pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value)
            from pg_catalog.pg_class s, pg_catalog.pg_options_to_table(s.reloptions) o where s.oid = c.reltoastrelid) o) as options,
       case c.relreplident
            when 'f' then 'FULL'
            when 'n' then 'NOTHING'
            when 'i' then (
                select 'USING INDEX ' || pg_catalog.quote_ident(x.relname)
                from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                where i.indrelid = t.oid and i.indisreplident) end as replica_identity,
       (select x.relname
        from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
        where i.indrelid = t.oid and i.indisclustered) as clustered_on,
       c.relrowsecurity as row_security,
       c.relforcerowsecurity as row_security_forced,
       case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end as of_type,
       case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(t.oid) end as partition_key,
       pg_catalog.pg_get_expr(c.relpartbound, t.oid) as partition_bound,
       (select json_agg(json_build_object('name', p.relname, 'schema', case when p.relnamespace <> t.relnamespace then n.nspname end) order by h.inhseqno)
        from pg_catalog.pg_inherits h
        join pg_catalog.pg_class p on p.oid = h.inhparent
        join pg_catalog.pg_namespace n on n.oid = p.relnamespace
        where h.inhrelid = t.oid)::text as parents
from every_table t
join pg_catalog.pg_class c on c.oid = t.oid
left join pg_catalog.pg_am m on m.oid = c.relam
