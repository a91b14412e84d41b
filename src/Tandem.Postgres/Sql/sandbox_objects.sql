-- Every object of the users' with its definition as the server writes it: what differs between two readings is what
-- happened in between. Names of the schema @schema stand alone, others with their schema. @all is '1' for every schema,
-- and for rights.
with place as materialized (
    select n.oid, n.nspname::text as name, case when n.nspname = @schema then '' else quote_ident(n.nspname) || '.' end as prefix
    from pg_catalog.pg_namespace n
    where (n.nspname = @schema or @all = '1')
      and not starts_with(n.nspname::text, 'pg_') and n.nspname not in ('information_schema', 'tandem')
      and coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') not like 'tandem version%'
),
member as materialized (
    select d.classid, d.objid from pg_catalog.pg_depend d where d.deptype = 'e'
),
relation as materialized (
    select c.*, p.prefix || quote_ident(c.relname) as name
    from pg_catalog.pg_class c join place p on p.oid = c.relnamespace
    where not starts_with(c.relname::text, '_tandem_')
      and not exists (select from member m where m.classid = 'pg_catalog.pg_class'::regclass and m.objid = c.oid)
)
select o.kind || ': ' || o.name as object, concat_ws(' ', o.definition) as definition
from (
    select case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'c' then 'type' else 'table' end as kind,
           r.name,
           concat_ws(E'\n', r.relkind, r.relpersistence, r.reloptions::text, r.relrowsecurity, r.relforcerowsecurity, r.relreplident,
               case when @all = '1' then (select string_agg(x.item::text, ',' order by x.item::text collate "C") from unnest(r.relacl) x (item)) end, pg_catalog.obj_description(r.oid, 'pg_class'), pg_catalog.pg_get_partkeydef(r.oid),
               pg_catalog.pg_get_expr(r.relpartbound, r.oid),
               case when r.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(r.oid) end,
               (select string_agg(i.inhparent::regclass::text, ',' order by i.inhseqno) from pg_catalog.pg_inherits i where i.inhrelid = r.oid),
               (select string_agg(concat_ws(' ', quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
                       nullif(a.attcollation, t.typcollation)::regcollation, a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,
                       pg_catalog.pg_get_expr(d.adbin, d.adrelid), case when @all = '1' then (select string_agg(x.item::text, ',' order by x.item::text collate "C") from unnest(a.attacl) x (item)) end, a.attoptions::text,
                       pg_catalog.col_description(r.oid, a.attnum)), E'\n' order by a.attnum)
                from pg_catalog.pg_attribute a
                join pg_catalog.pg_type t on t.oid = a.atttypid
                left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
                  and not starts_with(a.attname::text, '_tandem_'))) as definition
    from relation r where r.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
    union all
    select 'index', r.name, concat_ws(' ', pg_catalog.pg_get_indexdef(r.oid), i.indisvalid, i.indisclustered, i.indisreplident)
    from relation r join pg_catalog.pg_index i on i.indexrelid = r.oid
    union all
    select 'sequence', r.name, concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle, case when @all = '1' then (select string_agg(x.item::text, ',' order by x.item::text collate "C") from unnest(r.relacl) x (item)) end)
    from relation r join pg_catalog.pg_sequence s on s.seqrelid = r.oid
    union all
    select 'constraint', quote_ident(k.conname) || ' on ' || r.name,
           concat_ws(' ', pg_catalog.pg_get_constraintdef(k.oid), k.convalidated)
    from pg_catalog.pg_constraint k join relation r on r.oid = k.conrelid
    where not starts_with(k.conname::text, '_tandem_') and k.contype <> 'n'
    union all
    select 'trigger', quote_ident(g.tgname) || ' on ' || r.name, pg_catalog.pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
    from pg_catalog.pg_trigger g join relation r on r.oid = g.tgrelid
    where not g.tgisinternal and not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
    union all
    select 'policy', quote_ident(p.polname) || ' on ' || r.name,
           concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[]::text, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_catalog.pg_policy p join relation r on r.oid = p.polrelid
    union all
    select 'rule', quote_ident(w.rulename) || ' on ' || r.name, pg_catalog.pg_get_ruledef(w.oid)
    from pg_catalog.pg_rewrite w join relation r on r.oid = w.ev_class where w.rulename <> '_RETURN'
    union all
    select 'statistics', p.prefix || quote_ident(s.stxname), pg_catalog.pg_get_statisticsobjdef(s.oid)
    from pg_catalog.pg_statistic_ext s join place p on p.oid = s.stxnamespace
    union all
    select case f.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
           p.prefix || quote_ident(f.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(f.oid) || ')',
           case when f.prokind <> 'a' then pg_catalog.pg_get_functiondef(f.oid) else 'aggregate' end || case when @all = '1' then coalesce((select string_agg(x.item::text, ',' order by x.item::text collate "C") from unnest(f.proacl) x (item)), '') else '' end
    from pg_catalog.pg_proc f join place p on p.oid = f.pronamespace
    where not exists (select from member m where m.classid = 'pg_catalog.pg_proc'::regclass and m.objid = f.oid)
    union all
    select case t.typtype when 'd' then 'domain' when 'r' then 'range type' else 'type' end, p.prefix || quote_ident(t.typname),
           concat_ws(' ', t.typtype,
               (select string_agg(quote_literal(e.enumlabel), ',' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid),
               case when t.typtype = 'd' then pg_catalog.format_type(t.typbasetype, t.typtypmod) end, t.typnotnull, t.typdefault,
               (select string_agg(pg_catalog.pg_get_constraintdef(k.oid), ',' order by k.conname) from pg_catalog.pg_constraint k where k.contypid = t.oid),
               pg_catalog.obj_description(t.oid, 'pg_type'))
    from pg_catalog.pg_type t join place p on p.oid = t.typnamespace
    where t.typtype in ('e', 'd', 'r') and not exists (select from member m where m.classid = 'pg_catalog.pg_type'::regclass and m.objid = t.oid)
    union all
    select 'operator', p.prefix || o.oprname || ' (' || concat_ws(', ', nullif(o.oprleft, 0)::regtype, o.oprright::regtype) || ')', o.oprcode::text
    from pg_catalog.pg_operator o join place p on p.oid = o.oprnamespace
    where not exists (select from member m where m.classid = 'pg_catalog.pg_operator'::regclass and m.objid = o.oid)
    union all
    select 'collation', p.prefix || quote_ident(c.collname), concat_ws(' ', c.collprovider, c.collcollate, c.collctype)
    from pg_catalog.pg_collation c join place p on p.oid = c.collnamespace
    union all
    select 'text search configuration', p.prefix || quote_ident(c.cfgname), '' from pg_catalog.pg_ts_config c join place p on p.oid = c.cfgnamespace
    union all
    select 'schema', quote_ident(n.nspname), coalesce(n.nspacl::text, '')
    from place p join pg_catalog.pg_namespace n on n.oid = p.oid where p.prefix <> ''
    union all
    select 'extension', quote_ident(e.extname), e.extversion from pg_catalog.pg_extension e where e.extname <> 'plpgsql'
    union all
    select 'publication', quote_ident(b.pubname), concat_ws(' ', b.puballtables, b.pubinsert, b.pubupdate, b.pubdelete, b.pubtruncate,
        (select string_agg(r.prrelid::regclass::text, ',' order by r.prrelid::regclass::text) from pg_catalog.pg_publication_rel r where r.prpubid = b.oid))
    from pg_catalog.pg_publication b where @all = '1'
    union all
    select 'event trigger', quote_ident(t.evtname), concat_ws(' ', t.evtevent, t.evtfoid::regproc, t.evtenabled) from pg_catalog.pg_event_trigger t where @all = '1'
) o
order by (o.kind || ': ' || o.name) collate "C"
