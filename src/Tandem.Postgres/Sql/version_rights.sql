-- Views of versions that have a copy of their table's rights and whose copy is not what the table gives now.
with served as (
    select v.oid, v.relowner, v.relacl, n.nspname || '.' || v.relname as name
    from pg_catalog.pg_namespace n join pg_catalog.pg_class v on v.relnamespace = n.oid and v.relkind = 'v'
    where starts_with(pg_catalog.obj_description(n.oid, 'pg_namespace'), 'tandem version ')
      and right(pg_catalog.obj_description(n.oid, 'pg_namespace'), length(@schema) + 4) = ' of ' || @schema
      and starts_with(pg_catalog.obj_description(v.oid, 'pg_class'), 'tandem view of the table ')
      and not coalesce('security_invoker=true' = any (v.reloptions), false)
),
shown as (
    select s.oid, s.relowner, b.attrelid as source, a.attname, a.attacl as given, b.attacl as asked
    from served s
    join pg_catalog.pg_rewrite w on w.ev_class = s.oid and w.rulename = '_RETURN'
    cross join lateral regexp_matches(w.ev_action::text,
        ':resno (\d+?) :resname .+? :ressortgroupref \d+? :resorigtbl (\d+?) :resorigcol (\d+?) :resjunk', 'g') as m
    join pg_catalog.pg_attribute a on a.attrelid = s.oid and a.attnum = m[1]::int
    join pg_catalog.pg_attribute b on b.attrelid = m[2]::oid and b.attnum = m[3]::int
),
asked as (
    select s.oid, x.grantee, x.privilege_type, null::name as attname
    from (select distinct oid, relowner, source from shown) s
    join pg_catalog.pg_class c on c.oid = s.source, pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) x
    where x.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and x.grantee <> s.relowner
    union
    select s.oid, x.grantee, x.privilege_type, s.attname from shown s, pg_catalog.aclexplode(s.asked) x
    where x.privilege_type in ('SELECT', 'INSERT', 'UPDATE') and x.grantee <> s.relowner
),
given as (
    select s.oid, x.grantee, x.privilege_type, null::name as attname from served s, pg_catalog.aclexplode(s.relacl) x where x.grantee <> s.relowner
    union
    select s.oid, x.grantee, x.privilege_type, s.attname from shown s, pg_catalog.aclexplode(s.given) x where x.grantee <> s.relowner
)
select s.name from served s
where s.oid in (select d.oid from ((table asked except table given) union (table given except table asked)) d)
order by s.name
