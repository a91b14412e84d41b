select p.pubname as name,
       p.puballtables as all_tables,
       concat_ws(', ',
           'publish = ' || pg_catalog.quote_literal(concat_ws(', ',
               case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
               case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end)),
           case when p.pubviaroot then 'publish_via_partition_root = true' end,
           case to_jsonb(p) ->> 'pubgencols' when 's' then 'publish_generated_columns = stored' end) as options,
       (select json_agg(json_build_object(
                   'schema', n.nspname, 'table', c.relname,
                   'columns', coalesce((
                       select json_agg(a.attname order by a.attnum)
                       from pg_catalog.pg_attribute a
                       where a.attrelid = r.prrelid and a.attnum > 0
                         and a.attnum::text = any (regexp_split_to_array(btrim(to_jsonb(r) ->> 'prattrs', '[]'), '[ ,]+'))), '[]'))
               order by n.nspname collate "C", c.relname collate "C")
        from pg_catalog.pg_publication_rel r
        join pg_catalog.pg_class c on c.oid = r.prrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where r.prpubid = p.oid)::text as tables,
       pg_catalog.obj_description(p.oid, 'pg_publication') as comment
from pg_catalog.pg_publication p
where not exists (select from extension_member e where e.classid = 'pg_catalog.pg_publication'::regclass and e.objid = p.oid)
