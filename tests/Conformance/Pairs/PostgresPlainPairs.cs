namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Pairs of schemas on PostgreSQL that differ in what no operation says, so that the migrations hold SQL.</summary>
internal static class PostgresPlainPairs
{
    public static readonly IReadOnlyList<PairCase> All =
    [
        new(
            "rules, columns of views and materialized views",
            """
            create table pets (id int primary key, name text, age int); create table log (id int, what text); create view names as select id, name, age from pets;
            create materialized view grown as select id, name, age from pets where age > 1;
            """,
            """
            create rule goes as on insert to pets do also insert into log values (new.id, 'it; came'); comment on rule goes on pets is 'What''s new';
            create rule other as on delete to names do instead (delete from pets where pets.id = old.id; insert into log values (old.id, $$gone;$$)); comment on rule other on names is 'Why';
            create rule "Off" as on update to pets do also insert into log values (new.id, 'u'); comment on rule "Off" on pets is 'Why'; create rule same as on update to log do instead nothing;
            alter view names alter column name set default 'x'; comment on column names.age is 'Years';
            create index by_name on grown (name); create unique index "By id" on grown (id); comment on index by_name is 'Names'; create index goes_too on grown (lower(name)) with (fillfactor = 70);
            create materialized view counted as select count(*) as n from pets; create unique index counted_n on counted (n); grant select on counted to public; comment on materialized view counted is 'How many';
            """,
            """
            create rule other as on delete to names do instead delete from pets where pets.id = old.id; create rule comes as on update to names where old.age > 10 do instead nothing;
            create rule "Off" as on update to pets do also insert into log values (new.id, 'u'); alter table pets disable rule "Off"; create rule same as on update to log do instead nothing; comment on rule same on log is 'Kept';
            alter view names alter column name set default 'y', alter column age set default 3;
            create index by_name on grown (name, age desc); create unique index "By id" on grown (id); comment on index "By id" is 'Ids'; create index by_age on grown (age) where age > 3; alter materialized view grown cluster on "By id";
            create materialized view counted as select count(*) as n, max(age) as "Oldest" from pets; create unique index counted_n on counted (n, "Oldest"); grant select on counted to public;
            comment on materialized view counted is 'How many'; comment on column counted."Oldest" is 'Age';
            """)
        {
            Rows = "insert into pets select n, 'p' || n, n from generate_series(1, 5) n; refresh materialized view grown; refresh materialized view counted",
        },
        new(
            "what belongs to the database",
            """
            create table pets (id int primary key, name text, age int); create table owners (id int primary key);
            create function told() returns event_trigger language plpgsql as 'begin end';
            """,
            """
            create publication goes for table pets; create publication other for table pets with (publish = 'insert'); comment on publication other is 'Why'; create publication whole for all tables;
            create publication emptied for table pets; create publication spoken for table owners; comment on publication spoken is 'Said';
            create event trigger goes on ddl_command_end execute function told(); create event trigger other on ddl_command_start when tag in ('CREATE TABLE', 'DROP TABLE') execute function told(); comment on event trigger other is 'Why';
            create event trigger off on sql_drop execute function told(); alter event trigger off disable;
            alter default privileges in schema public grant select, insert on tables to public; alter default privileges revoke execute on functions from public; alter default privileges grant usage on sequences to public;
            create collation goes (locale = 'C'); create collation spoken (locale = 'C'); comment on collation spoken is 'Why'; create text search configuration words (copy = simple);
            """,
            """
            create publication other for table owners, pets with (publish = 'insert, update', publish_via_partition_root = true); create publication comes for table owners; create publication whole for table pets;
            create publication emptied; create publication spoken for table owners; comment on publication spoken is 'Heard';
            create event trigger comes on sql_drop execute function told(); create event trigger other on ddl_command_end execute function told();
            create event trigger off on sql_drop execute function told(); alter event trigger off enable always;
            alter default privileges in schema public grant select on tables to public; alter default privileges in schema public grant usage on types to tandem with grant option; alter default privileges revoke usage on types from public;
            create collation comes (provider = icu, locale = 'de'); create collation spoken (locale = 'C'); create text search configuration words (copy = english);
            create operator === (leftarg = int, rightarg = int, function = int4eq); comment on operator === (int, int) is 'Same'; comment on schema public is 'Ours';
            """),
        new(
            "foreign tables and servers",
            """
            create table pets (id int primary key); create foreign data wrapper kept; create server kept foreign data wrapper kept; create type mood as enum ('good');
            create foreign data wrapper altered; create server read foreign data wrapper altered options (host 'h', port '1', password 'x'); create user mapping for public server read options (password 'x', name 'n');
            """,
            """
            create foreign data wrapper goes options (debug 'true'); create server goes foreign data wrapper goes; create foreign table goes (id int options (name 'x') not null) server goes options ("Table" 't;u');
            create foreign table other (id int, m mood) server kept; comment on foreign table other is 'Why'; comment on column other.id is 'Number'; grant select on other to public;
            create foreign table used (id int options (name 'x', length '5') not null) server read options ("Table" 't'); create view over as select id from used; alter server read options (set host 'i', add "User" 'u');
            create server mapped foreign data wrapper altered; create user mapping for public server mapped options (name 'n'); comment on server mapped is 'Why'; create user mapping for tandem server kept;
            """,
            """
            create foreign table used (id int options (name 'y') not null) server read options (schema 's'); create view over as select id from used; alter user mapping for public server read options (set name 'o');
            create server mapped foreign data wrapper altered options (host 'h'); create user mapping for public server mapped options (name 'o', more 'm'); alter foreign data wrapper altered options (debug 'true');
            create foreign data wrapper comes; comment on foreign data wrapper comes is 'New'; create server comes type 't' version '1' foreign data wrapper comes options (host 'h', port '5'); comment on server comes is 'There';
            create foreign table comes (id int, name text collate "C" default 'x', twice int generated always as (id * 2) stored, constraint positive check (id > 0)) server comes; grant select on comes to public;
            create foreign table other (id bigint, m mood) server kept; grant select on other to public;
            """)
        {
            Untried = true,
        },
        new(
            "owners",
            """
            do $$ begin if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if; end $$; grant create on schema public to pair_owner;
            create table pets (id serial primary key, name text); create view names as select id, name from pets; create materialized view counted as select count(*) as n from pets; create sequence free; grant select on sequence pets_id_seq to public;
            create function one() returns int language sql as 'select 1'; create procedure two() language sql as 'select 2'; create type mood as enum ('good'); create domain grade as int; grant select on names to public;
            """,
            "",
            """
            alter table pets owner to pair_owner; alter view names owner to pair_owner; alter materialized view counted owner to pair_owner; alter sequence free owner to pair_owner;
            alter function one() owner to pair_owner; alter procedure two() owner to pair_owner; alter type mood owner to pair_owner; alter domain grade owner to pair_owner;
            """)
        {
            Rows = "insert into pets (name) values ('a'); refresh materialized view counted",
        },
        new(
            "parts of types, sequences and rules",
            "create table pets (id int primary key, age int, n int, owner int); create table owners (id int primary key); create index by_age on pets (age); insert into pets values (1, 1, 1, 1), (2, 200, 2, 2);",
            """
            create type spot as (a int, b text); create type retyped as (a int, b text); comment on column retyped.a is 'First'; create type longer as (a int); comment on type longer is 'Why';
            create function over(s spot, l longer) returns int language plpgsql as 'begin return 1; end';
            create domain grade as int constraint same check (value > 0) constraint said check (value < 100); comment on constraint said on domain grade is 'Why'; create table marks (id int primary key, g grade);
            create sequence free; alter table pets add constraint proved check (n > 0);
            """,
            """
            create type spot as (b text, c int, a int); comment on column spot.c is 'Middle'; create type retyped as (a bigint, b varchar(5) collate "C"); create type longer as (a int, more text);
            create function over(s spot, l longer) returns int language plpgsql as 'begin return 1; end';
            create domain grade as int constraint same check (value > -5) constraint said check (value < 100); comment on constraint said on domain grade is 'Because'; create table marks (id int primary key, g grade);
            create sequence free owned by pets.n; alter table pets add constraint aged check (age > 100) not valid, add constraint owned foreign key (owner) references owners (id) not valid, add constraint proved check (n > 0) not valid;
            comment on constraint aged on pets is 'Once'; alter table pets cluster on by_age;
            """)
        {
            Stages = 2,
            Unproved = true,
            Rows = "insert into marks values (1, 1), (2, 99)",
        },
        new(
            "SQL around what operations make and take away",
            "create table pets (id int primary key, name text, age int); create table log (id int, what text); create view names as select id, name from pets;",
            "create rule on_names as on delete to names do instead nothing; alter view names alter column name set default 'x';",
            """
            create table made (id int primary key, name text default 'n'); create rule on_made as on insert to made do also insert into log values (new.id, 'm'); create publication of_made for table made;
            drop view names; create view names as select id, name, age from pets; alter view names alter column name set default 'x', alter column age set default 1;
            create view mades as select id, name from made; create rule on_mades as on insert to mades do instead insert into made values (new.id, new.name); alter view mades alter column name set default 'v';
            create materialized view kept as select id from made; create unique index kept_id on kept (id);
            """)
        {
            StagesThere = 4,
            Stages = 3,
            Rows = "insert into pets values (1, 'a', 1)",
        },
    ];
}
