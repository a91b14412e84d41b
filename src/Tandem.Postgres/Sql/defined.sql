-- Objects that are known by the statements that make them: the server has no function that writes these.
, named_type as (
    select y.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(y.typname) as name
    from pg_catalog.pg_type y join pg_catalog.pg_namespace n on n.oid = y.typnamespace
),
named_operator as (
    select o.oid, 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')' as name
    from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
),
-- What belongs to an operator class, and (with no class) what was added to a family by itself.
member as (
    select m.amopfamily as family,
           (select d.refobjid from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_amop'::regclass and d.objid = m.oid
                and d.refclassid = 'pg_catalog.pg_opclass'::regclass and d.deptype = 'i') as class,
           'OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator::text
               || coalesce((select ' FOR ORDER BY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname)
                            from pg_catalog.pg_opfamily f join pg_catalog.pg_namespace n on n.oid = f.opfnamespace where f.oid = m.amopsortfamily), '') as text,
           0 as kind, m.amopstrategy as number, m.oid
    from pg_catalog.pg_amop m where m.oid >= 16384
    union all
    select m.amprocfamily,
           (select d.refobjid from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_amproc'::regclass and d.objid = m.oid
                and d.refclassid = 'pg_catalog.pg_opclass'::regclass and d.deptype = 'i'),
           'FUNCTION ' || m.amprocnum || ' (' || l.name || ', ' || r.name || ') ' || m.amproc::oid::regprocedure::text, 1, m.amprocnum, m.oid
    from pg_catalog.pg_amproc m
    join named_type l on l.oid = m.amproclefttype
    join named_type r on r.oid = m.amprocrighttype
    where m.oid >= 16384
)
select o.kind, o.name, o.named, o.database, o.comment,
       (select json_agg(s) from unnest(o.statements || case when o.owner is null then '{}' else
            array['ALTER ' || o.named || ' OWNER TO ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.owner))] end) s)::text as statements
from (
    select 'operator' as kind, p.oprname || '(' || coalesce(l.name, 'NONE') || ', ' || coalesce(r.name, 'NONE') || ')' as name,
           'OPERATOR ' || pg_catalog.quote_ident(n.nspname) || '.' || p.oprname || ' (' || coalesce(l.name, 'NONE') || ', ' || coalesce(r.name, 'NONE') || ')' as named,
           false as database, pg_catalog.obj_description(p.oid, 'pg_operator') as comment,
           array['CREATE OPERATOR ' || pg_catalog.quote_ident(n.nspname) || '.' || p.oprname || ' (' || concat_ws(', ',
               'FUNCTION = ' || p.oprcode::text,
               'LEFTARG = ' || l.name, 'RIGHTARG = ' || r.name,
               (select 'COMMUTATOR = ' || c.name from named_operator c where c.oid = p.oprcom),
               (select 'NEGATOR = ' || c.name from named_operator c where c.oid = p.oprnegate),
               case when p.oprrest <> 0 then 'RESTRICT = ' || p.oprrest::text end,
               case when p.oprjoin <> 0 then 'JOIN = ' || p.oprjoin::text end,
               case when p.oprcanhash then 'HASHES' end, case when p.oprcanmerge then 'MERGES' end) || ')'] as statements,
           p.oprowner as owner, 'pg_catalog.pg_operator'::regclass as class, p.oid
    from pg_catalog.pg_operator p
    join place on place.oid = p.oprnamespace
    join pg_catalog.pg_namespace n on n.oid = p.oprnamespace
    left join named_type l on l.oid = p.oprleft
    left join named_type r on r.oid = p.oprright
    -- One without a function was only named by another.
    where p.oprcode <> 0
    union all
    select 'operator family', f.opfname || ' using ' || m.amname,
           'OPERATOR FAMILY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname) || ' USING ' || pg_catalog.quote_ident(m.amname),
           false, pg_catalog.obj_description(f.oid, 'pg_opfamily'),
           array['CREATE OPERATOR FAMILY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname) || ' USING ' || pg_catalog.quote_ident(m.amname)]
               || coalesce((
                   select array['ALTER OPERATOR FAMILY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname) || ' USING '
                       || pg_catalog.quote_ident(m.amname) || ' ADD ' || string_agg(b.text, ', ' order by b.kind, b.number, b.text)]
                   from member b where b.family = f.oid and b.class is null having count(*) > 0), '{}'),
           f.opfowner, 'pg_catalog.pg_opfamily'::regclass, f.oid
    from pg_catalog.pg_opfamily f
    join place on place.oid = f.opfnamespace
    join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
    join pg_catalog.pg_am m on m.oid = f.opfmethod
    union all
    select 'operator class', c.opcname || ' using ' || m.amname,
           'OPERATOR CLASS ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.opcname) || ' USING ' || pg_catalog.quote_ident(m.amname),
           false, pg_catalog.obj_description(c.oid, 'pg_opclass'),
           array['CREATE OPERATOR CLASS ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.opcname)
               || case when c.opcdefault then ' DEFAULT' else '' end || ' FOR TYPE ' || y.name || ' USING ' || pg_catalog.quote_ident(m.amname)
               || ' FAMILY ' || pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname) || ' AS '
               || concat_ws(', ',
                   (select 'STORAGE ' || k.name from named_type k where k.oid = coalesce(nullif(c.opckeytype, 0), c.opcintype)
                        and (c.opckeytype <> 0 or not exists (select from member b where b.class = c.oid))),
                   (select string_agg(b.text, ', ' order by b.kind, b.number, b.text) from member b where b.class = c.oid))],
           c.opcowner, 'pg_catalog.pg_opclass'::regclass, c.oid
    from pg_catalog.pg_opclass c
    join place on place.oid = c.opcnamespace
    join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
    join pg_catalog.pg_am m on m.oid = c.opcmethod
    join pg_catalog.pg_opfamily f on f.oid = c.opcfamily
    join pg_catalog.pg_namespace fn on fn.oid = f.opfnamespace
    join named_type y on y.oid = c.opcintype
    union all
    select 'conversion', c.conname, 'CONVERSION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.conname),
           false, pg_catalog.obj_description(c.oid, 'pg_conversion'),
           array['CREATE ' || case when c.condefault then 'DEFAULT ' else '' end || 'CONVERSION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.conname)
               || ' FOR ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.conforencoding))
               || ' TO ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc::text],
           c.conowner, 'pg_catalog.pg_conversion'::regclass, c.oid
    from pg_catalog.pg_conversion c
    join place on place.oid = c.connamespace
    join pg_catalog.pg_namespace n on n.oid = c.connamespace
    union all
    select 'text search dictionary', d.dictname, 'TEXT SEARCH DICTIONARY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(d.dictname),
           false, pg_catalog.obj_description(d.oid, 'pg_ts_dict'),
           array['CREATE TEXT SEARCH DICTIONARY ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(d.dictname)
               || ' (TEMPLATE = ' || pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.tmplname)
               || coalesce(', ' || nullif(d.dictinitoption, ''), '') || ')'],
           d.dictowner, 'pg_catalog.pg_ts_dict'::regclass, d.oid
    from pg_catalog.pg_ts_dict d
    join place on place.oid = d.dictnamespace
    join pg_catalog.pg_namespace n on n.oid = d.dictnamespace
    join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate
    join pg_catalog.pg_namespace tn on tn.oid = t.tmplnamespace
    union all
    select 'text search configuration', c.cfgname, 'TEXT SEARCH CONFIGURATION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname),
           false, pg_catalog.obj_description(c.oid, 'pg_ts_config'),
           array['CREATE TEXT SEARCH CONFIGURATION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname)
               || ' (PARSER = ' || pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.prsname) || ')']
               || coalesce((
                   select array_agg('ALTER TEXT SEARCH CONFIGURATION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname)
                       || ' ADD MAPPING FOR ' || pg_catalog.quote_ident(x.alias) || ' WITH ' || x.dictionaries order by x.tokid)
                   from (
                       select k.tokid, k.alias, string_agg(pg_catalog.quote_ident(dn.nspname) || '.' || pg_catalog.quote_ident(d.dictname), ', ' order by e.mapseqno) as dictionaries
                       from pg_catalog.pg_ts_config_map e
                       join pg_catalog.ts_token_type(c.cfgparser) k on k.tokid = e.maptokentype
                       join pg_catalog.pg_ts_dict d on d.oid = e.mapdict
                       join pg_catalog.pg_namespace dn on dn.oid = d.dictnamespace
                       where e.mapcfg = c.oid
                       group by k.tokid, k.alias) x), '{}'),
           c.cfgowner, 'pg_catalog.pg_ts_config'::regclass, c.oid
    from pg_catalog.pg_ts_config c
    join place on place.oid = c.cfgnamespace
    join pg_catalog.pg_namespace n on n.oid = c.cfgnamespace
    join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser
    join pg_catalog.pg_namespace pn on pn.oid = p.prsnamespace
    union all
    -- Casts lie in no schema. A multirange brings its own.
    select 'cast', s.name || ' as ' || t.name, 'CAST (' || s.name || ' AS ' || t.name || ')', true, pg_catalog.obj_description(c.oid, 'pg_cast'),
           array['CREATE CAST (' || s.name || ' AS ' || t.name || ') '
               || case c.castmethod when 'b' then 'WITHOUT FUNCTION' when 'i' then 'WITH INOUT' else (
                   select 'WITH FUNCTION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '('
                       || coalesce(string_agg(a.name, ', ' order by g.place), '') || ')'
                   from pg_catalog.pg_proc p
                   join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                   left join unnest(p.proargtypes::oid[]) with ordinality g (type, place) on true
                   left join named_type a on a.oid = g.type
                   where p.oid = c.castfunc group by n.nspname, p.proname) end
               || case c.castcontext when 'i' then ' AS IMPLICIT' when 'a' then ' AS ASSIGNMENT' else '' end],
           null, 'pg_catalog.pg_cast'::regclass, c.oid
    from pg_catalog.pg_cast c
    join named_type s on s.oid = c.castsource
    join named_type t on t.oid = c.casttarget
    where c.oid >= 16384 and not exists (
        select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')
) o
where not starts_with(o.name::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = o.class and e.objid = o.oid)
