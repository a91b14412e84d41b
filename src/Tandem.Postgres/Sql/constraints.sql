select t.name as table_name,
       c.conname as name,
       c.contype::text as kind,
       (select json_agg(a.attname order by k.place)
        from unnest(c.conkey) with ordinality k (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum)::text as columns,
       pg_catalog.pg_get_expr(c.conbin, c.conrelid) as expression,
       c.condeferrable, c.condeferred, c.convalidated, c.connoinherit,
       case when rn.oid <> t.relnamespace then rn.nspname end as referenced_schema,
       r.relname as referenced_table,
       (select json_agg(a.attname order by k.place)
        from unnest(c.confkey) with ordinality k (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum)::text as referenced_columns,
       c.confdeltype::text as on_delete,
       c.confupdtype::text as on_update,
       c.confmatchtype = 'f' as match_full,
       -- Columns of later versions are read through JSON, so that one query does for all.
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as nulls_not_distinct,
       coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true) as enforced,
       coalesce((to_jsonb(c) ->> 'conperiod')::boolean, false) as period,
       (select json_agg(a.attname order by k.place)
        from jsonb_array_elements_text(nullif(to_jsonb(c) -> 'confdelsetcols', 'null')) with ordinality k (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum::smallint)::text as on_delete_columns,
       (select json_agg(a.attname order by k.place)
        from unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where k.place > i.indnkeyatts)::text as include,
       -- Whether a partition wrote the rule itself says nothing: it has the one of its table in any case.
       not c.conislocal and not (c.contype = 'n' and c.convalidated and t.relispartition) as inherited,
       pg_catalog.pg_get_constraintdef(c.oid) as definition,
       (select string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ')
        from pg_catalog.pg_class x, pg_catalog.pg_options_to_table(x.reloptions) o
        where x.oid = c.conindid and c.contype in ('p', 'u', 'x')) as options,
       pg_catalog.obj_description(c.oid, 'pg_constraint') as comment
from every_table t
-- A partition has its own names for the keys of its table, and none for its foreign keys.
join pg_catalog.pg_constraint c on c.conrelid = t.oid
    and c.contype in ('p', 'u', 'c', 'f', 'x', 'n') and (c.conparentid = 0 or c.contype in ('p', 'u', 'x'))
left join pg_catalog.pg_index i on i.indexrelid = c.conindid and c.contype in ('p', 'u')
left join pg_catalog.pg_class r on r.oid = c.confrelid
left join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
where not starts_with(c.conname::text, '_tandem_')
  and not (c.contype = 'n' and exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = t.oid and a.attnum = c.conkey[1] and starts_with(a.attname::text, '_tandem_')))
order by t.name collate "C", c.conname collate "C"
