-- An enterprise's tables as they grow over fifteen years: several schemas that refer to each other, inheritance, audit.
create schema common;
create schema catalog;
create schema sales;
create schema hr;
create schema audit;
create extension btree_gist with schema common;
create extension citext with schema common;
create extension pg_trgm with schema common;
create extension hstore with schema public;

comment on schema sales is 'Orders and what follows from them';

create domain common.email as common.citext constraint email_form check (value ~ '^[^@\s]+@[^@\s]+$');
create domain common.iso_country as char(2) check (value = upper(value)) default 'DE';
create domain common.money_amount as numeric(14, 2) not null default 0;
create type common.currency as enum ('EUR', 'USD', 'CHF');
create type common.money_value as (amount common.money_amount, currency common.currency);
create type common.address as (street text, zip varchar(10), city text collate "C", country common.iso_country);
create function common.days_between(a date, b date) returns float8 language sql immutable strict parallel safe as 'select (a - b)::float8';
create type common.date_span as range (subtype = date, subtype_diff = common.days_between, multirange_type_name = common.date_spans);
create collation common.german (provider = icu, locale = 'de-u-co-phonebk');
create collation common.without_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

create sequence common.document_number as bigint start with 100000 increment by 1 cache 20;
create sequence common.short_cycle as smallint minvalue 1 maxvalue 99 cycle;
create function common.next_document(prefix text default 'D') returns text language sql volatile as
$$ select prefix || lpad(nextval('common.document_number')::text, 10, '0') $$;

create table common.base (
    created_at timestamptz not null default now(),
    created_by name not null default current_user,
    changed_at timestamptz,
    row_version integer not null default 1 constraint version_positive check (row_version > 0),
    constraint no_time_travel check (changed_at is null or changed_at >= created_at),
    constraint only_here check (created_by <> 'nobody') no inherit
);
comment on table common.base is 'What every table has';

create table catalog.category (
    id integer generated always as identity (start with 10 increment by 5 minvalue 10 maxvalue 100000 cache 3),
    parent integer,
    name varchar(80) collate common.german not null,
    path text,
    constraint category_pk primary key (id) with (fillfactor = 85),
    constraint category_parent_fk foreign key (parent) references catalog.category (id) on delete restrict deferrable initially deferred,
    constraint category_name_uk unique (parent, name) deferrable initially immediate
) inherits (common.base) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false);
alter table catalog.category alter column created_by set default session_user;

create table catalog.product (
    sku text not null,
    title common.citext not null,
    price common.money_value,
    attributes public.hstore default ''::public.hstore,
    tags text[] not null default array[]::text[],
    picture bytea,
    description text,
    weight numeric(8, 3) check (weight >= 0) not null default 1.5,
    volume numeric generated always as (weight * 2) stored,
    category integer references catalog.category (id) on update cascade,
    valid common.date_span not null default '[2000-01-01,)',
    primary key (sku),
    exclude using gist (lower(sku) with =, daterange(lower(valid), upper(valid)) with &&) where (category is not null)
) inherits (common.base);
alter table catalog.product alter column picture set storage external, alter column description set storage main, alter column description set statistics 500,
    alter column attributes set statistics 0, alter column category set (n_distinct = -0.2);
create index product_title_trgm on catalog.product using gin ((title::text) common.gin_trgm_ops);
create index product_tags on catalog.product using gin (tags) with (fastupdate = off, gin_pending_list_limit = 128);
create index product_attributes on catalog.product using gist (attributes public.gist_hstore_ops (siglen = 64));
create unique index product_open on catalog.product (category, sku text_pattern_ops desc nulls last) include (title, weight) with (fillfactor = 60, deduplicate_items = off) where upper(valid) is null;
create index product_brin on catalog.product using brin (created_at) with (pages_per_range = 16, autosummarize = on);
create index product_hash on catalog.product using hash (sku);
create index product_expressions on catalog.product ((weight * 2) desc, coalesce(description, '') collate "C");
alter index catalog.product_expressions alter column 1 set statistics 321;
alter table catalog.product cluster on product_pkey;

create unique index product_identity on catalog.product (sku, created_at);
alter table catalog.product replica identity using index product_identity;
create statistics catalog.product_stats (ndistinct, mcv) on category, weight, sku from catalog.product;
create statistics catalog.product_expr on (lower(sku)), (weight * 3) from catalog.product;
alter statistics catalog.product_stats set statistics 1000;
comment on column catalog.product.sku is 'Stock keeping unit, "as printed"';
comment on index catalog.product_open is 'Only what is for sale';
comment on statistics catalog.product_stats is 'Categories and weights hang together';

create table hr.person (
    id uuid primary key default gen_random_uuid(),
    login name unique not null,
    mail common.email,
    home common.address,
    addresses common.address[] default '{}',
    salary bigint,
    manager uuid references hr.person on delete set null,
    employed tstzrange not null default tstzrange(now(), null),
    photo oid,
    constraint manager_is_another check (manager <> id) not valid
);
alter table hr.person enable row level security;
create function hr.me() returns uuid language sql stable security definer set search_path = hr, pg_temp as $$ select id from person where login = session_user $$;
create policy own_row on hr.person for select using (id = hr.me());
create policy hr_all on hr.person as permissive for all to current_user using (true) with check (salary is null or salary > 0);
create policy not_everything on hr.person as restrictive for update to public using (login <> 'root');

create table sales.customer (
    id bigserial,
    number text not null default common.next_document('C'),
    name text collate common.without_case not null,
    contact hr.person,
    bill_to common.address,
    account_manager uuid constraint customer_manager references hr.person (id) match simple on delete set default on update no action,
    balance common.money_amount,
    primary key (id)
) inherits (common.base);
create sequence sales.customer_extra owned by sales.customer.number;

create table sales.order_head (
    id bigint generated by default as identity primary key,
    customer bigint not null references sales.customer on delete cascade,
    number text not null,
    state text not null default 'new' check (state = any (array['new', 'paid', 'sent'])),
    ordered timestamptz(0) not null default date_trunc('second', now()),
    currency common.currency not null default 'EUR'::common.currency,
    constraint order_number unique (number) include (customer) with (fillfactor = 90)
);
create table sales.order_line (
    order_id bigint not null references sales.order_head deferrable,
    line smallint not null default nextval('common.short_cycle'),
    sku text references catalog.product (sku) on update cascade,
    price common.money_value not null,
    amount numeric not null constraint amount_positive check (amount > 0),
    primary key (order_id, line)
);
alter table sales.order_line alter column price set default row (1, 'EUR')::common.money_value;
create index on sales.order_line (sku) where amount > 1000;

create table audit.entry (
    id bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    who name not null default current_user,
    tab regclass not null,
    op "char" not null,
    old_row jsonb, new_row jsonb,
    primary key (id, at)
) partition by range (at);
create table audit.entry_2023 partition of audit.entry for values from ('2023-01-01 00:00+00') to ('2024-01-01 00:00+00') with (fillfactor = 100, autovacuum_enabled = false);
create table audit.entry_2024 partition of audit.entry (constraint recent check (at > '2023-12-01 00:00+00')) for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');
create table audit.entry_rest partition of audit.entry default;
create index entry_tab on audit.entry (tab, at desc);
create index entry_2024_who on audit.entry_2024 (who);
alter table audit.entry_2024 alter column who set default 'someone';
alter table audit.entry alter column new_row set statistics 10;

create function audit.note() returns trigger language plpgsql security definer set search_path from current as $body$
declare
    was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
begin
    insert into audit.entry (tab, op, old_row, new_row)
    values (tg_relid, left(tg_op, 1)::"char", was, case when tg_op <> 'DELETE' then to_jsonb(new) end);
    return null; -- it is an AFTER trigger
end
$body$;
create function audit.touch() returns trigger language plpgsql as $$ begin new.changed_at := now(); new.row_version := old.row_version + 1; return new; end $$;
create trigger note after insert or update or delete on sales.customer for each row execute function audit.note();
create trigger note_order after insert or delete or update of state, currency on sales.order_head for each row execute function audit.note('order', '1');
create trigger touch before update on catalog.product for each row when (old.title is distinct from new.title) execute function audit.touch();
create trigger truncated after truncate on sales.order_line execute function audit.note();
create function sales.check_total() returns trigger language plpgsql as $$ begin return null; end $$;
create constraint trigger total after insert or update on sales.order_line from sales.order_head deferrable initially deferred for each row execute function sales.check_total();
create function sales.batch() returns trigger language plpgsql as $$ begin perform count(*) from added; return null; end $$;
create trigger batch after insert on sales.order_line referencing new table as added for each statement execute function sales.batch();
alter table sales.order_line disable trigger batch;
alter table sales.customer enable replica trigger note;
alter table catalog.product enable always trigger touch;

create function sales.sum_money(state common.money_value, next common.money_value) returns common.money_value language sql immutable as
$$ select row (coalesce((state).amount, 0) + (next).amount, (next).currency)::common.money_value $$;
create aggregate sales.total(common.money_value) (sfunc = sales.sum_money, stype = common.money_value, parallel = safe);
create function sales.mood(out good bigint, out bad bigint) returns record language sql stable as 'select 1::bigint, 2::bigint';
create function sales.orders_of(who bigint, variadic states text[] default array['new']) returns setof sales.order_head language sql stable rows 50 cost 500 parallel restricted as
$$ select * from sales.order_head o where o.customer = who and o.state = any (states) $$;
create function sales.lines(o sales.order_head) returns setof sales.order_line language sql stable leakproof as $$ select l from sales.order_line l where l.order_id = o.id $$;
create function sales.headline(o sales.order_head) returns text language sql stable return o.number || ' ' || o.state;
create procedure sales.pay(in order_id bigint, inout done boolean default false) language plpgsql as $$ begin update sales.order_head set state = 'paid' where id = order_id; done := found; commit; end $$;

create view sales.open_orders with (security_barrier) as
    select o.id, o.number, c.name as customer, c.contact, sales.headline(o.*) as headline, total.sum
    from sales.order_head o join sales.customer c on c.id = o.customer
    left join lateral (select sales.total(l.price) as sum from sales.order_line l where l.order_id = o.id) total on true
    where o.state <> 'sent';
create view sales.urgent as select * from sales.open_orders where headline like 'U%' order by number desc limit 10;
create view hr.directory as select login, (home).city, mail from hr.person with local check option;
alter view hr.directory alter column mail set default 'nobody@example.org';
create rule directory_remove as on delete to hr.directory do instead update hr.person set employed = '(,)' where login = old.login returning login, (home).city, mail;
create rule notify_order as on update to sales.order_head do also notify orders;
create view catalog.tree as
    with recursive up as (select id, parent, name::text as path from catalog.category where parent is null
        union all select c.id, c.parent, up.path || '/' || c.name from catalog.category c join up on up.id = c.parent)
    select * from up;
create materialized view sales.per_month with (fillfactor = 95, autovacuum_enabled = false) as
    select date_trunc('month', o.ordered) as month, sales.total(l.price) as total, count(distinct u.id) as urgent
    from sales.order_head o join sales.order_line l on l.order_id = o.id left join sales.urgent u on u.id = o.id group by 1 with no data;
create unique index per_month_key on sales.per_month (month);
create function sales.named_in() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger named_in instead of insert or update on sales.open_orders for each row execute function sales.named_in();
comment on view sales.open_orders is 'What is to be done';
comment on column sales.open_orders.sum is 'May be null';
comment on trigger note on sales.customer is 'Who did it';
comment on rule notify_order on sales.order_head is 'For the warehouse';
comment on constraint order_number on sales.order_head is 'On paper';
comment on domain common.email is 'Not checked by a mail';
comment on function common.next_document(text) is 'Gaps are allowed';
comment on policy own_row on hr.person is 'Everybody sees oneself';
comment on materialized view sales.per_month is 'Refreshed at night';
comment on sequence common.document_number is 'One for all documents';

create function common.guard() returns event_trigger language plpgsql as $$ begin raise notice '%', tg_tag; end $$;
create event trigger guard on sql_drop when tag in ('DROP TABLE', 'DROP SCHEMA') execute function common.guard();
alter event trigger guard disable;
create publication everything_sold for table sales.order_head, sales.order_line with (publish = 'insert, update, delete', publish_via_partition_root = true);
-- from 15
create publication picked for table sales.order_head (id, customer, state) where (state = 'paid'), table audit.entry;
create publication whole_schemas for tables in schema hr, catalog;
create table sales.once (a int, b int, unique nulls not distinct (a, b), c bigint, foreign key (c) references sales.customer on delete set null (c));
create unique index once_b on sales.once (b) nulls not distinct;
create view sales.as_caller with (security_invoker = on) as select a from sales.once;
-- end
alter default privileges in schema sales grant select on tables to public;
alter default privileges in schema sales grant usage on sequences to public;
alter default privileges revoke execute on functions from public;
grant select (id, name), update (name) on sales.customer to public;
grant all on all tables in schema catalog to public;
revoke all on function sales.mood() from public;
grant usage on type common.currency to public;
