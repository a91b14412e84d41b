namespace Tandem.Tests.Conformance.Life;

/// <summary>Columns that much hangs on, and more than one change to the same column.</summary>
internal static class HardCases
{
    private static readonly string[] People =
    [
        "create table people (id integer primary key, name text not null, code text, points integer not null default 0)",
        "create index people_code on people (code)",
        "insert into people (id, name, code, points) values (1, 'Ada', '10', 1), (2, 'Grace', '20', 2), (3, 'Plato', null, 3)",
    ];

    private const string Query = "select id, name, code, points from {people} order by id";

    public static IEnumerable<LifeCase> All =>
    [
        RenamedAndRetyped(), RenamedTwice(), Exchanged(), RetypedAndRequired(), AddedAndRenamed(), RenamedUnderAll(), RetypedUnderIndexes(), DrawnForEachRow(), DrawnAndRead(), BesideOddRules(),
    ];

    // random() cannot be computed again: what it gave once stays.
    private static LifeCase DrawnForEachRow() => new("a new column of another value for each row")
    {
        Setup = People,
        Drawn = "t-?[0-9][0-9.e-]*",
        Operations = "  - add_column: { table: people, name: token, type: text, nullable: false, up: \"'t' || cast(random() as text)\" }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, code) values ({n}01, 'O{n}', '{n}')", $"insert into {{people}} (id, name, code, token) values ({n}01, 'O{n}', '{n}', 't{n}01')"),
            new($"insert into {{people}} (id, name) values ({n}02, 'N{n}')", $"insert into {{people}} (id, name, token) values ({n}02, 'N{n}', 't{n}')"),
            LogicalWrite.Same($"update {{people}} set code = '3{n}' where id = 1"),
            LogicalWrite.Same("update {people} set code = null where id = 2"),
            LogicalWrite.Same($"delete from {{people}} where id = {n}02"),
        ],
        OldQueries = [Query],
        NewQueries =
        [
            new(Query, Query),
            new("select id from {people} where token like 't%' order by id", "select id from {people} order by id"),
            new("select count(distinct token) from {people}", "select count(*) from {people}"),
        ],
    };

    // The model does not know all of these rules; they stay on their columns.
    private static LifeCase BesideOddRules() => new("columns beside rules that stay as they are")
    {
        Engine = "postgres",
        Setup =
        [
            "create table halls (wing text, number integer, unique (wing, number))",
            """
            create unlogged table bookings (
                id integer, during int4range, wing text, number integer, title text, note text, price text,
                primary key (id) deferrable, constraint once exclude using gist (during with &&), constraint titled unique (title) include (note),
                constraint placed foreign key (wing, number) references halls (wing, number) match full)
            """,
            "create unique index bookings_title on bookings (id)",
            "alter table bookings replica identity using index bookings_title",
            "insert into halls values ('A', 1), ('B', 2)",
            "insert into bookings values (1, '[1,2)', 'A', 1, 'one', 'n', '10'), (2, '[2,3)', null, null, 'two', null, null)",
        ],
        Operations = """
              - rename_column: { table: bookings, from: during, to: period }
              - rename_column: { table: bookings, from: wing, to: building }
              - alter_column: { table: bookings, column: price, type: integer, up: "price::integer", down: "price::text" }
              - add_column: { table: bookings, name: size, type: text, default: "'m'" }

            """,
        Writes = n =>
        [
            new($"insert into {{bookings}} (id, during, wing, number, title, price) values ({n}01, '[{n}01,{n}02)', 'B', 2, 't{n}', '{n}')",
                $"insert into {{bookings}} (id, period, building, number, title, price) values ({n}01, '[{n}01,{n}02)', 'B', 2, 't{n}', {n})"),
            new($"update {{bookings}} set price = '3{n}', note = 'x{n}' where id = 1", $"update {{bookings}} set price = 3{n}, note = 'x{n}' where id = 1"),
            new($"update {{bookings}} set during = '[{n}03,{n}04)' where id = 2", $"update {{bookings}} set period = '[{n}03,{n}04)' where id = 2"),
        ],
        OldQueries = ["select id, during, wing, number, title, note, price from {bookings} order by id"],
        NewQueries = [new("select id, period, building, number, title, note, price from {bookings} order by id", "select id, during, wing, number, title, note, price::integer from {bookings} order by id")],
    };

    private static LifeCase DrawnAndRead() => new("a column made anew with another value for each row")
    {
        Setup = People,
        Drawn = "-[0-9][0-9.e-]*",
        Operations = "  - split_column: { table: people, column: code, into: [ { name: code, type: text, up: \"code || '-' || cast(random() as text)\" } ], down: code }\n",
        Engine = "postgres",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{people}} (id, name, code) values ({n}01, 'O{n}', '{n}')"),
            LogicalWrite.Same($"update {{people}} set code = '3{n}' where id = 1"),
            LogicalWrite.Same($"update {{people}} set name = 'N{n}' where id = 2"),
            LogicalWrite.Same($"update {{people}} set code = null where id = {n}01"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, name, split_part(code, '-', 1), points from {people} order by id", Query)],
    };

    private static LifeCase RenamedAndRetyped() => new("rename and type of one column")
    {
        Setup = People,
        Operations = "  - rename_column: { table: people, from: code, to: number }\n  - change_type: { table: people, column: number, type: integer, up: cast(code as integer), down: cast(number as text) }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, code) values ({n}01, 'O{n}', '{n}')", $"insert into {{people}} (id, name, number) values ({n}01, 'O{n}', {n})"),
            new($"update {{people}} set code = '3{n}' where id = 1", $"update {{people}} set number = 3{n} where id = 1"),
            new("update {people} set code = null where id = 2", "update {people} set number = null where id = 2"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, name, cast(number as text), points from {people} order by id", Query)],
    };

    private static LifeCase RenamedTwice() => new("rename_column twice")
    {
        Setup = People,
        Operations = "  - rename_column: { table: people, from: name, to: title }\n  - rename_column: { table: people, from: title, to: label }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name) values ({n}01, 'O{n}')", $"insert into {{people}} (id, label) values ({n}01, 'O{n}')"),
            new($"update {{people}} set name = 'A{n}' where id = 1", $"update {{people}} set label = 'A{n}' where id = 1"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, label, code, points from {people} order by id", Query)],
    };

    private static LifeCase Exchanged() => new("two columns exchange their names")
    {
        Setup = People,
        Operations = "  - rename_column: { table: people, from: name, to: passing }\n  - rename_column: { table: people, from: code, to: name }\n  - rename_column: { table: people, from: passing, to: code }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, code) values ({n}01, 'O{n}', 'c{n}')", $"insert into {{people}} (id, code, name) values ({n}01, 'O{n}', 'c{n}')"),
            new($"update {{people}} set name = 'A{n}' where id = 1", $"update {{people}} set code = 'A{n}' where id = 1"),
            new("update {people} set code = name where id = 2", "update {people} set name = code where id = 2"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, code, name, points from {people} order by id", Query)],
    };

    private static LifeCase RetypedAndRequired() => new("type and not-null of one column")
    {
        Setup = People,
        Operations = "  - rename_column: { table: people, from: points, to: score }\n  - change_type: { table: people, column: score, type: text, default: \"'0'\", up: cast(points as text), down: cast(score as integer) }\n  - set_default: { table: people, column: code, default: \"'?'\" }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, code, points) values ({n}01, 'O{n}', '{n}', {n})", $"insert into {{people}} (id, name, code, score) values ({n}01, 'O{n}', '{n}', '{n}')"),
            new($"update {{people}} set points = points + 1 where id = 1", "update {people} set score = cast(cast(score as integer) + 1 as text) where id = 1"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, name, code, cast(score as integer) from {people} order by id", Query)],
    };

    private static LifeCase AddedAndRenamed() => new("add_column and its rename")
    {
        Setup = People,
        Operations = "  - add_column: { table: people, name: city, type: text, default: \"'?'\" }\n  - rename_column: { table: people, from: city, to: town }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name) values ({n}01, 'O{n}')", $"insert into {{people}} (id, name, town) values ({n}01, 'O{n}', '?')"),
            LogicalWrite.Same($"update {{people}} set name = 'A{n}' where id = 1"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, name, code, points, town from {people} order by id", "select id, name, code, points, '?' from {people} order by id")],
    };

    // Foreign keys of both directions, unique and partial index, check, generated column, statistics, view and trigger.
    private static LifeCase RenamedUnderAll() => new("rename under everything")
    {
        Engine = "postgres",
        Setup =
        [
            "create table regions (code text primary key)",
            "create table people (id integer primary key, code text not null unique, region text references regions (code) on update cascade, points integer, twice integer generated always as (points * 2) stored, constraint points_check check (points >= 0 or code = 'x'))",
            "create table visits (id integer primary key, person text references people (code) on update cascade on delete cascade)",
            "create index people_partial on people (region) where points > 1",
            "create unique index people_lower on people (lower(code), region)",
            "create statistics people_stats on code, region, points from people",
            "create view rich as select id, code, points from people where points > 1",
            "create view richest as select code from rich where points > 100",
            "create table log (what text)",
            "create function note() returns trigger language plpgsql as $$ begin insert into log values (tg_op); return null; end $$",
            "create trigger noted after update of code, points on people for each row when (old.code <> new.code or new.points > 5) execute function note()",
            "insert into regions values ('eu'), ('us')",
            "insert into people (id, code, region, points) values (1, 'a', 'eu', 1), (2, 'b', 'us', 2)",
            "insert into visits values (1, 'a'), (2, 'b')",
        ],
        Operations = "  - rename_column: { table: people, from: code, to: label }\n  - rename_column: { table: people, from: points, to: score }\n  - rename_column: { table: people, from: region, to: area }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, code, region, points) values ({n}01, 'c{n}', 'eu', {n})", $"insert into {{people}} (id, label, area, score) values ({n}01, 'c{n}', 'eu', {n})"),
            LogicalWrite.Same($"insert into {{visits}} values ({n}01, 'c{n}')"),
            new($"update {{people}} set code = 'd{n}', points = 9 where id = {n}01", $"update {{people}} set label = 'd{n}', score = 9 where id = {n}01"),
            new($"delete from {{people}} where code = 'd{n}' and region = 'us'", $"delete from {{people}} where label = 'd{n}' and area = 'us'"),
        ],
        OldQueries = ["select id, code, region, points, twice from {people} order by id", "select * from {visits} order by id", "select * from rich order by id", "select count(*) from log"],
        NewQueries =
        [
            new("select id, label, area, score, twice from {people} order by id", "select id, code, region, points, twice from {people} order by id"),
            new("select * from {visits} order by id", "select * from {visits} order by id"),
            new("select count(*) from pg_statistic_ext where stxname = 'people_stats'", "select 1"),
        ],
    };

    private static LifeCase RetypedUnderIndexes() => new("change_type under indexes")
    {
        Engine = "postgres",
        Setup =
        [
            "create table people (id integer primary key, name text not null, code text, points integer not null default 0, constraint one_code unique (code, points))",
            "create index people_partial on people (code desc nulls last) include (name) where points > 0",
            "create unique index people_once on people (points, code) where name <> 'x'",
            "insert into people values (1, 'Ada', '10', 1), (2, 'Grace', '20', 2)",
        ],
        Operations = "  - change_type: { table: people, column: code, type: integer, up: code::integer, down: code::text }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, code, points) values ({n}01, 'O{n}', '{n}', {n})", $"insert into {{people}} (id, name, code, points) values ({n}01, 'O{n}', {n}, {n})"),
            new($"insert into {{people}} (id, name, code, points) values ({n}02, 'x', '{n}', 1{n}) on conflict (code, points) do update set name = 'again'", $"insert into {{people}} (id, name, code, points) values ({n}02, 'x', {n}, 1{n})"),
        ],
        OldQueries = [Query],
        NewQueries = [new("select id, name, code::text, points from {people} order by id", Query)],
    };
}
