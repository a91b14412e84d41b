-- What is there and is not in the model; of what is foreign, its options, of those that look like a secret a digest alone, and the statements that make it:
-- with its options, but where one looks like a secret, and without them, but where rights, triggers or a parent would be lost.
, option as materialized (
    select g.class, g.oid, g.part, x.option_name as name, x.option_value as value,
           x.option_name ~* 'pass|pwd|secret|token|credential|auth|_key|apikey' or x.option_value ~* '://[^/]*@|passw' as secret
    from (
        select 'pg_catalog.pg_class'::regclass as class, f.ftrelid as oid, 0 as part, f.ftoptions as options from pg_catalog.pg_foreign_table f
        union all
        select 'pg_catalog.pg_class'::regclass, a.attrelid, a.attnum, a.attfdwoptions from pg_catalog.pg_attribute a where a.attfdwoptions is not null and not a.attisdropped
        union all
        select 'pg_catalog.pg_foreign_server'::regclass, s.oid, 0, s.srvoptions from pg_catalog.pg_foreign_server s
        union all
        select 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwoptions from pg_catalog.pg_foreign_data_wrapper w
        union all
        select 'pg_catalog.pg_user_mapping'::regclass, m.umid, 0, m.umoptions from pg_catalog.pg_user_mappings m) g
    cross join lateral pg_catalog.pg_options_to_table(g.options) x
),
given as materialized (
    select o.class, o.oid, o.part, ' OPTIONS (' || string_agg(pg_catalog.quote_ident(o.name) || ' ' || pg_catalog.quote_literal(o.value), ', ') || ')' as text
    from option o
    group by o.class, o.oid, o.part
),
form (bare) as (values (false), (true)),
made as (
    select 'pg_catalog.pg_class'::regclass as class, c.oid, b.bare, 'FOREIGN TABLE ' || t.name as target, array_remove(array[
               'CREATE FOREIGN TABLE ' || t.name || ' (' || concat_ws(', ',
                   (select string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || coalesce(g.text, '')
                           || coalesce(' COLLATE ' || nullif(a.attcollation, y.typcollation)::regcollation::text, '')
                           || coalesce(case a.attgenerated when 's' then ' GENERATED ALWAYS AS (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                                            else ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) end, '')
                           || case when a.attnotnull then ' NOT NULL' else '' end, ', ' order by a.attnum)
                    from pg_catalog.pg_attribute a
                    join pg_catalog.pg_type y on y.oid = a.atttypid
                    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    left join given g on not b.bare and g.class = 'pg_catalog.pg_class'::regclass and g.oid = a.attrelid and g.part = a.attnum
                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                   (select string_agg('CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', ' order by k.conname)
                    from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c')) || ') SERVER ' || pg_catalog.quote_ident(s.srvname)
                   || coalesce((select g.text from given g where not b.bare and g.class = 'pg_catalog.pg_class'::regclass and g.oid = c.oid and g.part = 0), ''),
               'COMMENT ON FOREIGN TABLE ' || t.name || ' IS ' || pg_catalog.quote_literal(pg_catalog.obj_description(c.oid, 'pg_class'))], null)
           || coalesce((select array_agg('COMMENT ON COLUMN ' || t.name || '.' || pg_catalog.quote_ident(a.attname) || ' IS ' || pg_catalog.quote_literal(pg_catalog.col_description(c.oid, a.attnum)) order by a.attnum)
                        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and pg_catalog.col_description(c.oid, a.attnum) is not null), '{}') as statements
    from pg_catalog.pg_class c
    join pg_catalog.pg_foreign_table f on f.ftrelid = c.oid
    join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join form b
    cross join lateral (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) as name) t
    where b.bare or not c.relhastriggers and not c.relispartition and not exists (select from pg_catalog.pg_inherits i where c.oid in (i.inhrelid, i.inhparent))
    union all
    select 'pg_catalog.pg_foreign_server'::regclass, s.oid, b.bare, 'SERVER ' || pg_catalog.quote_ident(s.srvname), array_remove(array[
               'CREATE SERVER ' || pg_catalog.quote_ident(s.srvname) || coalesce(' TYPE ' || pg_catalog.quote_literal(s.srvtype), '') || coalesce(' VERSION ' || pg_catalog.quote_literal(s.srvversion), '')
                   || ' FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname) || coalesce(g.text, ''),
               'COMMENT ON SERVER ' || pg_catalog.quote_ident(s.srvname) || ' IS ' || pg_catalog.quote_literal(pg_catalog.obj_description(s.oid, 'pg_foreign_server'))], null)
    from pg_catalog.pg_foreign_server s
    join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
    cross join form b
    left join given g on not b.bare and g.class = 'pg_catalog.pg_foreign_server'::regclass and g.oid = s.oid
    where b.bare or s.srvacl is null
    union all
    select 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid, b.bare, 'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname), array_remove(array[
               'CREATE FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)
                   || coalesce((select ' HANDLER ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid = w.fdwhandler), '')
                   || coalesce((select ' VALIDATOR ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid = w.fdwvalidator), '')
                   || coalesce(g.text, ''),
               'COMMENT ON FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname) || ' IS ' || pg_catalog.quote_literal(pg_catalog.obj_description(w.oid, 'pg_foreign_data_wrapper'))], null)
    from pg_catalog.pg_foreign_data_wrapper w
    cross join form b
    left join given g on not b.bare and g.class = 'pg_catalog.pg_foreign_data_wrapper'::regclass and g.oid = w.oid
    where b.bare or w.fdwacl is null
    union all
    -- Whose options are not shown to this role is not known whole.
    select 'pg_catalog.pg_user_mapping'::regclass, m.umid, b.bare, u.name, array['CREATE ' || u.name || coalesce(g.text, '')]
    from pg_catalog.pg_user_mappings m
    cross join form b
    cross join lateral (
        select 'USER MAPPING FOR ' || case when m.umuser = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(m.umuser)) end || ' SERVER ' || pg_catalog.quote_ident(m.srvname) as name) u
    left join given g on not b.bare and g.class = 'pg_catalog.pg_user_mapping'::regclass and g.oid = m.umid
    where m.umoptions is not null or (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user)
)
select o.kind, o.name, m.target, array_to_json(m.statements)::text as definition,
       (select array_to_json(w.statements)::text from made w where w.class = o.class and w.oid = o.oid and not w.bare
        and not exists (select from option x where x.class = o.class and x.oid = o.oid and x.secret)) as statements,
       (select json_agg(json_build_array(
                   (select a.attname from pg_catalog.pg_attribute a where a.attrelid = x.oid and a.attnum = x.part and x.part > 0 and x.class = 'pg_catalog.pg_class'::regclass),
                   x.name, case when not x.secret then x.value end, case when x.secret then pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(x.value, 'UTF8')), 'hex') end) order by x.part, x.name collate "C")::text
        from option x where x.class = o.class and x.oid = o.oid) as options
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
left join made m on m.class = o.class and m.oid = o.oid and m.bare
where not starts_with(o.name::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
