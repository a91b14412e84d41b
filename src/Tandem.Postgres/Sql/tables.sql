select t.name, pg_catalog.obj_description(t.oid, 'pg_class') as comment
from target t
