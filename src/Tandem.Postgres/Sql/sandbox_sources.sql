-- What a copy needs besides the model: extensions, functions and triggers, in an order that mostly works.
select s.statement from (
    select 1 as place, e.extname::text as name, format('create extension if not exists %I with schema %I', e.extname, n.nspname) as statement
    from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'
    union all
    select 2, f.proname || f.oid, pg_catalog.pg_get_functiondef(f.oid)
    from pg_catalog.pg_proc f join pg_catalog.pg_namespace n on n.oid = f.pronamespace
    where n.nspname = @schema and f.prokind in ('f', 'p')
      and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
    union all
    select 3, t.tgname || t.oid, pg_catalog.pg_get_triggerdef(t.oid)
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = @schema and not t.tgisinternal and t.tgparentid = 0
      and not starts_with(t.tgname::text, '!tandem') and not starts_with(t.tgname::text, '~tandem')
) s order by s.place, s.name
