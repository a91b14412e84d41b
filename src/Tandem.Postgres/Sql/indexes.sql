select t.name as table_name,
       x.relname as name,
       i.indisunique as is_unique,
       i.indisvalid and i.indisready and i.indislive as is_valid,
       case when m.amname <> 'btree' then m.amname end as method,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) as condition,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as nulls_not_distinct,
       (select string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ')
        from pg_catalog.pg_options_to_table(x.reloptions) o) as options,
       (select s.spcname from pg_catalog.pg_tablespace s where s.oid = x.reltablespace) as tablespace,
       pg_catalog.obj_description(x.oid, 'pg_class') as comment,
       (select json_agg(xa.attnum || ' SET STATISTICS ' || xa.attstattarget order by xa.attnum)
        from pg_catalog.pg_attribute xa where xa.attrelid = x.oid and xa.attstattarget >= 0)::text as settings,
       keys.keys::text as keys,
       (select json_agg(a.attname order by k.place)
        from unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where k.place > i.indnkeyatts)::text as include,
       (select json_agg(a.attname order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = i.indrelid
          and a.attnum > 0
          and (a.attnum = any (i.indkey::smallint[]) or exists (
              select from pg_catalog.pg_depend p
              where p.classid = 'pg_catalog.pg_class'::regclass and p.objid = i.indexrelid
                and p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = i.indrelid
                and p.refobjsubid = a.attnum)))::text as columns
from (
    select t.oid, t.name from every_table t
    union all
    select v.oid, v.relname from pg_catalog.pg_class v join place on place.oid = v.relnamespace where v.relkind = 'm') t
join pg_catalog.pg_index i on i.indrelid = t.oid
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_am m on m.oid = x.relam
cross join lateral (
    select json_agg(json_build_object(
        'column', a.attname,
        'expression', case when i.indkey[k.n] = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k.n + 1, false) end,
        'descending', i.indoption[k.n] & 1 = 1,
        'nulls', case i.indoption[k.n] & 3 when 2 then 'NULLS FIRST' when 1 then 'NULLS LAST' end,
        'collation', case when i.indcollation[k.n] <> 0
                           and i.indcollation[k.n] <> coalesce(a.attcollation, y.typcollation) then (
            select case when pg_catalog.pg_collation_is_visible(l.oid)
                        then pg_catalog.quote_ident(l.collname)
                        else pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) end
            from pg_catalog.pg_collation l
            join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
            where l.oid = i.indcollation[k.n]) end,
        'class', case when not o.opcdefault or xa.attoptions is not null or (o.opcintype <> xa.atttypid and exists (
            select from pg_catalog.pg_opclass other
            where other.opcmethod = o.opcmethod and other.opcdefault and other.opcintype = xa.atttypid)) then
            case when pg_catalog.pg_opclass_is_visible(o.oid)
                 then pg_catalog.quote_ident(o.opcname)
                 else pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(o.opcname) end
            || coalesce((
                select ' (' || string_agg(
                    pg_catalog.quote_ident(p.option_name) || '=' || pg_catalog.quote_literal(p.option_value), ', ') || ')'
                from pg_catalog.pg_options_to_table(xa.attoptions) p), '') end
        ) order by k.n) as keys
    from generate_series(0, i.indnkeyatts - 1) k (n)
    join pg_catalog.pg_attribute xa on xa.attrelid = i.indexrelid and xa.attnum = k.n + 1
    join pg_catalog.pg_type y on y.oid = xa.atttypid
    join pg_catalog.pg_opclass o on o.oid = i.indclass[k.n]
    join pg_catalog.pg_namespace opn on opn.oid = o.opcnamespace
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k.n] and a.attnum > 0
) keys
where not starts_with(x.relname::text, '_tandem_')
  -- Nor what an index that is hidden has in its partitions.
  and not exists (select from pg_catalog.pg_class r where r.oid = pg_catalog.pg_partition_root(x.oid) and x.relispartition and starts_with(r.relname::text, '_tandem_'))
  and not exists (
      select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
order by t.name collate "C", x.relname collate "C"
