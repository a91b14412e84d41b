-- Put before every other query: the tables of the target as applications see them, without the engine's own
-- (by their prefix) and without members of extensions (they belong to the extension).
with place as (
    select n.oid from pg_catalog.pg_namespace n where n.nspname = @schema
),
extension_member as materialized (
    select classid, objid from pg_catalog.pg_depend where deptype = 'e'
),
every_table as materialized (
    select t.oid, t.relname::text as name, t.relkind, t.reltype, t.relnamespace, t.relispartition
    from pg_catalog.pg_class t
    join place on place.oid = t.relnamespace
    where t.relkind in ('r', 'p')
      and not starts_with(t.relname::text, '_tandem_')
      and not exists (
          select from pg_catalog.pg_depend e
          where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = t.oid and e.deptype = 'e')
),
-- Partitions belong to their table.
target as materialized (
    select t.* from every_table t where not t.relispartition
),
-- Schemas whose objects are none of the users': the server's, the engine's and the versions that the engine serves.
foreign_schema as materialized (
    select n.oid
    from pg_catalog.pg_namespace n
    where n.nspname in ('pg_catalog', 'information_schema', 'pg_toast', 'tandem')
       or starts_with(pg_catalog.obj_description(n.oid, 'pg_namespace'), 'tandem version')
)
