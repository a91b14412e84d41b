, place as (select n.oid from pg_catalog.pg_namespace n where n.nspname = @schema),
extension_member as materialized (select classid, objid from pg_catalog.pg_depend where deptype = 'e')
select o.kind, o.name
from (
    select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind,
           p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' as name,
           'pg_catalog.pg_proc'::regclass as class, p.oid
    from pg_catalog.pg_proc p join place on place.oid = p.pronamespace
    union all
    select case c.relkind when 'f' then 'foreign table' when 'c' then 'composite type' else 'partition' end,
           c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_class c join place on place.oid = c.relnamespace
    where c.relkind in ('f', 'c') or c.relispartition and c.relkind in ('r', 'p')
    union all
    select 'index of a materialized view', x.relname, 'pg_catalog.pg_class'::regclass, v.oid
    from pg_catalog.pg_index i
    join pg_catalog.pg_class v on v.oid = i.indrelid and v.relkind = 'm'
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join place on place.oid = v.relnamespace
    union all
    select case when y.typtype = 'd' then 'domain' when y.typtype = 'r' then 'range type' else 'base type' end,
           y.typname, 'pg_catalog.pg_type'::regclass, y.oid
    from pg_catalog.pg_type y join place on place.oid = y.typnamespace
    where y.typtype in ('d', 'r') or y.typtype = 'b' and y.typelem = 0 and y.typinput::regproc::text <> 'array_in'
    union all
    select 'policy', p.polname || ' on ' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    join place on place.oid = c.relnamespace
    union all
    select 'rule', r.rulename || ' on ' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_rewrite r
    join pg_catalog.pg_class c on c.oid = r.ev_class
    join place on place.oid = c.relnamespace
    where r.rulename <> '_RETURN'
    union all
    select 'trigger of a view', g.tgname || ' on ' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_trigger g
    join pg_catalog.pg_class c on c.oid = g.tgrelid and c.relkind in ('v', 'f')
    join place on place.oid = c.relnamespace
    where not g.tgisinternal and not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
    union all
    select 'extended statistics', e.stxname, 'pg_catalog.pg_statistic_ext'::regclass, e.oid
    from pg_catalog.pg_statistic_ext e join place on place.oid = e.stxnamespace
    union all
    select 'collation', l.collname, 'pg_catalog.pg_collation'::regclass, l.oid
    from pg_catalog.pg_collation l join place on place.oid = l.collnamespace
    union all
    select 'operator', p.oprname, 'pg_catalog.pg_operator'::regclass, p.oid
    from pg_catalog.pg_operator p join place on place.oid = p.oprnamespace
    union all
    select 'operator class', p.opcname, 'pg_catalog.pg_opclass'::regclass, p.oid
    from pg_catalog.pg_opclass p join place on place.oid = p.opcnamespace
    union all
    select 'text search configuration', p.cfgname, 'pg_catalog.pg_ts_config'::regclass, p.oid
    from pg_catalog.pg_ts_config p join place on place.oid = p.cfgnamespace
    union all
    select 'text search dictionary', p.dictname, 'pg_catalog.pg_ts_dict'::regclass, p.oid
    from pg_catalog.pg_ts_dict p join place on place.oid = p.dictnamespace
    union all
    select 'extension', p.extname, 'pg_catalog.pg_extension'::regclass, p.oid
    from pg_catalog.pg_extension p where p.extname <> 'plpgsql'
    union all
    select 'publication', p.pubname, 'pg_catalog.pg_publication'::regclass, p.oid
    from pg_catalog.pg_publication p
    union all
    select 'event trigger', p.evtname, 'pg_catalog.pg_event_trigger'::regclass, p.oid
    from pg_catalog.pg_event_trigger p
    union all
    -- A sequence that belongs to a column without being its default.
    select 'sequence', c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_class c
    join place on place.oid = c.relnamespace
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'a'
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjsubid > 0
    where c.relkind = 'S' and not exists (
        select from pg_catalog.pg_depend u
        join pg_catalog.pg_attrdef f on u.classid = 'pg_catalog.pg_attrdef'::regclass and u.objid = f.oid
        where u.refclassid = 'pg_catalog.pg_class'::regclass and u.refobjid = c.oid
          and f.adrelid = d.refobjid and f.adnum = d.refobjsubid)
) o
where not starts_with(o.name::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
