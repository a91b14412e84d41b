select p.proname as name,
       case when p.prokind = 'a' then coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')
            else (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
                  from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) end as arguments,
       p.prokind::text as code,
       case when p.prokind <> 'a' then l.lanname end as language,
       pg_catalog.pg_get_function_result(p.oid) as returns,
       pg_catalog.obj_description(p.oid, 'pg_proc') as comment,
       case when p.prokind <> 'a' then pg_catalog.pg_get_functiondef(p.oid)
            else 'CREATE OR REPLACE AGGREGATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
                 || ' (' || coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*') || ') ('
                 || concat_ws(', ',
                     'SFUNC = ' || a.aggtransfn::text,
                     'STYPE = ' || pg_catalog.format_type(a.aggtranstype, null),
                     case when a.aggtransspace > 0 then 'SSPACE = ' || a.aggtransspace end,
                     case when a.aggfinalfn <> 0 then 'FINALFUNC = ' || a.aggfinalfn::text end,
                     case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
                     case when a.aggfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end then 'FINALFUNC_MODIFY = '
                         || case a.aggfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
                     case when a.aggcombinefn <> 0 then 'COMBINEFUNC = ' || a.aggcombinefn::text end,
                     case when a.aggserialfn <> 0 then 'SERIALFUNC = ' || a.aggserialfn::text end,
                     case when a.aggdeserialfn <> 0 then 'DESERIALFUNC = ' || a.aggdeserialfn::text end,
                     'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
                     case when a.aggmtransfn <> 0 then 'MSFUNC = ' || a.aggmtransfn::text end,
                     case when a.aggminvtransfn <> 0 then 'MINVFUNC = ' || a.aggminvtransfn::text end,
                     case when a.aggmtranstype <> 0 then 'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, null) end,
                     case when a.aggmtransspace > 0 then 'MSSPACE = ' || a.aggmtransspace end,
                     case when a.aggmfinalfn <> 0 then 'MFINALFUNC = ' || a.aggmfinalfn::text end,
                     case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
                     case when a.aggmtransfn <> 0 and a.aggmfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end
                         then 'MFINALFUNC_MODIFY = '
                         || case a.aggmfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
                     'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
                     case when a.aggsortop <> 0 then 'SORTOP = OPERATOR(' || (
                         select pg_catalog.quote_ident(n.nspname) || '.' || o.oprname
                         from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                         where o.oid = a.aggsortop) || ')' end,
                     case p.proparallel when 's' then 'PARALLEL = SAFE' when 'r' then 'PARALLEL = RESTRICTED' end,
                     case when a.aggkind = 'h' then 'HYPOTHETICAL' end)
                 || ')' end as definition
from pg_catalog.pg_proc p
join place on place.oid = p.pronamespace
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
left join pg_catalog.pg_aggregate a on a.aggfnoid = p.oid
where not starts_with(p.proname::text, '_tandem_')
  -- A range type brings its constructors.
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
