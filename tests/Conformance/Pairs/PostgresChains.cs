using Tandem.Differences;

namespace Tandem.Tests.Conformance.Pairs;

/// <summary>Pairs of schemas on PostgreSQL whose objects hang on each other in chains, so that what the migrations say must stand in an order that works, there and back.</summary>
internal static class PostgresChains
{
    /// <summary>Those that are walked by day; the others are left to the night.</summary>
    public static readonly IReadOnlyList<string> ByDay =
        ["function, generated column, index, view, policy", "domains over domains over types", "enum, default, view, materialized view", "a trigger function shared with a table that goes", "names that two columns swap"];

    private const string Notes = "create table notes (id int primary key, body text, owner text);";

    public static readonly IReadOnlyList<PairCase> All =
    [
        new(
            "function, generated column, index, view, policy",
            Notes,
            "",
            """
            create function short(t text) returns text immutable language sql as 'select left(t, 3)';
            alter table notes add brief text generated always as (short(body)) stored; create index notes_brief on notes (brief);
            create view briefs as select id, brief from notes; alter table notes enable row level security; create policy by_brief on notes using (brief is not null);
            """)
        {
            StagesThere = 2,
            Rows = "insert into notes select n, 'body ' || n, 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "update {notes} set body = 'longer' where id = 100", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y')", "update {notes} set body = 'longer' where brief = 'x'", "delete from {notes} where id = 100 and brief = 'lon'"],
        },
        new(
            "domain, composite, table, function",
            Notes,
            "",
            """
            create domain positive as int check (value > 0); create type crate as (w positive, h positive);
            create table boxes (id int primary key, b crate, note int references notes (id), constraint wide check ((b).w > 1));
            create function area(b crate) returns int immutable language sql as 'select (b.w * b.h)::int'; create view areas as select id, area(b) as area from boxes;
            """)
        {
            Rows = "insert into notes values (1, 'a', 'b')",
            OtherWrites = ["insert into {boxes} values (1, row(2, 3), 1)", "update {boxes} set b.w = 4 where id = 1", "delete from {boxes}"],
        },
        new(
            "domains over domains over types",
            Notes,
            "",
            """
            create type mood as enum ('calm', 'wild'); create type span as range (subtype = int4); create domain spans as span check (not isempty(value)); create domain z_whole as int; create domain a_small as z_whole check (value < 10);
            create type mixed as (n a_small, s spans, m mood); create domain a_mixed as mixed check ((value).n > 0); create table mixes (id int primary key, what a_mixed, all_of a_small[]);
            """)
        {
            Rows = "insert into notes values (1, 'a', 'b')",
            OtherWrites = ["insert into {mixes} values (1, row(2, '[1,3)', 'wild'), array[1,2])", "update {mixes} set all_of = array[3]", "delete from {mixes}"],
        },
        new(
            "enum, default, view, materialized view",
            Notes,
            "",
            """
            create type mood as enum ('calm', 'wild'); alter table notes add mood mood not null default 'calm'; create view moods as select id, mood from notes;
            create materialized view counted as select mood, count(*) as n from moods group by mood;
            """)
        {
            StagesThere = 2,
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y', 'wild')", "update {notes} set mood = 'calm' where id = 100", "delete from {notes} where id = 100"],
        },
        new(
            "sequence, default, trigger",
            Notes,
            "",
            """
            create sequence tickets start 100; alter table notes add ticket bigint default nextval('tickets'), add stamped text;
            create function stamp() returns trigger language plpgsql as $$ begin new.stamped := 'ticket ' || new.ticket; return new; end $$;
            create trigger stamp before insert or update of ticket on notes for each row execute function stamp();
            """)
        {
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y')", "update {notes} set ticket = 7 where id = 100", "delete from {notes} where ticket = 7"],
        },
        new(
            "partitioned parent, partition's index, foreign key",
            "create table bits (id int primary key, a int, at date);",
            "",
            """
            create table days (a int not null, at date not null, note text, primary key (a, at)) partition by range (at); create table days_2024 partition of days for values from ('2024-01-01') to ('2025-01-01');
            create table days_rest partition of days default; create index days_note on days (note) where note is not null; alter table days add constraint noted check (note <> '');
            alter table bits add constraint bit_day foreign key (a, at) references days (a, at) on delete cascade;
            """)
        {
            Rows = "insert into bits select n, null, null from generate_series(1, 9) n",
            OneWrites = ["insert into {bits} values (100, null, null)", "delete from {bits} where id = 100"],
            OtherWrites = ["insert into {days} values (1, '2024-05-05', 'x'), (2, '2020-05-05', null)", "insert into {bits} values (100, 1, '2024-05-05')", "delete from {bits} where id = 100", "delete from {days}"],
        },
        new(
            "references into another schema",
            Notes + "create schema other; create table other.things (id int primary key, what text); insert into other.things values (1, 'x'); create function other.one() returns int stable language sql as 'select 1'; create type other.kind as enum ('a', 'b');",
            "",
            """
            alter table notes add thing int default other.one(), add kind other.kind default 'a'; create view seen as select n.id, t.what from notes n left join other.things t on t.id = n.thing;
            create domain kinds as other.kind check (value <> 'b'); create table kept (id int primary key, k kinds); create function thing(n int) returns text stable language sql as 'select what from other.things where id = n';
            """)
        {
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y')", "update {notes} set kind = 'b' where id = 100", "delete from {notes} where id = 100"],
        },
        new(
            "names that two tables swap",
            "",
            "create table hot (id int constraint what_key primary key, what text); create table cold (id int constraint n_key primary key, n int); create index by_what on hot (what); create view both_of as select h.id, c.n from hot h join cold c using (id);",
            "create table cold (id int constraint what_key primary key, what text); create table hot (id int constraint n_key primary key, n int); create index by_what on cold (what); create view both_of as select h.id, c.n from cold h join hot c using (id);")
        {
            Options = new DifferenceOptions { Renames = ["hot=cold", "cold=hot"] },
            OptionsBack = new DifferenceOptions { Renames = ["hot=cold", "cold=hot"] },
            Rows = "insert into hot (id) select n from generate_series(1, 9) n; insert into cold (id) select n from generate_series(1, 5) n",
            OneWrites = ["insert into {hot} values (100, 'x')", "delete from {hot} where what = 'x'"],
            OtherWrites = ["insert into {cold} values (100, 'x')", "delete from {cold} where what = 'x'"],
        },
        new(
            "names that two columns swap",
            "",
            "create table pairs (id int primary key, a text, b text, both_of text generated always as (a || '-' || b) stored, constraint a_there check (a <> '')); create index by_a on pairs (a); create view a_of as select id, a from pairs;",
            "create table pairs (id int primary key, b text, a text, both_of text generated always as (b || '-' || a) stored, constraint a_there check (b <> '')); create index by_a on pairs (b); create view a_of as select id, b from pairs;")
        {
            Options = new DifferenceOptions { Renames = ["pairs.a=b", "pairs.b=a"] },
            OptionsBack = new DifferenceOptions { Renames = ["pairs.a=b", "pairs.b=a"] },
            Rows = "insert into pairs select n, 'a' || n, 'b' || n from generate_series(1, 9) n",
            OneWrites = ["insert into {pairs} (id, a, b) values (100, 'x', 'y')", "delete from {pairs} where a = 'x' and b = 'y'"],
            OtherWrites = ["insert into {pairs} (id, a, b) values (100, 'x', 'y')", "delete from {pairs} where a = 'x' and b = 'y' and both_of = 'y-x'"],
        },
        new(
            "a table dropped and another with its name",
            "create table owners (id int primary key);",
            "create table things (id int primary key, what text not null, owner int references owners (id)); create index on things (what); create view seen as select what from things;",
            "create table things (code uuid primary key default gen_random_uuid(), at timestamptz not null default now(), of int not null default 1 references owners (id)); create index on things (at); create view seen as select at from things;")
        {
            Options = new DifferenceOptions { NotRenamed = ["things.id", "things.owner"], Down = ["things.id=of", "things.what='?'"] },
            OptionsBack = new DifferenceOptions { NotRenamed = ["things.of"], Up = ["things.id=1", "things.what='?'"] },
            Rows = "insert into owners values (1)",
        },
        new(
            "a view becomes a table and a table a view",
            Notes,
            "create view names as select id, owner from notes; create table bodies (id int primary key, body text);",
            "create table names (id int primary key, owner text); create view bodies as select id, body from notes;")
        {
            Options = new DifferenceOptions { NotRenamed = ["bodies"] },
            OptionsBack = new DifferenceOptions { NotRenamed = ["names"] },
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
        },
        new(
            "columns that become of another kind",
            "",
            """
            create table kinds (id int primary key, counted int not null constraint kinds_counted unique, ser serial, computed text generated always as ('x' || id::text) stored, was text default 'd');
            create index on kinds (computed); create view shown as select id, computed from kinds;
            """,
            """
            create table kinds (id int primary key, counted int not null generated by default as identity constraint kinds_counted unique, ser int not null generated by default as identity, computed text, was text default 'e');
            create index on kinds (computed); create view shown as select id, computed from kinds;
            """)
        {
            OneWay = true,
            Rows = "insert into kinds (id, counted) select n, n from generate_series(1, 9) n",
            OneWrites = ["insert into {kinds} (id, counted) values (100, 700)", "delete from {kinds} where id = 100"],
            OtherWrites = ["insert into {kinds} (id, counted, computed) values (100, 700, 'mine')", "delete from {kinds} where computed = 'mine'"],
        },
        new(
            "a function of another kind under views, checks and triggers",
            Notes,
            """
            create function sized(t text) returns int immutable language sql as 'select length(t)'; create view sizes as select id, sized(body) as size from notes; alter table notes add constraint small check (sized(body) < 100);
            create function note() returns trigger language plpgsql as $$ begin return new; end $$; create trigger note before insert on notes for each row execute function note();
            """,
            """
            create function sized(t text, more int) returns bigint immutable language sql as 'select length(t)::bigint * more'; create view sizes as select id, sized(body, 2) as size from notes; alter table notes add constraint small check (sized(body, 3) < 100);
            create function noted() returns trigger language plpgsql as $$ begin return new; end $$; create trigger note before insert on notes for each row execute function noted();
            """)
        {
            Stages = 2,
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
        },
        new(
            "views over views over a column of another type",
            "",
            """
            create table sums (id int primary key, n int not null); create view one as select id, n from sums; create view two as select id, n * 2 as twice from one; create view three as select t.id, t.twice, o.n from two t join one o using (id);
            create function total() returns bigint stable language sql as 'select sum(twice) from two';
            """,
            """
            create table sums (id int primary key, n bigint not null); create view one as select id, n from sums; create view two as select id, n * 2 as twice from one; create view three as select t.id, t.twice, o.n from two t join one o using (id);
            create function total() returns numeric stable language sql as 'select sum(twice) from two';
            """)
        {
            Rows = "insert into sums select n, n from generate_series(1, 9) n",
            OneWrites = ["insert into {sums} values (100, 7)", "update {one} set n = 8 where id = 100", "delete from {sums} where id = 100"],
            OtherWrites = ["insert into {sums} values (100, 7)", "update {one} set n = 8 where id = 100", "delete from {sums} where id = 100"],
        },
        new(
            "a trigger function shared with a table that goes",
            Notes,
            """
            create table logs (id int generated always as identity primary key, what text); create table drafts (id int primary key, body text);
            create function log() returns trigger language plpgsql as $$ begin insert into logs (what) values (tg_table_name); return null; end $$;
            create trigger log after insert on drafts for each row execute function log(); create policy mine on drafts using (body is not null); alter table drafts enable row level security;
            """,
            "")
        {
            Stages = 2,
            StagesThere = 1,
            Rows = "insert into notes values (1, 'a', 'b')",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
        },
        new(
            "rules that call a new function",
            Notes,
            "",
            """
            create function cleaned(t text) returns text immutable language sql as 'select lower(trim(t))'; alter table notes add constraint clean check (cleaned(owner) <> 'root'); create unique index notes_clean on notes (cleaned(body)) where cleaned(owner) = 'me';
            alter table notes alter owner set default cleaned(' ME ');
            """)
        {
            Stages = 2,
            Rows = "insert into notes select n, 'b' || n, 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} (id, body) values (100, 'x')", "delete from {notes} where id = 100"],
        },
        new(
            "foreign keys in a circle",
            "create table people (id int primary key, code int not null);",
            "",
            """
            alter table people add constraint people_code unique (code); create table teams (id int primary key, head int, deputy int references people (code)); create table members (team int references teams (id) on delete cascade, person int references people (id), primary key (team, person));
            alter table teams add constraint team_head foreign key (id, head) references members (team, person) deferrable initially deferred; alter table people add team int references teams (id);
            """)
        {
            StagesThere = 2,
            Rows = "insert into people select n, n from generate_series(1, 9) n",
            OneWrites = ["insert into {people} values (100, 100)", "delete from {people} where id = 100"],
            OtherWrites = ["insert into {people} values (100, 100)", "insert into {teams} values (1, null, 100)", "update {people} set team = 1 where id = 100", "update {people} set team = null where id = 100", "delete from {teams}", "delete from {people} where id = 100"],
        },
        new(
            "a domain over an enum, arrays of it, and what takes them",
            Notes,
            "",
            """
            create type level as enum ('low', 'high'); create domain levels as level; alter table notes add level levels, add history level[] default '{low}';
            create function highest(l level[]) returns level immutable language sql as 'select max(x) from unnest(l) x'; create view high as select id, highest(history) as h from notes where level::level = 'high';
            """)
        {
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {notes} values (100, 'x', 'y', 'high', array['low','high']::level[])", "delete from {notes} where level::level = 'high'"],
        },
        new(
            "policies over a function over a table",
            Notes,
            "",
            """
            create table allowed (who text primary key, note int references notes (id)); create function may(n int) returns boolean stable security definer language sql as 'select exists (select from allowed where note = n and who = current_user)';
            alter table notes enable row level security; create policy reads on notes for select using (may(id) or owner = current_user); create policy writes on notes for insert with check (exists (select from allowed a where a.who = current_user));
            """)
        {
            Rows = "insert into notes select n, 'b', 'me' from generate_series(1, 9) n",
            OneWrites = ["insert into {notes} values (100, 'x', 'y')", "delete from {notes} where id = 100"],
            OtherWrites = ["insert into {allowed} values ('x', 1)", "delete from {allowed}"],
        },
        new(
            "an aggregate over a function, in a view",
            "create table sums (id int primary key, n int);",
            "",
            """
            create function plus(a int, b int) returns int immutable language sql as 'select a + coalesce(b, 0)'; create aggregate total(int) (sfunc = plus, stype = int, initcond = '0');
            create view totals as select total(n) as all_of from sums; create function best() returns int stable language sql as 'select all_of from totals';
            """)
        {
            Rows = "insert into sums select n, n from generate_series(1, 9) n",
            OneWrites = ["insert into {sums} values (100, 7)", "delete from {sums} where id = 100"],
            OtherWrites = ["insert into {sums} values (100, 7)", "delete from {sums} where id = 100"],
        },
        new(
            "rows of a table as a type",
            Notes,
            "",
            """
            create table stays (id int primary key, note int references notes (id), nights int); create function long_stays(n int) returns setof stays stable language sql as 'select * from stays where nights >= n';
            create view long as select id, nights from long_stays(7); create statistics stay_stats on note, nights from stays; create index stays_nights on stays (nights desc) include (note);
            """)
        {
            Rows = "insert into notes values (1, 'a', 'b')",
            OtherWrites = ["insert into {stays} values (1, 1, 8)", "delete from {stays}"],
        },
    ];
}
