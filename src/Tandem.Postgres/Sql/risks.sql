-- What the server's counters and rights say about the schema: subject and sentence.
, counted as (
    select coalesce(to_char(d.stats_reset, 'YYYY-MM-DD'), 'the server was made') as since
    from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()
),
numbered as (
    select t.name || '.' || a.attname as subject,
           100 * case when pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') then pg_catalog.pg_sequence_last_value(s.seqrelid) end::numeric
           / least(s.seqmax, case a.atttypid when 21 then 32767 when 23 then 2147483647 else 9223372036854775807 end) as used,
           pg_catalog.format_type(a.atttypid, null) as type
    from pg_catalog.pg_sequence s
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid and d.refclassid = 'pg_catalog.pg_class'::regclass
        and d.deptype in ('a', 'i') and d.refobjsubid > 0
    join target t on t.oid = d.refobjid
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
    where s.seqincrement > 0
)
select subject, 'Of the numbers that ' || type || ' and its sequence have, ' || round(used) || ' % are used: an insert fails when they are at their end.' as text
from numbered where used >= 50
union all
select t.name || '.' || c.relname,
       'No query has used the index since ' || (select since from counted) || ': every write keeps ' || pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(c.oid)) || ' up for nothing.'
from target t
join pg_catalog.pg_stat_user_indexes s on s.relid = t.oid and s.idx_scan = 0
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid and not i.indisunique and i.indisvalid
join pg_catalog.pg_class c on c.oid = i.indexrelid and not starts_with(c.relname::text, '_tandem_')
where pg_catalog.pg_relation_size(c.oid) >= 1000000
union all
select t.name, 'Of its rows ' || s.n_dead_tup || ' are dead and ' || s.n_live_tup || ' alive: vacuum does not keep up, and every scan reads the dead ones.'
from every_table t join pg_catalog.pg_stat_user_tables s on s.relid = t.oid
where s.n_dead_tup > 10000 and s.n_dead_tup > 0.2 * s.n_live_tup
union all
select t.name, 'It was never vacuumed: index-only scans read the table all the same, and old transactions pile up.'
from every_table t join pg_catalog.pg_stat_user_tables s on s.relid = t.oid
where s.n_live_tup > 100000 and s.last_vacuum is null and s.last_autovacuum is null
union all
select p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
       'It runs with the rights of the superuser ' || r.rolname || ' for whoever may call it (SECURITY DEFINER)'
       || case when not exists (select from unnest(p.proconfig) c where c like 'search_path=%') then ', and sets no search_path: names in it mean what the caller lets them mean.' else '.' end
from pg_catalog.pg_proc p join place on place.oid = p.pronamespace join pg_catalog.pg_roles r on r.oid = p.proowner and r.rolsuper
where p.prosecdef and not exists (
    select from extension_member e where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid)
union all
select 'schema ' || n.nspname, 'PUBLIC may create in it: whoever can log in can put a table or function in front of yours.'
from pg_catalog.pg_namespace n join place on place.oid = n.oid
cross join lateral pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
where g.grantee = 0 and g.privilege_type = 'CREATE'
union all
select 'role ' || r.rolname, 'No policy holds for it (BYPASSRLS), and ' || count(*) || case when count(*) = 1 then ' table here relies on policies.' else ' tables here rely on policies.' end
from pg_catalog.pg_roles r, pg_catalog.pg_class c join place on place.oid = c.relnamespace
where r.rolbypassrls and not r.rolsuper and c.relrowsecurity
group by r.rolname
order by 1, 2
