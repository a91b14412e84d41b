select pg_catalog.obj_description(place.oid, 'pg_namespace') as comment from place
