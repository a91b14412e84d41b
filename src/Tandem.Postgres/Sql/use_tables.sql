-- The columns of every table and of its partitions and inheritance children, at every level, under the table's name.
, part as (
    with recursive kin as (
        select t.oid, t.name from target t
        union
        select i.inhrelid, k.name from kin k join pg_catalog.pg_inherits i on i.inhparent = k.oid
    )
    select * from kin
)
select c.name as table_name, c.oid::bigint as oid, 'pg_catalog.pg_class'::regclass::oid::bigint as class, a.attname::text as column_name, a.attnum::bigint as attnum
from part c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and not starts_with(a.attname::text, '_tandem_')
