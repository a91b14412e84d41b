select t.name as table_name,
       g.tgname as name,
       pg_catalog.pg_get_triggerdef(g.oid) as definition,
       g.tgtype & 2 = 2 as fires_before,
       g.tgtype & 1 = 1 as for_each_row,
       g.tgtype & 16 = 16 as on_update,
       g.tgtype & 4 = 4 as on_insert,
       g.tgtype & 8 = 8 as on_delete,
       g.tgenabled <> 'D' as enabled,
       case g.tgenabled when 'R' then 'REPLICA' when 'A' then 'ALWAYS' end as firing,
       pg_catalog.obj_description(g.oid, 'pg_trigger') as comment,
       g.tgnewtable is not null or g.tgoldtable is not null as transition_tables,
       l.lanname as language,
       p.proname as function_name,
       coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as source,
       (select json_agg(a.attname)
        from pg_catalog.pg_attribute a
        where a.attrelid = t.oid and (
            a.attnum = any (g.tgattr::smallint[])
            or exists (
                select from pg_catalog.pg_depend d
                where d.classid = 'pg_catalog.pg_trigger'::regclass and d.objid = g.oid
                  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid and d.refobjsubid = a.attnum)
            -- Arguments of the trigger may name columns, as those of tsvector_update_trigger do.
            or a.attnum > 0 and position(
                '\000' || a.attname || '\000' in '\000' || pg_catalog.encode(g.tgargs, 'escape')) > 0))::text as columns
from (
    select t.oid, t.name from every_table t
    union all
    select v.oid, v.relname from pg_catalog.pg_class v join place on place.oid = v.relnamespace where v.relkind = 'v') t
-- A partition's copy of its table's trigger is not listed.
join pg_catalog.pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgparentid = 0
join pg_catalog.pg_proc p on p.oid = g.tgfoid
join pg_catalog.pg_language l on l.oid = p.prolang
where not starts_with(g.tgname::text, '!tandem') and not starts_with(g.tgname::text, '~tandem')
order by t.name collate "C", g.tgname collate "C"
