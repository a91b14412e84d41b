select t.name as table_name,
       a.attname as name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       -- From 18 on NOT NULL is a constraint with a name; one of the engine's is not the users'.
       a.attnotnull and not exists (
           select from pg_catalog.pg_constraint c
           where c.conrelid = a.attrelid and c.contype = 'n' and c.conkey = array[a.attnum]
             and starts_with(c.conname::text, '_tandem_')) as not_null,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression,
       a.attgenerated::text as generated,
       a.attidentity::text as identity,
       case when a.attcollation <> y.typcollation and a.attcollation <> 0 then (
           select case when pg_catalog.pg_collation_is_visible(l.oid)
                       then pg_catalog.quote_ident(l.collname)
                       else pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) end
           from pg_catalog.pg_collation l
           join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace
           where l.oid = a.attcollation) end as collation,
       pg_catalog.col_description(a.attrelid, a.attnum) as comment,
       s.name as sequence_name,
       s.type as sequence_type,
       s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
       s.comment as sequence_comment,
       pg_catalog.format_type(a.atttypid, null) as plain_type,
       not a.attislocal as inherited,
       (select json_agg(w.what)
        from (
            select 'STATISTICS ' || a.attstattarget as what where a.attstattarget >= 0
            union all
            select '(' || string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ') || ')'
            from pg_catalog.pg_options_to_table(a.attoptions) o having count(*) > 0
            union all
            select 'STORAGE ' || case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end
            where a.attstorage <> y.typstorage
            union all
            select 'COMPRESSION ' || case a.attcompression when 'p' then 'pglz' else 'lz4' end where a.attcompression <> '') w
       )::text as settings,
       -- A column that takes the place of this one would not have it.
       (select json_agg(w.what)
        from (
            select 'a statistics target' as what where a.attstattarget >= 0
            union all select 'planner options' where a.attoptions is not null
            union all select 'a storage of its own' where a.attstorage <> y.typstorage
            union all select 'a compression method' where a.attcompression <> ''
            union all
            select 'a security label' from pg_catalog.pg_seclabel l
            where l.classoid = 'pg_catalog.pg_class'::regclass and l.objoid = a.attrelid and l.objsubid = a.attnum) w
       )::text as not_carried
from every_table t
join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type y on y.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join lateral (
    select c.relname::text as name, pg_catalog.format_type(q.seqtypid, null) as type,
           pg_catalog.obj_description(c.oid, 'pg_class') as comment, q.*
    from pg_catalog.pg_depend p
    join pg_catalog.pg_class c on c.oid = p.objid and c.relkind = 'S'
    join pg_catalog.pg_sequence q on q.seqrelid = c.oid
    where p.classid = 'pg_catalog.pg_class'::regclass
      and p.refclassid = 'pg_catalog.pg_class'::regclass
      and p.refobjid = a.attrelid
      and p.refobjsubid = a.attnum
      and p.deptype in ('a', 'i')
      -- An owned sequence makes a serial only when the default is its next value and nothing else.
      and (p.deptype = 'i' or pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\(''.*''::regclass\)$' and exists (
          select from pg_catalog.pg_depend u
          where u.classid = 'pg_catalog.pg_attrdef'::regclass and u.objid = d.oid
            and u.refclassid = 'pg_catalog.pg_class'::regclass and u.refobjid = c.oid))
    order by c.oid
    limit 1) s on d.oid is not null or a.attidentity <> ''
where not starts_with(a.attname::text, '_tandem_')
order by t.name collate "C", a.attnum
