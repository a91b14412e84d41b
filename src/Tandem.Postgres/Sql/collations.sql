-- Columns of later versions are read through JSON. The library's version is left out: it changes with the machine.
select l.collname as name,
       pg_catalog.obj_description(l.oid, 'pg_collation') as comment,
       concat_ws(', ',
           'PROVIDER = ' || case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
           case when l.collprovider = 'c' and l.collcollate = l.collctype then 'LOCALE = ' || pg_catalog.quote_literal(l.collcollate)
                when l.collprovider = 'c' then 'LC_COLLATE = ' || pg_catalog.quote_literal(l.collcollate)
                    || ', LC_CTYPE = ' || pg_catalog.quote_literal(l.collctype)
                else 'LOCALE = ' || pg_catalog.quote_literal(
                    coalesce(j ->> 'colllocale', j ->> 'colliculocale', j ->> 'collcollate')) end,
           'RULES = ' || pg_catalog.quote_literal(j ->> 'collicurules'),
           case when not l.collisdeterministic then 'DETERMINISTIC = false' end) as definition
from pg_catalog.pg_collation l
join place on place.oid = l.collnamespace
cross join lateral to_jsonb(l) j
where not starts_with(l.collname::text, '_tandem_')
  and not exists (select from extension_member e where e.classid = 'pg_catalog.pg_collation'::regclass and e.objid = l.oid)
