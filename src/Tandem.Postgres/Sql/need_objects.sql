-- Every object of the users' that may need or be needed, in the model's words. Indexes and constraints that are parts of a
-- table count as the table, with a word for the part.
, named_type as (
    select y.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(y.typname) as name
    from pg_catalog.pg_type y join pg_catalog.pg_namespace n on n.oid = y.typnamespace
)
select o.class::oid::bigint as class, o.oid::bigint as oid, o.kind, o.name, o.part, n.nspname as schema, n.nspname = @schema as here
from (
    select 'pg_catalog.pg_class'::regclass as class, c.oid, c.relnamespace as namespace,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'c' then 'composite type'
                when 'f' then 'foreign table' else 'table' end as kind,
           c.relname::text as name, null::text as part
    from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    union all
    select 'pg_catalog.pg_class'::regclass, x.oid, x.relnamespace,
           case when k.oid is null then 'index' else 'table' end, case when k.oid is null then x.relname else t.relname end,
           'constraint ' || k.conname
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_class t on t.oid = i.indrelid and t.relkind in ('r', 'p', 'm')
    left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
    union all
    select 'pg_catalog.pg_attrdef'::regclass, f.oid, c.relnamespace,
           case c.relkind when 'v' then 'view' else 'table' end, c.relname, case when a.attgenerated = '' then 'default ' else 'generated ' end || a.attname
    from pg_catalog.pg_attrdef f
    join pg_catalog.pg_class c on c.oid = f.adrelid
    join pg_catalog.pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
    union all
    select 'pg_catalog.pg_constraint'::regclass, k.oid, k.connamespace,
           case when k.contypid <> 0 then 'domain' else 'table' end, coalesce(c.relname, y.typname), 'constraint ' || k.conname
    from pg_catalog.pg_constraint k
    left join pg_catalog.pg_class c on c.oid = k.conrelid
    left join pg_catalog.pg_type y on y.oid = k.contypid
    where k.contype in ('c', 'p', 'u', 'x')
    union all
    select 'pg_catalog.pg_rewrite'::regclass, r.oid, c.relnamespace,
           case when r.rulename <> '_RETURN' then 'rule' when c.relkind = 'm' then 'materialized view' else 'view' end,
           case when r.rulename <> '_RETURN' then r.rulename || ' on ' else '' end || c.relname, null
    from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
    union all
    select 'pg_catalog.pg_proc'::regclass, p.oid, p.pronamespace,
           case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
           p.proname || '(' || case when p.prokind = 'a' then coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')
               else (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
                     from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) end || ')', null
    from pg_catalog.pg_proc p
    where p.pronamespace not in (select oid from foreign_schema)
    union all
    select 'pg_catalog.pg_type'::regclass, y.oid, y.typnamespace,
           case coalesce(e.typtype, y.typtype) when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' when 'm' then 'range type'
                when 'c' then case c.relkind when 'c' then 'composite type' when 'v' then 'view' when 'm' then 'materialized view'
                                   when 'f' then 'foreign table' else 'table' end end,
           coalesce(r.typname, e.typname, y.typname), null
    from pg_catalog.pg_type y
    -- An array needs what its elements need, a multirange its range.
    left join pg_catalog.pg_type e on e.oid = y.typelem and y.typelem <> 0
    left join pg_catalog.pg_range g on g.rngmultitypid = coalesce(e.oid, y.oid)
    left join pg_catalog.pg_type r on r.oid = g.rngtypid
    left join pg_catalog.pg_class c on c.oid = coalesce(e.typrelid, y.typrelid)
    where y.typnamespace not in (select oid from foreign_schema)
    union all
    select 'pg_catalog.pg_collation'::regclass, l.oid, l.collnamespace, 'collation', l.collname, null
    from pg_catalog.pg_collation l where l.collnamespace not in (select oid from foreign_schema)
    union all
    select 'pg_catalog.pg_operator'::regclass, p.oid, p.oprnamespace, 'operator',
           p.oprname || '(' || coalesce(l.name, 'NONE') || ', ' || coalesce(r.name, 'NONE') || ')', null
    from pg_catalog.pg_operator p
    left join named_type l on l.oid = p.oprleft
    left join named_type r on r.oid = p.oprright
    union all
    -- A class needs what its members need, and so does a family for those that belong to no class.
    select v.class, v.oid, v.namespace, v.kind, v.name || ' using ' || v.method, null
    from (
        select 'pg_catalog.pg_opclass'::regclass as class, c.oid, c.opcnamespace as namespace, 'operator class' as kind, c.opcname as name, m.amname as method
        from pg_catalog.pg_opclass c join pg_catalog.pg_am m on m.oid = c.opcmethod
        union all
        select 'pg_catalog.pg_opfamily'::regclass, f.oid, f.opfnamespace, 'operator family', f.opfname, m.amname
        from pg_catalog.pg_opfamily f join pg_catalog.pg_am m on m.oid = f.opfmethod
        union all
        select d.classid::regclass, d.objid, coalesce(c.opcnamespace, f.opfnamespace), case when c.oid is null then 'operator family' else 'operator class' end,
               coalesce(c.opcname, f.opfname), m.amname
        from pg_catalog.pg_depend d
        left join pg_catalog.pg_opclass c on d.refclassid = 'pg_catalog.pg_opclass'::regclass and d.deptype = 'i' and c.oid = d.refobjid
        left join pg_catalog.pg_opfamily f on d.refclassid = 'pg_catalog.pg_opfamily'::regclass and d.deptype = 'a' and f.oid = d.refobjid
        join pg_catalog.pg_am m on m.oid = coalesce(c.opcmethod, f.opfmethod)
        where d.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)) v
    union all
    select 'pg_catalog.pg_conversion'::regclass, c.oid, c.connamespace, 'conversion', c.conname, null from pg_catalog.pg_conversion c
    union all
    select 'pg_catalog.pg_ts_dict'::regclass, d.oid, d.dictnamespace, 'text search dictionary', d.dictname, null from pg_catalog.pg_ts_dict d
    union all
    select 'pg_catalog.pg_ts_config'::regclass, c.oid, c.cfgnamespace, 'text search configuration', c.cfgname, null from pg_catalog.pg_ts_config c
    union all
    select 'pg_catalog.pg_trigger'::regclass, g.oid, c.relnamespace, 'trigger', g.tgname || ' on ' || c.relname, null
    from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
    -- A partition's own copy goes and comes with its table's.
    where not g.tgisinternal and g.tgparentid = 0 and not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
    union all
    select 'pg_catalog.pg_policy'::regclass, p.oid, c.relnamespace, 'policy', p.polname || ' on ' || c.relname, null
    from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
    union all
    select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxnamespace, 'statistics', s.stxname, null
    from pg_catalog.pg_statistic_ext s
) o
join pg_catalog.pg_namespace n on n.oid = o.namespace
where o.kind is not null
  and o.oid >= 16384
  and o.namespace not in (select oid from foreign_schema)
  and not starts_with(o.name, '_tandem_') and o.name not like '% on \_tandem\_%' and coalesce(o.part, '') not like '% \_tandem\_%'
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
