namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Pairs of schemas on PostgreSQL. Many things that do not touch one another are in one pair: a walk costs more than they do.</summary>
internal static class PostgresPairs
{
    public static readonly IReadOnlyList<PairCase> All =
    [
        new(
            "indexes under their own names",
            """
            create table people (id int primary key, age int, name text, tags jsonb);
            create table pets (id int primary key, age int);
            """,
            """
            create index other_column on people (age);
            create index turns_unique on people (age);
            create unique index other_condition on people (age) where name <> 'x';
            create index other_class on people using gin (tags);
            create index other_order on people (age desc nulls last) include (name) with (fillfactor = 70);
            create index "crossed" on people (age, id); create index "crossed 2" on people (name, id);
            create index on_another_table on people (id, age);
            create index renamed on people (name, age);
            alter table people add constraint becomes_index unique (id, name);
            """,
            """
            create index other_column on people (name);
            create unique index turns_unique on people (age);
            create unique index other_condition on people (age) where name <> 'y';
            create index other_class on people using gin (tags jsonb_path_ops);
            create index other_order on people (age) with (fillfactor = 80);
            create index "crossed" on people (name, id); create index "crossed 2" on people (age, id);
            create index on_another_table on pets (id, age);
            create index renamed on people (name, age, id); create index renamed_2 on people (name, age);
            create unique index becomes_index on people (id, name);
            """)
        {
            Rows = "insert into people select n, n, 'p' || n, '{\"a\": 1}' from generate_series(1, 9) n; insert into pets values (1, 1)",
        },
        new(
            "rules under their own names",
            """
            create table owners (id int primary key, code int not null unique); create table people (id int primary key);
            create table pets (id int not null, age int not null, owner int);
            """,
            """
            alter table pets add constraint pets_pkey primary key (id), add constraint aged check (age > 0), add constraint one unique (age),
              add constraint owned foreign key (owner) references owners (id), add constraint late unique (owner, age);
            """,
            """
            alter table pets add constraint pets_pkey primary key (id, age), add constraint aged check (age > -5), add constraint one unique (age, owner),
              add constraint owned foreign key (owner) references people (id) on delete cascade, add constraint late unique (owner, age) deferrable initially deferred;
            """)
        {
            Rows = "insert into owners select n, n from generate_series(1, 5) n; insert into people select n from generate_series(1, 5) n; insert into pets select n, n, n from generate_series(1, 5) n",
        },
        new(
            "rules that are more than their columns",
            """
            create table owners (id int not null, code int not null, name text, unique (id, code)); create table pets (id int not null, age int, name text, owner int, code int, kept int);
            """,
            """
            alter table owners add constraint owners_pkey primary key (id);
            alter table pets add constraint pets_pkey primary key (id) include (name), add constraint one unique (age) include (name, code), add constraint aged check (age > 0),
              add constraint kept_one unique (kept) include (name), add constraint owned foreign key (owner, code) references owners (id, code) match full;
            """,
            """
            alter table owners add constraint owners_pkey primary key (id) include (name);
            alter table pets add constraint pets_pkey primary key (id) include (age), add constraint one unique (age) include (code), add constraint aged check (age > 0) no inherit,
              add constraint kept_one unique (kept) include (name), add constraint owned foreign key (owner, code) references owners (id, code) on delete set null (owner);
            create table visits (id int, at date, pet int, constraint visits_pkey primary key (id) include (at), constraint once unique (at) include (pet), constraint whose foreign key (pet, id) references owners (id, code) match full on delete set default (pet), check (pet > 0) no inherit);
            """)
        {
            Since = 15,
            Rows = "insert into owners select n, n, 'o' from generate_series(1, 5) n; insert into pets select n, n, 'p', n, n, n from generate_series(1, 5) n; insert into pets values (6, 6, 'p', null, null, 6)",
        },
        new(
            "storage and statistics",
            """
            create table words (id int primary key, a text, b text, n numeric);
            """,
            """
            alter table words set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = off); alter table words alter a set storage external, alter b set statistics 50, alter n set storage plain;
            alter table words alter a set compression pglz; alter table words alter b set (n_distinct = -0.5);
            create statistics other_kind (dependencies) on a, b from words; create statistics goes (mcv) on a, b from words; create statistics same on a, lower(b) from words;
            create statistics gets_target on a, b from words; comment on statistics gets_target is 'Why'; comment on statistics same is 'Why';
            create table former (id int primary key, x text, y text, kept int); create statistics of_column on x, y from former;
            """,
            """
            alter table words set (autovacuum_vacuum_scale_factor = 0.1, fillfactor = 90); alter table words alter a set statistics 500, alter b set storage main;
            create statistics other_kind (ndistinct) on a, n from words; create statistics comes on (lower(b)) from words; create statistics same on a, lower(b) from words;
            create statistics gets_target on a, b from words; alter statistics gets_target set statistics 200;
            create table former (id int primary key, x text, kept int); create statistics of_column on x, kept from former;
            create table made (id int primary key, a text, b text) with (fillfactor = 50); alter table made alter a set storage external; create statistics of_made on a, b from made;
            """)
        {
            Rows = "insert into words select n, 'a' || n, 'b', n from generate_series(1, 9) n",
        },
        new(
            "exclusion constraints and types of parts",
            """
            create table rooms (id int primary key, during int4range, other int4range, plain int);
            create type kept as (a int, b text);
            """,
            """
            alter table rooms add constraint another exclude using gist (during with &&), add constraint goes exclude using gist (other with &&) where (plain > 0),
              add constraint renamed exclude using gist (other with &&) where (plain > 10), add constraint said exclude using gist (other with &&) where (plain > 20);
            comment on constraint said on rooms is 'Why';
            create table halls (id int primary key, during int4range, constraint once exclude using gist (during with &&) deferrable initially deferred);
            create type address as (street text collate "C", places kept[]); comment on type address is 'Where'; create type spans as range (subtype = float8);
            create table homes (id int primary key, at address, during spans);
            """,
            """
            alter table rooms add constraint another exclude using gist (other with &&) where (plain > 30), add constraint renamed_2 exclude using gist (other with &&) where (plain > 10),
              add constraint said exclude using gist (other with &&) where (plain > 20);
            """)
        {
            Rows = "insert into rooms select n, int4range(n * 10, n * 10 + 5), int4range(n * 20, n * 20 + 5), n from generate_series(1, 9) n",
        },
        new(
            "triggers on views",
            """
            create table pets (id int primary key, name text); create view names as select id, name from pets; create view called as select id, upper(name) as name from pets; comment on column called.name is 'Loud';
            create function put() returns trigger language plpgsql as $$begin insert into pets values (new.id, new.name); return new; end$$;
            create function keep() returns trigger language plpgsql as $$begin return null; end$$;
            """,
            """
            create trigger goes instead of delete on names for each row execute function keep(); create trigger other instead of insert on names for each row execute function put();
            comment on trigger other on names is 'Why'; create trigger stays instead of insert on called for each row execute function put();
            """,
            """
            create trigger other instead of insert or update on names for each row execute function keep(); create trigger comes instead of insert on called for each row execute function put();
            create trigger stays instead of insert on called for each row execute function put();
            create view loud as select id, name from called; create trigger of_made instead of insert on loud for each row execute function put();
            """)
        {
            StagesThere = 2,
            Rows = "insert into pets select n, 'p' from generate_series(1, 5) n",
        },
        new(
            "triggers under their own names",
            """
            create table pets (id int primary key, age int);
            create function one() returns trigger language plpgsql as $$begin return new; end$$;
            create function two() returns trigger language plpgsql as $$begin return null; end$$;
            """,
            """
            create trigger events before insert on pets for each row execute function one();
            create trigger silent after insert on pets for each row execute function two();
            create trigger late after insert on pets for each row execute function two();
            create trigger every after update on pets for each statement execute function two();
            create trigger said before update on pets for each row when (new.age > 0) execute function one();
            comment on trigger said on pets is 'Why';
            """,
            """
            create trigger events before insert or update of age on pets for each row when (new.age > 0) execute function one();
            create trigger silent after insert on pets for each row execute function two(); alter table pets disable trigger silent;
            create constraint trigger late after insert on pets deferrable initially deferred for each row execute function two();
            create trigger every after update on pets referencing old table as "was" new table as "Is" for each statement execute function two();
            create trigger said before update on pets for each row when (new.age > 0) execute function one(); alter table pets enable always trigger said;
            """)
        {
            Rows = "insert into pets select n, n from generate_series(1, 5) n",
        },
        new(
            "policies, views and functions under their own names",
            """
            create table pets (id int primary key, age int, name text); alter table pets enable row level security;
            """,
            """
            create policy command on pets for select using (age > 0);
            create policy strict on pets using (age > 0);
            create policy written on pets using (age > 0) with check (age > 3); comment on policy command on pets is 'Why';
            create function grown(age int) returns int language plpgsql cost 7 as 'begin return age; end';
            create function makes(age int) returns int language sql as 'select age';
            create view columns as select id, age from pets; create view over as select id from columns;
            create view safe with (security_barrier) as select id from pets where age > 0 with check option;
            """,
            """
            create policy command on pets for delete using (age > 1);
            create policy strict on pets as restrictive using (age > 0);
            create policy written on pets using (age > 0);
            create function grown(age int) returns int language plpgsql as 'begin return age; end';
            create function makes(age int) returns bigint language sql as 'select age::bigint';
            create view columns as select name, id from pets; create view over as select id, name from columns;
            create view safe as select id from pets where age > 0;
            """)
        {
            Rows = "insert into pets select n, n, 'p' from generate_series(1, 5) n",
        },
        new(
            "columns that are numbered otherwise",
            "",
            """
            create table serials (id serial primary key, name text); create table serials_2 (id serial primary key, name text); create table plain (id int primary key, name text);
            create table only_given (id int generated always as identity primary key, name text); create table counted (id int generated by default as identity primary key, name text);
            create table named (id bigserial primary key, name text); alter sequence named_id_seq rename to "Named"; grant select on "Named" to public; comment on sequence "Named" is 'Why';
            create table no_key (id int primary key, n int not null); create index on no_key (n); create sequence free start 5;
            """,
            """
            create table serials (id int generated by default as identity primary key, name text); create table serials_2 (id int primary key, name text);
            create table plain (id serial primary key, name text); create table only_given (id int generated by default as identity primary key, name text);
            create table counted (id int generated by default as identity (start with 100 increment by 10 maxvalue 100000 cache 5 cycle) primary key, name text);
            create table named (id bigint generated always as identity (sequence name "Named") primary key, name text); grant select on "Named" to public; comment on sequence "Named" is 'Why';
            create table no_key (id int primary key, n int generated always as identity); create index on no_key (n); create sequence free as int start 10 increment 5 minvalue -5 cache 3;
            """)
        {
            Rows = """
                insert into serials (name) values ('a'), ('b'); insert into serials_2 (id, name) values (7, 'a'); insert into plain values (9, 'a'); insert into only_given (name) values ('a');
                insert into counted (name) values ('a'); insert into named (name) values ('a'), ('b'), ('c'); insert into no_key (id, n) overriding system value values (1, 5);
                """,
        },
        new(
            "collations and generated columns",
            "",
            """
            create table words (id int primary key, plain text, once text collate "C" unique, short varchar(10) collate "C"); create index on words (plain);
            create table sums (id int primary key, a int, other int generated always as (a + 1) stored, ends int generated always as (a + 1) stored,
              wide int generated always as (a + 1) stored, ruled int generated always as (a + 1) stored not null constraint ruled_check check (ruled > 0));
            create index on sums (other); create view others as select id, other from sums;
            """,
            """
            create table words (id int primary key, plain text collate "C", once text unique, short text collate "POSIX"); create index on words (plain);
            create table sums (id int primary key, a int, other int generated always as (a + 2) stored, ends int,
              wide bigint generated always as (a + 1) stored, ruled int generated always as (a + 3) stored not null constraint ruled_check check (ruled > 0));
            create index on sums (other); create view others as select id, other from sums;
            """)
        {
            OneWay = true,
            Stages = 2,
            Rows = "insert into words values (1, 'b', 'a', 'x'), (2, 'A', 'B', 'y'), (3, 'a', 'b', null); insert into sums (id, a) values (1, 1), (2, 2)",
        },
        new(
            "tables that are divided, and their partitions",
            "",
            """
            create table plain (id int, at date not null, primary key (id, at));
            create table shares (id int, at date not null, n text, primary key (id, at)) partition by range (at);
            create table shares_1 (at date not null, id int not null, n text, primary key (id, at)); alter table shares attach partition shares_1 for values from ('2024-01-01') to ('2025-01-01');
            create index shares_n on shares (n);
            """,
            """
            create table plain (id int, at date not null, primary key (id, at)) partition by range (at);
            create table plain_1 partition of plain for values from ('2024-01-01') to ('2025-01-01'); create table plain_2 partition of plain default;
            create table shares (id int, at date not null, n text, more text, primary key (id, at)) partition by range (at); create table shares_1 partition of shares for values from ('2024-01-01') to ('2025-01-01');
            create index shares_n on shares (n, id);
            """)
        {
            OneWay = true,
            Rows = "insert into plain values (1, '2024-05-01'), (2, '2020-01-01'); insert into shares values (1, '2024-05-01', 'a'), (2, '2024-06-01', 'b')",
        },
        new(
            "new tables in partitions",
            "create table owners (id int primary key); create type mood as enum ('calm', 'wild');",
            "",
            """
            create table visits (id bigint generated by default as identity, at date not null, owner int not null, note text, doubled int generated always as (owner * 2) stored,
              constraint visits_pkey primary key (id, at), constraint visits_owner foreign key (owner) references owners (id) on delete cascade, constraint known check (owner > 0)) partition by range (at);
            create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01'); create table visits_rest partition of visits default;
            create index visits_note on visits (lower(note)) include (owner); alter table visits add constraint visits_once unique (owner, at); comment on table visits is 'Why';
            create table moods (what mood not null, how text) partition by list (what); create table moods_calm partition of moods for values in ('calm'); create table moods_wild partition of moods for values in ('wild');
            create table spread (a int, b int, primary key (a, b)) partition by hash (a, b); create table spread_0 partition of spread for values with (modulus 2, remainder 0); create table spread_1 partition of spread for values with (modulus 2, remainder 1);
            create table bits (id int primary key, a int, b int, constraint bit_of foreign key (a, b) references spread (a, b), at date, visit bigint, constraint bit_at foreign key (visit, at) references visits (id, at));
            create view seen as select id, owner from visits where at > '2024-01-01';
            """)
        {
            OneWay = true,
            Rows = "insert into owners values (1), (2)",
            OtherWrites =
            [
                "insert into {visits} (id, at, owner) values (1, '2024-05-05', 1), (2, '2020-05-05', 2)", "insert into {moods} values ('wild', 'x')", "insert into {spread} values (1, 2), (3, 4)", "insert into {bits} values (1, 1, 2, '2024-05-05', 1)",
                "update {visits} set at = '2021-01-01' where id = 2", "update {moods} set what = 'calm'", "delete from {bits}", "delete from {visits}", "delete from {moods}", "delete from {spread}",
            ],
        },
        new(
            "comments, and rules that wait for what they hang on",
            "create table owners (id int, code int not null, other int not null); create table pets (id int primary key, owner int); create index by_owner on pets (owner);",
            """
            alter table owners add constraint owners_pkey primary key (code); alter table pets add constraint owned foreign key (owner) references owners (code), add constraint known check (owner > 0);
            comment on index by_owner is 'Why'; comment on constraint known on pets is 'Rule'; comment on constraint pets_pkey on pets is 'Key';
            """,
            """
            alter table owners add constraint owners_pkey primary key (other); alter table pets add constraint owned foreign key (owner) references owners (other), add constraint known check (owner > 0);
            comment on index by_owner is 'Because'; comment on constraint owned on pets is 'Link'; alter table pets add constraint one unique (id, owner); comment on constraint one on pets is 'One';
            """)
        {
            Stages = 2,
            Rows = "insert into owners values (1, 1, 1), (2, 2, 2); insert into pets values (1, 1), (2, 2)",
        },
        new(
            "foreign keys into another schema",
            """
            create schema if not exists "Other"; create table if not exists "Other"."Own ers" (id int primary key, code int unique, a int, b int, unique (a, b)); create table pets (id int primary key, owner int, code int, a int, b int);
            """,
            """
            alter table pets add constraint goes foreign key (code) references "Other"."Own ers" (code), add constraint turns foreign key (owner) references "Other"."Own ers" (id);
            """,
            """
            alter table pets add constraint turns foreign key (owner) references "Other"."Own ers" (id) on delete cascade, add constraint comes foreign key (b, a) references "Other"."Own ers" (b, a) deferrable;
            create table toys (id int primary key, owner int references "Other"."Own ers");
            """)
        {
            Rows = "insert into \"Other\".\"Own ers\" select n, n, n, n from generate_series(1, 5) n; insert into pets select n, n, n, n, n from generate_series(1, 5) n",
            OtherWrites = ["insert into {toys} values (1, 1)", "delete from {toys}"],
        },
        new(
            "what replication tells rows apart by",
            "create table owners (id int primary key, code int not null, name text not null); create table pets (id int primary key, owner int); create table logs (at int not null, other int not null);",
            """
            create unique index owners_code on owners (code); alter table owners replica identity using index owners_code;
            create unique index logs_at on logs (at); alter table logs replica identity using index logs_at;
            """,
            """
            alter table owners add constraint owners_code unique (code); alter table owners replica identity using index owners_code; alter table pets add constraint owned foreign key (owner) references owners (code);
            create unique index logs_other on logs (other); alter table logs replica identity using index logs_other;
            """)
        {
            StagesThere = 3,
            Stages = 2,
            Rows = "insert into owners values (1, 1, 'a'), (2, 2, 'b'); insert into pets values (1, 1); insert into logs values (1, 1)",
        },
        new(
            "rights on columns and on the whole, and domains beside their tables",
            """
            do $$ begin if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if; end $$; create table pets (id int primary key, owner text, age int);
            alter table pets enable row level security; create policy grown on pets using (age > 0);
            """,
            """
            grant select (id, owner), update (age) on pets to pair_reader;
            create domain amount as int default 1; create table bills (id int primary key, n amount, note text);
            """,
            """
            grant select, insert on pets to pair_reader with grant option;
            create domain amount as int default 2; create table bills (id int primary key, n amount, note text not null);
            """)
        {
            StagesThere = 3,
            Stages = 3,
            Rows = "insert into pets values (1, 'a', 5); insert into bills values (1, 1, 'a')",
        },
        new(
            "a text that becomes a type of its own under a view, and a key in the place of an index",
            """
            create table owners (id int primary key, code int not null); create table pets (id int primary key, owner int);
            create table shares (id int, at date) partition by range (at); create table shares_1 partition of shares for values from ('2024-01-01') to ('2025-01-01');
            """,
            """
            create table moods (id int primary key, state text not null default 'calm'); create view calm as select id, state from moods where state = 'calm'; create unique index owners_code on owners (code);
            create function before() returns trigger language plpgsql as 'begin return new; end'; create trigger goes before insert on shares for each row execute function before();
            """,
            """
            create function behind() returns trigger language plpgsql as 'begin return null; end'; create trigger comes after insert on shares for each row execute function behind();
            create type mood as enum ('calm', 'wild'); create table moods (id int primary key, state mood not null default 'calm'); create view calm as select id, state from moods where state = 'calm';
            alter table owners add constraint owners_code unique (code); alter table pets add constraint owned foreign key (owner) references owners (code);
            """)
        {
            StagesThere = 2,
            Stages = 2,
            Rows = "insert into moods values (1, 'wild'), (2, 'calm'); insert into owners values (1, 1); insert into pets values (1, 1)",
        },
        new(
            "a check that was never proved",
            "create table pets (id int primary key, age int); insert into pets values (1, 1), (2, 200);",
            "alter table pets add constraint aged check (age > 100) not valid;",
            "alter table pets add constraint aged check (age > 0);")
        {
            OneWay = true,
        },
    ];
}
