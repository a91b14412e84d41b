-- What hangs on the objects of @frontier, one level further, by the server's own account. A frontier is a list of
-- {"n": which subject, "class": catalogue, "oid": …, "sub": column or null for any}.
, frontier as materialized (
    select f.n, f.class::oid as class, f.oid::oid as oid, f.sub
    from json_to_recordset(@frontier::json) f (n int, class bigint, oid bigint, sub int)
),
relation as (
    select c.oid, c.relkind, c.relnamespace,
           case when c.relnamespace not in (select oid from place) then s.nspname || '.' else '' end || c.relname as name
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace s on s.oid = c.relnamespace
    where not starts_with(c.relname::text, '_tandem_')
),
hit as materialized (
    select distinct f.n, d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
    from frontier f
    join pg_catalog.pg_depend d on d.refclassid = f.class and d.refobjid = f.oid and (f.sub is null or d.refobjsubid = f.sub)
    where d.deptype in ('n', 'a')
       or (d.deptype = 'i' and d.classid = 'pg_catalog.pg_class'::regclass and exists (
            select from pg_catalog.pg_class s where s.oid = d.objid and s.relkind = 'S'))
),
named as (
    -- Views and rules.
    select h.n, case when r.rulename <> '_RETURN' then 'rule' when v.relkind = 'm' then 'materialized view' else 'view' end as kind,
           case when r.rulename <> '_RETURN' then r.rulename || ' on ' else '' end || v.name as name,
           case when r.rulename = '_RETURN' then 'pg_catalog.pg_class'::regclass::oid end as class, v.oid as oid, null::int as sub,
           h.refclassid, h.refobjid, h.refobjsubid, v.relnamespace as place, null::oid as owner_table
    from hit h
    join pg_catalog.pg_rewrite r on h.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = h.objid
    join relation v on v.oid = r.ev_class
    where r.ev_class <> h.refobjid or r.rulename <> '_RETURN'
    union all
    -- Indexes and sequences.
    select h.n, case when c.relkind = 'S' then 'sequence' else 'index' end, c.relname::text,
           case when c.relkind = 'S' then 'pg_catalog.pg_class'::regclass::oid end, c.oid, null, h.refclassid, h.refobjid, h.refobjsubid, c.relnamespace, h.refobjid
    from hit h
    join pg_catalog.pg_class c on h.classid = 'pg_catalog.pg_class'::regclass and c.oid = h.objid and c.relkind in ('i', 'I', 'S')
    union all
    -- Up to 14 a generated column depends itself, from 15 on its expression.
    select h.n, case when a.attgenerated <> '' then 'generated column' else 'default' end, t.name || '.' || a.attname,
           case when a.attgenerated <> '' then 'pg_catalog.pg_class'::regclass::oid end, t.oid, a.attnum, h.refclassid, h.refobjid, h.refobjsubid, t.relnamespace,
           case when a.attgenerated = '' then t.oid end
    from hit h
    left join pg_catalog.pg_attrdef f on h.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = h.objid
    join pg_catalog.pg_attribute a on a.attrelid = coalesce(f.adrelid, h.objid)
        and a.attnum = case when f.oid is not null then f.adnum when h.classid = 'pg_catalog.pg_class'::regclass then nullif(h.objsubid, 0) end
    join relation t on t.oid = a.attrelid
    where (f.oid is not null or a.attgenerated <> '')
      and not exists (select from frontier x where x.n = h.n and x.oid = a.attrelid and x.sub = a.attnum and a.attgenerated <> '')
    union all
    select h.n, case c.contype when 'c' then 'check' when 'p' then 'primary key' when 'u' then 'unique constraint' when 'x' then 'exclusion constraint' else 'foreign key' end,
           c.conname || ' on ' || t.name, case when c.contype in ('p', 'u') then 'pg_catalog.pg_constraint'::regclass::oid end, c.oid, null,
           h.refclassid, h.refobjid, h.refobjsubid, t.relnamespace, t.oid
    from hit h
    join pg_catalog.pg_constraint c on h.classid = 'pg_catalog.pg_constraint'::regclass and c.oid = h.objid
        and c.contype in ('c', 'p', 'u', 'x', 'f') and c.conparentid = 0
    join relation t on t.oid = c.conrelid
    union all
    select h.n, 'policy', p.polname || ' on ' || t.name, null, p.oid, null, h.refclassid, h.refobjid, h.refobjsubid, t.relnamespace, t.oid
    from hit h
    join pg_catalog.pg_policy p on h.classid = 'pg_catalog.pg_policy'::regclass and p.oid = h.objid
    join relation t on t.oid = p.polrelid
    union all
    -- Its own table's only by a column after UPDATE OF or in WHEN.
    select h.n, 'trigger', g.tgname || ' on ' || t.name, null, g.oid, null, h.refclassid, h.refobjid, h.refobjsubid, t.relnamespace, t.oid
    from hit h
    join pg_catalog.pg_trigger g on h.classid = 'pg_catalog.pg_trigger'::regclass and g.oid = h.objid and not g.tgisinternal and g.tgparentid = 0
    join relation t on t.oid = g.tgrelid
    where not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
    union all
    -- Bodies that are no text (BEGIN ATOMIC, RETURN), and defaults of parameters.
    select h.n, case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
           case when p.pronamespace not in (select oid from place) then s.nspname || '.' else '' end || p.proname || '('
           || (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
               from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) || ')',
           'pg_catalog.pg_proc'::regclass::oid, p.oid, null, h.refclassid, h.refobjid, h.refobjsubid, p.pronamespace, null
    from hit h
    join pg_catalog.pg_proc p on h.classid = 'pg_catalog.pg_proc'::regclass and p.oid = h.objid and not starts_with(p.proname::text, '_tandem_')
    join pg_catalog.pg_namespace s on s.oid = p.pronamespace
    union all
    select h.n, 'statistics', e.stxname::text, null, e.oid, null, h.refclassid, h.refobjid, h.refobjsubid, e.stxnamespace, e.stxrelid
    from hit h
    join pg_catalog.pg_statistic_ext e on h.classid = 'pg_catalog.pg_statistic_ext'::regclass and e.oid = h.objid
    union all
    select h.n, 'publication', p.pubname::text, null, p.oid, null, h.refclassid, h.refobjid, h.refobjsubid, null, null
    from hit h
    join pg_catalog.pg_publication_rel r on h.classid = 'pg_catalog.pg_publication_rel'::regclass and r.oid = h.objid
    join pg_catalog.pg_publication p on p.oid = r.prpubid
)
select n.n, n.kind, n.name, n.class::bigint as class, n.oid::bigint as oid, n.sub::bigint as sub, n.refclassid::bigint as from_class, n.refobjid::bigint as from_oid, n.refobjsubid::bigint as from_sub,
       n.owner_table::bigint as owner_table
from named n
where (n.place is null or n.place not in (select oid from foreign_schema))
  and n.name !~ '(^|[.])_tandem_'
