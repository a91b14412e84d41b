select case p.prokind when 'p' then 'procedure' else 'function' end as kind,
       case when n.nspname <> @schema then n.nspname || '.' else '' end || p.proname || '('
       || (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
           from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) || ')' as name,
       p.oid::bigint as oid,
       l.lanname as language,
       p.prosrc as source,
       (select json_agg(coalesce(p.proargnames[t.place], '') order by t.place)
        from unnest(p.proargtypes::oid[]) with ordinality t (type, place))::text as parameters,
       (select json_agg(pg_catalog.format_type(t.type, null) order by t.place)
        from unnest(p.proargtypes::oid[]) with ordinality t (type, place))::text as types,
       p.proargmodes is null or not ('v' = any (p.proargmodes) or 'b' = any (p.proargmodes) or 'o' = any (p.proargmodes)) as plain
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where l.lanname not in ('internal', 'c')
  and p.prokind in ('f', 'p', 'w')
  and pg_catalog.pg_get_function_sqlbody(p.oid) is null
  and n.oid not in (select oid from foreign_schema)
  and not starts_with(p.proname::text, '_tandem_')
  and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
order by 2
