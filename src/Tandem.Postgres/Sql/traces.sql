-- When the catalogue's rows of each object were written last, and who owns it. The server keeps the times of transactions only
-- while track_commit_timestamp is on, and forgets those of long ago.
with place as (
    select n.oid from pg_catalog.pg_namespace n where n.nspname = @schema),
relation as (
    select c.oid, c.relname::text as name, c.relowner as owner, c.xmin as written,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end as kind
    from pg_catalog.pg_class c join place p on p.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S')),
typed as (
    select t.oid, t.typname::text as name, t.typowner as owner, t.xmin as written, t.typrelid as relation,
           case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' else 'composite type' end as kind
    from pg_catalog.pg_type t join place p on p.oid = t.typnamespace
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c'),
object (catalogue, oid, kind, identity, owner) as (
    select 'pg_catalog.pg_namespace'::regclass, n.oid, 'schema', n.nspname::text, n.nspowner
    from pg_catalog.pg_namespace n join place p on p.oid = n.oid
    union all select 'pg_catalog.pg_class'::regclass, r.oid, r.kind, r.name, r.owner from relation r
    union all select 'pg_catalog.pg_type'::regclass, t.oid, t.kind, t.name, t.owner from typed t
    union all
    select 'pg_catalog.pg_proc'::regclass, p.oid, case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
           p.proname || '(' || case when p.prokind = 'a' then coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')
               else (select coalesce(string_agg(pg_catalog.format_type(a.type, null), ', ' order by a.place), '')
                     from unnest(p.proargtypes::oid[]) with ordinality a (type, place)) end || ')', p.proowner
    from pg_catalog.pg_proc p join place on place.oid = p.pronamespace
    union all
    select 'pg_catalog.pg_trigger'::regclass, g.oid, 'trigger', g.tgname || ' on ' || r.name, r.owner
    from pg_catalog.pg_trigger g join relation r on r.oid = g.tgrelid where not g.tgisinternal
    union all
    select 'pg_catalog.pg_policy'::regclass, y.oid, 'policy', y.polname || ' on ' || r.name, r.owner
    from pg_catalog.pg_policy y join relation r on r.oid = y.polrelid
    union all
    select 'pg_catalog.pg_rewrite'::regclass, w.oid, 'rule', w.rulename || ' on ' || r.name, r.owner
    from pg_catalog.pg_rewrite w join relation r on r.oid = w.ev_class where w.rulename <> '_RETURN'
    union all
    select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, 'statistics', s.stxname::text, s.stxowner
    from pg_catalog.pg_statistic_ext s join place p on p.oid = s.stxnamespace
    union all
    select 'pg_catalog.pg_collation'::regclass, c.oid, 'collation', c.collname::text, c.collowner
    from pg_catalog.pg_collation c join place p on p.oid = c.collnamespace
    union all
    select 'pg_catalog.pg_extension'::regclass, e.oid, 'extension', e.extname::text, e.extowner from pg_catalog.pg_extension e
    union all
    select 'pg_catalog.pg_publication'::regclass, b.oid, 'publication', b.pubname::text, b.pubowner from pg_catalog.pg_publication b
    union all
    select 'pg_catalog.pg_event_trigger'::regclass, v.oid, 'event trigger', v.evtname::text, v.evtowner from pg_catalog.pg_event_trigger v),
-- The rows that say what an object is, its own and those of its parts.
part (catalogue, oid, written) as (
    select 'pg_catalog.pg_namespace'::regclass, n.oid, n.xmin from pg_catalog.pg_namespace n
    union all select 'pg_catalog.pg_class'::regclass, r.oid, r.written from relation r
    union all select 'pg_catalog.pg_class'::regclass, a.attrelid, a.xmin from pg_catalog.pg_attribute a join relation r on r.oid = a.attrelid where a.attnum > 0
    union all select 'pg_catalog.pg_class'::regclass, d.adrelid, d.xmin from pg_catalog.pg_attrdef d join relation r on r.oid = d.adrelid
    union all select 'pg_catalog.pg_class'::regclass, c.conrelid, c.xmin from pg_catalog.pg_constraint c join relation r on r.oid = c.conrelid
    union all select 'pg_catalog.pg_class'::regclass, i.indrelid, i.xmin from pg_catalog.pg_index i join relation r on r.oid = i.indrelid
    union all
    select 'pg_catalog.pg_class'::regclass, i.indrelid, c.xmin
    from pg_catalog.pg_index i join relation r on r.oid = i.indrelid join pg_catalog.pg_class c on c.oid = i.indexrelid
    union all select 'pg_catalog.pg_class'::regclass, q.seqrelid, q.xmin from pg_catalog.pg_sequence q join relation r on r.oid = q.seqrelid
    union all
    select 'pg_catalog.pg_class'::regclass, w.ev_class, w.xmin
    from pg_catalog.pg_rewrite w join relation r on r.oid = w.ev_class where w.rulename = '_RETURN'
    union all select 'pg_catalog.pg_type'::regclass, t.oid, t.written from typed t
    union all select 'pg_catalog.pg_type'::regclass, e.enumtypid, e.xmin from pg_catalog.pg_enum e join typed t on t.oid = e.enumtypid
    union all select 'pg_catalog.pg_type'::regclass, c.contypid, c.xmin from pg_catalog.pg_constraint c join typed t on t.oid = c.contypid
    union all select 'pg_catalog.pg_type'::regclass, t.oid, a.xmin from pg_catalog.pg_attribute a join typed t on t.relation = a.attrelid where t.relation <> 0
    union all select 'pg_catalog.pg_proc'::regclass, p.oid, p.xmin from pg_catalog.pg_proc p join place on place.oid = p.pronamespace
    union all select 'pg_catalog.pg_trigger'::regclass, g.oid, g.xmin from pg_catalog.pg_trigger g
    union all select 'pg_catalog.pg_policy'::regclass, y.oid, y.xmin from pg_catalog.pg_policy y
    union all select 'pg_catalog.pg_rewrite'::regclass, w.oid, w.xmin from pg_catalog.pg_rewrite w
    union all select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.xmin from pg_catalog.pg_statistic_ext s
    union all select 'pg_catalog.pg_collation'::regclass, c.oid, c.xmin from pg_catalog.pg_collation c
    union all select 'pg_catalog.pg_extension'::regclass, e.oid, e.xmin from pg_catalog.pg_extension e
    union all select 'pg_catalog.pg_publication'::regclass, b.oid, b.xmin from pg_catalog.pg_publication b
    union all select 'pg_catalog.pg_publication'::regclass, b.prpubid, b.xmin from pg_catalog.pg_publication_rel b
    union all select 'pg_catalog.pg_event_trigger'::regclass, v.oid, v.xmin from pg_catalog.pg_event_trigger v
    union all select d.classoid::regclass, d.objoid, d.xmin from pg_catalog.pg_description d)
select o.kind, o.identity, u.rolname::text as owner,
       pg_catalog.current_setting('track_commit_timestamp') = 'on' as tracked,
       pg_catalog.to_char(
           (select max(case when pg_catalog.current_setting('track_commit_timestamp') = 'on' then pg_catalog.pg_xact_commit_timestamp(p.written) end)
            from part p where p.catalogue = o.catalogue and p.oid = o.oid) at time zone 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as changed_at
from object o
left join pg_catalog.pg_roles u on u.oid = o.owner
