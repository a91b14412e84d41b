-- Whether there is anything that "defined" would read. Most databases have none of it, and the server takes long to plan the query.
select exists (select from pg_catalog.pg_operator o join place on place.oid = o.oprnamespace)
    or exists (select from pg_catalog.pg_opfamily f join place on place.oid = f.opfnamespace)
    or exists (select from pg_catalog.pg_opclass c join place on place.oid = c.opcnamespace)
    or exists (select from pg_catalog.pg_conversion c join place on place.oid = c.connamespace)
    or exists (select from pg_catalog.pg_ts_dict d join place on place.oid = d.dictnamespace)
    or exists (select from pg_catalog.pg_ts_config c join place on place.oid = c.cfgnamespace)
    or exists (select from pg_catalog.pg_cast c where c.oid >= 16384) as present
