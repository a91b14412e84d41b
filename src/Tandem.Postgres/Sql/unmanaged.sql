-- What is there and is not in the model.
select o.kind, o.name
from (
    select 'foreign table' as kind, c.relname::text as name, 'pg_catalog.pg_class'::regclass as class, c.oid
    from pg_catalog.pg_class c join place on place.oid = c.relnamespace
    where c.relkind = 'f'
    union all
    select case y.typtype when 'r' then 'range type' else 'base type' end, y.typname, 'pg_catalog.pg_type'::regclass, y.oid
    from pg_catalog.pg_type y join place on place.oid = y.typnamespace
    left join pg_catalog.pg_range r on r.rngtypid = y.oid
    where y.typtype = 'b' and y.typelem = 0 and y.typinput::regproc::text <> 'array_in'
       or y.typtype = 'p'
       or y.typtype = 'r' and r.rngcanonical <> 0
    union all
    select 'trigger of a foreign table', g.tgname || ' on ' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_trigger g
    join pg_catalog.pg_class c on c.oid = g.tgrelid and c.relkind = 'f'
    join place on place.oid = c.relnamespace
    where not g.tgisinternal
    union all
    select 'state of a trigger', g.tgname || ' on ' || t.name, 'pg_catalog.pg_class'::regclass, t.oid
    from every_table t
    -- 14 calls a partition's own copy of a trigger internal.
    join pg_catalog.pg_trigger g on g.tgrelid = t.oid and g.tgparentid <> 0
    join pg_catalog.pg_trigger p on p.oid = g.tgparentid and not p.tgisinternal and p.tgenabled <> g.tgenabled
    where not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
    union all
    select 'comment on the index of a constraint', x.relname || ' on ' || t.name, 'pg_catalog.pg_class'::regclass, t.oid
    from every_table t
    join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'x')
    join pg_catalog.pg_class x on x.oid = k.conindid
    where pg_catalog.obj_description(x.oid, 'pg_class') is not null
    union all
    -- Before 15 no sequence was unlogged, whatever its table was.
    select 'persistence of a sequence', s.relname || ' of ' || t.name, 'pg_catalog.pg_class'::regclass, t.oid
    from every_table t
    join pg_catalog.pg_class c on c.oid = t.oid
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.deptype = 'i'
    join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S' and s.relpersistence <> c.relpersistence
    where pg_catalog.current_setting('server_version_num')::integer >= 150000
    union all
    select 'tablespace', s.spcname || ' of ' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
    from pg_catalog.pg_class c
    join place on place.oid = c.relnamespace
    join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
    where c.relkind in ('r', 'p', 'm', 'i', 'I')
    union all
    select 'security label', l.provider || ' on ' || l.objtype || ' ' || l.objname, l.classoid::regclass, l.objoid
    from pg_catalog.pg_seclabels l join place on place.oid = l.objnamespace
    union all
    select 'text search parser', p.prsname, 'pg_catalog.pg_ts_parser'::regclass, p.oid
    from pg_catalog.pg_ts_parser p join place on place.oid = p.prsnamespace
    union all
    select 'text search template', p.tmplname, 'pg_catalog.pg_ts_template'::regclass, p.oid
    from pg_catalog.pg_ts_template p join place on place.oid = p.tmplnamespace
    union all
    select 'transform', pg_catalog.format_type(f.trftype, null), 'pg_catalog.pg_transform'::regclass, f.oid
    from pg_catalog.pg_transform f where f.oid >= 16384
    union all
    select 'language', l.lanname, 'pg_catalog.pg_language'::regclass, l.oid
    from pg_catalog.pg_language l where l.oid >= 16384
    union all
    select 'access method', m.amname, 'pg_catalog.pg_am'::regclass, m.oid
    from pg_catalog.pg_am m where m.oid >= 16384
    union all
    select 'foreign-data wrapper', w.fdwname, 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid
    from pg_catalog.pg_foreign_data_wrapper w
    union all
    select 'foreign server', s.srvname, 'pg_catalog.pg_foreign_server'::regclass, s.oid
    from pg_catalog.pg_foreign_server s
    union all
    select 'user mapping', case when m.umuser = 0 then 'public' else pg_catalog.pg_get_userbyid(m.umuser)::text end || ' on ' || m.srvname,
           'pg_catalog.pg_user_mapping'::regclass, m.umid
    -- The view: only superusers may read the table.
    from pg_catalog.pg_user_mappings m
) o
where not starts_with(o.name::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
