, member as materialized (
    select p.oid, p.name, t.oid as root, t.name as table_name
    from every_table p join target t on t.oid = pg_catalog.pg_partition_root(p.oid)
    where p.relispartition
)
, depends as materialized (
    -- What names a table of the target or a column of it, by the server's own account.
    select d.classid, d.objid, d.objsubid, t.oid as table_oid, t.name as table_name, t.relnamespace, a.attname::text as column_name,
           d.refobjsubid
    from target t
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = t.oid
    left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
    where a.attname is null or not starts_with(a.attname::text, '_tandem_')
)
, row_type as materialized (
    -- The type of a table's rows and the type of arrays of them. Whoever uses one is found by the server's own account: a look at
    -- all functions and columns for each table would take as long as their product.
    select t.oid as table_oid, u.oid
    from target t
    join pg_catalog.pg_type y on y.oid = t.reltype
    cross join lateral (values (y.oid), (y.typarray)) u (oid)
)
select 'View' as kind,
       case when v.relnamespace <> d.relnamespace then n.nspname || '.' else '' end || v.relname as name,
       d.table_name, d.column_name
from depends d
join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid
join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind in ('v', 'm')
join pg_catalog.pg_namespace n on n.oid = v.relnamespace
where v.relnamespace not in (select oid from foreign_schema) and not starts_with(v.relname::text, '_tandem_')
union
select 'Other', 'rule ' || r.rulename || ' on ' || v.relname, d.table_name, d.column_name
from depends d
join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid and r.rulename <> '_RETURN'
join pg_catalog.pg_class v on v.oid = r.ev_class
where v.relnamespace not in (select oid from foreign_schema)
union
select 'FunctionRowType',
       case when p.pronamespace <> t.relnamespace then n.nspname || '.' else '' end || p.proname, t.name, null
from row_type y
join target t on t.oid = y.table_oid
join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid = y.oid and d.classid = 'pg_catalog.pg_proc'::regclass
join pg_catalog.pg_proc p on p.oid = d.objid and (y.oid = p.prorettype or y.oid = any (p.proargtypes) or y.oid = any (p.proallargtypes))
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.pronamespace not in (select oid from foreign_schema)
union
-- A body that is no text (BEGIN ATOMIC, RETURN) is bound to its columns.
select 'Other',
       case p.prokind when 'p' then 'procedure ' else 'function ' end || case when p.pronamespace <> d.relnamespace then n.nspname || '.' else '' end || p.proname
           || '(' || (select coalesce(string_agg(pg_catalog.format_type(t.type, null), ', ' order by t.place), '')
                      from unnest(p.proargtypes::oid[]) with ordinality t (type, place)) || ')',
       d.table_name, d.column_name
from depends d
join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid and not starts_with(p.proname::text, '_tandem_')
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.pronamespace not in (select oid from foreign_schema)
union
select 'Policy', p.polname || ' on ' || c.relname, d.table_name, d.column_name
from depends d
join pg_catalog.pg_policy p on d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid
join pg_catalog.pg_class c on c.oid = p.polrelid
union
select 'Policy', p.polname || ' on ' || t.name, t.name, null
from target t join pg_catalog.pg_policy p on p.polrelid = t.oid
union
select 'GeneratedColumn', a.attname::text, d.table_name, d.column_name
from depends d
left join pg_catalog.pg_attrdef f on d.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = d.objid and f.adrelid = d.table_oid
-- Up to 14 the column itself depends, from 15 on its expression.
join pg_catalog.pg_attribute a on a.attrelid = d.table_oid and a.attgenerated <> '' and a.attnum = case
    when f.oid is not null then f.adnum
    when d.classid = 'pg_catalog.pg_class'::regclass and d.objid = d.table_oid then d.objsubid end
where d.column_name <> a.attname and not starts_with(a.attname::text, '_tandem_')
union
select 'Publication', b.pubname::text, t.name, null
from target t
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_publication_tables b on b.schemaname = n.nspname
    and (b.tablename = t.name or b.tablename in (select m.name from member m where m.root = t.oid))
where not exists (
    select from pg_catalog.pg_publication_rel r
    join pg_catalog.pg_publication p on p.oid = r.prpubid
    where r.prrelid = t.oid and p.pubname = b.pubname and to_jsonb(r) ->> 'prattrs' is not null)
union
select 'Other', 'publication ' || p.pubname, t.name, a.attname::text
from target t
join pg_catalog.pg_publication_rel r on r.prrelid = t.oid
join pg_catalog.pg_publication p on p.oid = r.prpubid
left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0
    and a.attnum::text = any (regexp_split_to_array(btrim(to_jsonb(r) ->> 'prattrs', '[]'), '[ ,]+'))
where to_jsonb(r) ->> 'prattrs' is not null or to_jsonb(r) ->> 'prqual' is not null
union
select 'Other', 'foreign key ' || c.conname || ' of ' || n.nspname || '.' || f.relname, t.name, a.attname::text
from target t
join pg_catalog.pg_constraint c on c.confrelid = t.oid and c.contype = 'f' and c.conparentid = 0
join pg_catalog.pg_class f on f.oid = c.conrelid
join pg_catalog.pg_namespace n on n.oid = f.relnamespace and (n.oid <> t.relnamespace or f.relispartition)
join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = any (c.confkey)
where n.oid not in (select oid from foreign_schema)
union
-- What names a partition itself.
select 'Other', pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' (by way of the partition ' || m.name || ')', m.table_name, a.attname::text
from member m
join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = m.oid
    and d.classid in ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_statistic_ext'::regclass)
left join pg_catalog.pg_attribute a on a.attrelid = m.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid
left join pg_catalog.pg_class v on v.oid = r.ev_class
where (a.attname is null or not starts_with(a.attname::text, '_tandem_'))
  and (v.oid is null or v.relnamespace not in (select oid from foreign_schema))
union
select 'Other', 'foreign key ' || c.conname || ' of ' || f.relname || ' (to the partition ' || m.name || ')', m.table_name, a.attname::text
from member m
join pg_catalog.pg_constraint c on c.confrelid = m.oid and c.contype = 'f' and c.conparentid = 0
join pg_catalog.pg_class f on f.oid = c.conrelid
join pg_catalog.pg_attribute a on a.attrelid = m.oid and a.attnum = any (c.confkey)
union
select 'Other', 'inheritance child ' || k.relname, t.name, null
from target t
join pg_catalog.pg_inherits h on h.inhparent = t.oid
join pg_catalog.pg_class k on k.oid = h.inhrelid and not k.relispartition
union
select 'Other', 'extended statistics ' || e.stxname, d.table_name, d.column_name
from depends d
join pg_catalog.pg_statistic_ext e on d.classid = 'pg_catalog.pg_statistic_ext'::regclass and e.oid = d.objid
union
select 'Other', 'exclusion constraint ' || c.conname, d.table_name, d.column_name
from depends d
join pg_catalog.pg_constraint c on d.classid = 'pg_catalog.pg_constraint'::regclass and c.oid = d.objid and c.contype = 'x'
union
select 'Other', 'column ' || c.relname || '.' || a.attname || ' of the row type', t.name, null
from row_type y
join target t on t.oid = y.table_oid
join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid = y.oid and d.classid = 'pg_catalog.pg_class'::regclass
join pg_catalog.pg_attribute a on a.attrelid = d.objid and a.attnum = d.objsubid and a.attnum > 0 and not a.attisdropped and a.atttypid = y.oid
join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'm', 'c', 'f')
union
select 'TypeDefault', pg_catalog.format_type(y.oid, null), t.name, a.attname::text
from target t
join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and not a.atthasdef and a.attidentity = ''
join pg_catalog.pg_type y on y.oid = a.atttypid and y.typdefault is not null
where not starts_with(a.attname::text, '_tandem_')
union
-- Which of several unique rules and indexes over the same columns a foreign key hangs on, the server alone knows.
select 'IndexUse', c.conname || ' of ' || case when f.relnamespace <> t.relnamespace then n.nspname || '.' else '' end || f.relname, x.relname::text, null
from target t
join pg_catalog.pg_constraint c on c.confrelid = t.oid and c.contype = 'f' and c.conparentid = 0
join pg_catalog.pg_class x on x.oid = c.conindid
join pg_catalog.pg_class f on f.oid = c.conrelid
join pg_catalog.pg_namespace n on n.oid = f.relnamespace
where not starts_with(c.conname::text, '_tandem_') and not starts_with(x.relname::text, '_tandem_')
union
-- One to a partition hangs on the partition's part of the index.
select 'IndexUse', c.conname || ' of ' || f.relname || ' (to the partition ' || m.name || ')', x.relname::text, null
from member m
join pg_catalog.pg_constraint c on c.confrelid = m.oid and c.contype = 'f' and c.conparentid = 0
join pg_catalog.pg_class x on x.oid = pg_catalog.pg_partition_root(c.conindid)
join pg_catalog.pg_class f on f.oid = c.conrelid
where not starts_with(c.conname::text, '_tandem_') and not starts_with(x.relname::text, '_tandem_')
union
-- A view that groups by a key alone cannot be there without it.
select 'KeyUse', case when v.relnamespace <> t.relnamespace then n.nspname || '.' else '' end || v.relname, c.conname::text, null
from target t
join pg_catalog.pg_constraint c on c.conrelid = t.oid and c.contype = 'p'
join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_constraint'::regclass and d.refobjid = c.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
join pg_catalog.pg_rewrite r on r.oid = d.objid
join pg_catalog.pg_class v on v.oid = r.ev_class
join pg_catalog.pg_namespace n on n.oid = v.relnamespace
where v.relnamespace not in (select oid from foreign_schema) and not starts_with(v.relname::text, '_tandem_')
