-- Everything of the engine's that belongs to this target, in an order in which it can be dropped. What all targets of
-- the database share (the schema tandem with its functions and the journal) is listed when no other target is left.
with place as (
    select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname = @schema
),
version as (
    select n.oid, n.nspname, obj_description(n.oid, 'pg_namespace') like '% of ' || replace(@schema, '\', '\\') as mine
    from pg_catalog.pg_namespace n
    where obj_description(n.oid, 'pg_namespace') like 'tandem version %'
),
engine as (
    -- A schema of the users' may have the name. Ours holds the journal.
    select n.oid from pg_catalog.pg_namespace n
    where n.nspname = 'tandem' and (
        select count(*) from pg_catalog.pg_attribute a
        where (a.attrelid, a.attname) in ((to_regclass('tandem.meta'), 'value'), (to_regclass('tandem.lease'), 'epoch'))) = 2
),
alone as (
    select not exists (select from version v where not v.mine)
       and not exists (
           select from pg_catalog.pg_trigger g
           join pg_catalog.pg_class c on c.oid = g.tgrelid
           where (starts_with(g.tgname::text, '!tandem') or starts_with(g.tgname::text, '~tandem'))
             and c.relnamespace not in (select oid from place)) as last_target
),
relation as (
    select c.oid, c.relname, c.relkind, c.relispartition, format('%I.%I', p.nspname, c.relname) as name,
           starts_with(c.relname::text, '_tandem_') as own
    from pg_catalog.pg_class c join place p on p.oid = c.relnamespace
)
select o.kind, o.name, o.statement
from (
    select 1 as place, 'view' as kind, format('%I.%I', v.nspname, c.relname) as name,
           format('DROP VIEW IF EXISTS %I.%I', v.nspname, c.relname) as statement
    from version v
    join pg_catalog.pg_class c on c.relnamespace = v.oid and c.relkind = 'v'
    where v.mine and starts_with(obj_description(c.oid, 'pg_class'), 'tandem view')
    union all
    -- In one statement, because one may read another.
    select 1, 'view', string_agg(r.name, ', ' order by r.name), 'DROP VIEW IF EXISTS ' || string_agg(r.name, ', ' order by r.name)
    from relation r where r.own and r.relkind = 'v' having count(*) > 0
    union all
    select 1, 'view', r.name, 'DROP MATERIALIZED VIEW IF EXISTS ' || r.name
    from relation r where r.own and r.relkind = 'm'
    union all
    select 1, 'function', p.oid::regprocedure::text, 'DROP ROUTINE IF EXISTS ' || p.oid::regprocedure
    from version v join pg_catalog.pg_proc p on p.pronamespace = v.oid
    where v.mine and starts_with(obj_description(p.oid, 'pg_proc'), 'tandem view')
    union all
    select 4, 'function', p.oid::regprocedure::text, 'DROP ROUTINE IF EXISTS ' || p.oid::regprocedure
    from pg_catalog.pg_proc p join place on place.oid = p.pronamespace where starts_with(p.proname::text, '_tandem_')
    union all
    select 2, 'schema', format('%I', v.nspname), format('DROP SCHEMA IF EXISTS %I', v.nspname)
    from version v where v.mine
    union all
    select 3, 'trigger', format('%I on %s', g.tgname, r.name), format('DROP TRIGGER IF EXISTS %I ON %s', g.tgname, r.name)
    from relation r join pg_catalog.pg_trigger g on g.tgrelid = r.oid and g.tgparentid = 0
    where starts_with(g.tgname::text, '!tandem') or starts_with(g.tgname::text, '~tandem')
    union all
    select 4, 'constraint', format('%I on %s', k.conname, r.name), format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', r.name, k.conname)
    from relation r join pg_catalog.pg_constraint k on k.conrelid = r.oid and k.conparentid = 0 and k.coninhcount = 0
    where starts_with(k.conname::text, '_tandem_') and not r.own and r.relkind in ('r', 'p')
    union all
    select 5, 'index', r.name, 'DROP INDEX IF EXISTS ' || r.name
    from relation r join pg_catalog.pg_index i on i.indexrelid = r.oid
    join relation t on t.oid = i.indrelid
    where r.own and not t.own and r.relkind in ('i', 'I') and not r.relispartition
      and not exists (select from pg_catalog.pg_constraint k where k.conindid = r.oid)
    union all
    select 6, 'column', format('%s.%I', r.name, a.attname), format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', r.name, a.attname)
    from relation r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attinhcount = 0
    where starts_with(a.attname::text, '_tandem_') and not r.own and r.relkind in ('r', 'p')
    union all
    select 7, 'table', r.name, 'DROP TABLE IF EXISTS ' || r.name
    from relation r where r.own and r.relkind in ('r', 'p') and not r.relispartition
    union all
    select 8, 'sequence', r.name, 'DROP SEQUENCE IF EXISTS ' || r.name
    from relation r
    where r.own and r.relkind = 'S' and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = r.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0)
    union all
    select 8, 'type', format('%I.%I', p.nspname, y.typname), format('DROP TYPE IF EXISTS %I.%I', p.nspname, y.typname)
    from pg_catalog.pg_type y join place p on p.oid = y.typnamespace
    where y.typtype in ('e', 'd') and (starts_with(y.typname::text, '_tandem_')
        -- What was made over it meanwhile would have to go with it.
        or obj_description(y.oid, 'pg_type') in ('tandem: a second name of a domain', 'tandem: the former name of a domain')
          and not exists (select from pg_catalog.pg_depend d where d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid in (y.oid, y.typarray) and d.deptype = 'n'))
    union all
    select 9, 'function', p.oid::regprocedure::text, 'DROP FUNCTION IF EXISTS ' || p.oid::regprocedure
    from pg_catalog.pg_proc p join engine e on e.oid = p.pronamespace cross join alone
    where alone.last_target or p.proname ~ '^(sync|agree [0-9]+|link [0-9]+) ' and starts_with(
        regexp_replace(p.proname, '^(sync|agree [0-9]+|link [0-9]+) ', ''), @schema || '.')
    union all
    select 9, 'sequence', format('tandem.%I', c.relname), format('DROP SEQUENCE IF EXISTS tandem.%I', c.relname)
    from pg_catalog.pg_class c join engine e on e.oid = c.relnamespace cross join alone
    where c.relkind = 'S' and c.relname ~ '^seen [0-9]+ '
      and (alone.last_target or starts_with(regexp_replace(c.relname, '^seen [0-9]+ ', ''), @schema || '.'))
    union all
    select 10, 'table', format('tandem.%I', c.relname), format('DROP TABLE IF EXISTS tandem.%I', c.relname)
    from pg_catalog.pg_class c join engine e on e.oid = c.relnamespace cross join alone
    where alone.last_target and c.relkind = 'r'
      and c.relname in ('meta', 'lease', 'runs', 'steps', 'events', 'ledger', 'ledger_rows', 'parts', 'objects', 'images', 'approvals')
    union all
    select 10, 'journal rows', format('tandem.%I', c.relname), format('DELETE FROM tandem.%I WHERE target = %L', c.relname, @schema)
    from pg_catalog.pg_class c join engine e on e.oid = c.relnamespace cross join alone
    where not alone.last_target and c.relkind = 'r'
      and c.relname in ('lease', 'runs', 'steps', 'events', 'ledger', 'ledger_rows', 'parts', 'objects', 'images', 'approvals')
    union all
    -- Without CASCADE: what somebody else has put there stays, and the schema with it.
    select 11, 'schema', 'tandem', 'DROP SCHEMA IF EXISTS tandem'
    from engine cross join alone
    where alone.last_target
) o
order by o.place, o.name collate "C"
