namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on columns.</summary>
internal static class ColumnCases
{
    private static readonly string[] People =
    [
        "create table customers (id integer primary key, name text not null, status text not null default 'new', score text)",
        "insert into customers (id, name, status, score) values (1, 'Ada Lovelace', 'new', '10'), (2, 'Grace Hopper', 'old', '20'), (3, 'Plato', 'new', null)",
    ];

    private static readonly string[] PeopleQueries = ["select id, name, status, score from {customers} order by id"];

    public static IEnumerable<LifeCase> All =>
    [
        RenameColumn(), RenameColumnInExpressions(), ChangeType(), SplitColumn(), MergeColumns(), AddColumn(), AddRequiredColumn(), AddComputedColumn(),
        DropColumn(), DropColumnWithDown(), SetDefault(), SeveralAtOnce(), OddNames(),
        AddIdentity("by_default", "integer"), AddIdentity("always", "bigint"), AddIdentityAsKey(),
        AddGenerated("postgres", stored: false), AddGenerated("sqlite", stored: false), AddGenerated("sqlite", stored: true),
    ];

    private static LifeCase RenameColumn() => new("rename_column")
    {
        Setup = People,
        Operations = "  - rename_column: { table: customers, from: name, to: full_name }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', '1')", $"insert into {{customers}} (id, full_name, score) values ({n}01, 'Old {n}', '1')"),
            new($"insert into {{customers}} (id, name) values ({n}02, 'New {n}')", $"insert into {{customers}} (id, full_name) values ({n}02, 'New {n}')"),
            new($"update {{customers}} set name = 'Ada {n}' where id = 1", $"update {{customers}} set full_name = 'Ada {n}' where id = 1"),
            new($"update {{customers}} set name = 'Grace {n}', status = 's{n}' where id = 2", $"update {{customers}} set full_name = 'Grace {n}', status = 's{n}' where id = 2"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, full_name, status, score from {customers} order by id", PeopleQueries[0])],
    };

    private static LifeCase RenameColumnInExpressions() => new("rename_column_in_expressions")
    {
        Setup =
        [
            "create table rooms (id integer primary key, name text not null, seats integer, check (seats > 0 or name = 'none'))",
            "create unique index rooms_lower on rooms (lower(name))",
            "create index rooms_large on rooms (seats) where seats > 10",
            "insert into rooms values (1, 'Red', 5), (2, 'Blue', 20), (3, 'none', 0)",
        ],
        Operations = """
              - rename_column: { table: rooms, from: name, to: title }
              - rename_column: { table: rooms, from: seats, to: places }
              - add_column: { table: rooms, name: floor, type: integer, default: "0" }

            """,
        Writes = n =>
        [
            new($"insert into {{rooms}} (id, name, seats) values ({n}01, 'R{n}', {n}1)", $"insert into {{rooms}} (id, title, places) values ({n}01, 'R{n}', {n}1)"),
            new($"update {{rooms}} set name = 'Red{n}', seats = {n}9 where id = 1", $"update {{rooms}} set title = 'Red{n}', places = {n}9 where id = 1"),
            new($"update {{rooms}} set seats = {n}2 where lower(name) = 'blue'", $"update {{rooms}} set places = {n}2 where lower(title) = 'blue'"),
            LogicalWrite.Same($"delete from {{rooms}} where id = {n}01"),
        ],
        OldQueries = ["select id, name, seats from {rooms} order by id", "select id from {rooms} where seats > 10 order by id"],
        NewQueries = [new("select id, title, places from {rooms} where places > 10 order by id", "select id, name, seats from {rooms} where seats > 10 order by id")],
    };

    private static LifeCase ChangeType() => new("change_type")
    {
        Setup = People,
        Operations = "  - change_type: { table: customers, column: score, type: integer, up: \"cast(score as integer)\", down: \"cast(score as text)\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}1')", $"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n}1)"),
            new($"insert into {{customers}} (id, name, score) values ({n}02, 'N', '{n}2')", $"insert into {{customers}} (id, name, score) values ({n}02, 'N', {n}2)"),
            new($"update {{customers}} set score = '{n}3' where id = 1", $"update {{customers}} set score = {n}3 where id = 1"),
            new($"update {{customers}} set score = '{n}4' where id = 2", $"update {{customers}} set score = {n}4 where id = 2"),
            LogicalWrite.Same($"update {{customers}} set score = null where id = {n}01"),
            LogicalWrite.Same($"update {{customers}} set name = 'X{n}' where id = {n}02"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name, status, score from {customers} order by id", "select id, name, status, cast(score as integer) from {customers} order by id")],
    };

    private static LifeCase SplitColumn() => new("split_column")
    {
        Setup = People,
        Operations = """
              - split_column:
                  table: customers
                  column: name
                  into:
                    - name: first_name
                      type: text
                      nullable: false
                      up: { postgres: "split_part(trim(name), ' ', 1)", sqlite: "substr(trim(name), 1, instr(trim(name) || ' ', ' ') - 1)" }
                    - name: last_name
                      type: text
                      up: { postgres: "nullif(substr(trim(name), strpos(trim(name) || ' ', ' ') + 1), '')", sqlite: "nullif(substr(trim(name), instr(trim(name) || ' ', ' ') + 1), '')" }
                  down: "first_name || coalesce(' ' || last_name, '')"

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'Old {n}')", $"insert into {{customers}} (id, first_name, last_name) values ({n}01, 'Old', '{n}')"),
            new($"insert into {{customers}} (id, name) values ({n}02, 'Single')", $"insert into {{customers}} (id, first_name) values ({n}02, 'Single')"),
            new($"update {{customers}} set name = 'Ada Byron{n}' where id = 1", $"update {{customers}} set first_name = 'Ada', last_name = 'Byron{n}' where id = 1"),
            new($"update {{customers}} set name = 'Plato {n}' where id = 3", $"update {{customers}} set last_name = '{n}' where id = 3"),
            LogicalWrite.Same($"update {{customers}} set status = 'seen{n}' where id = 2"),
        ],
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, first_name || coalesce(' ' || last_name, ''), status from {customers} order by id", "select id, name, status from {customers} order by id"),
            new("select count(*) from {customers} where first_name is null or first_name like '% %'", "select 0"),
        ],
    };

    private static LifeCase MergeColumns() => new("merge_columns")
    {
        Setup =
        [
            "create table people (id integer primary key, first text not null, last text)",
            "insert into people values (1, 'Ada', 'Lovelace'), (2, 'Grace', 'Hopper')",
        ],
        Operations = """
              - merge_columns:
                  table: people
                  from:
                    - name: first
                      down: { postgres: "split_part(name, ',', 2)", sqlite: "substr(name, instr(name, ',') + 1)" }
                    - name: last
                      down: { postgres: "split_part(name, ',', 1)", sqlite: "substr(name, 1, instr(name, ',') - 1)" }
                  into: { name: name, type: text, nullable: false }
                  up: "coalesce(last, '') || ',' || first"

            """,
        Writes = n =>
        [
            new($"insert into {{people}} (id, first, last) values ({n}01, 'F{n}', 'L{n}')", $"insert into {{people}} (id, name) values ({n}01, 'L{n},F{n}')"),
            new($"insert into {{people}} (id, first, last) values ({n}02, 'G{n}', 'M{n}')", $"insert into {{people}} (id, name) values ({n}02, 'M{n},G{n}')"),
            new($"update {{people}} set last = 'King{n}' where id = 1", $"update {{people}} set name = 'King{n},Ada' where id = 1"),
            new($"update {{people}} set first = 'Amazing{n}' where id = 2", $"update {{people}} set name = 'Hopper,Amazing{n}' where id = 2"),
        ],
        OldQueries = ["select id, first, last from {people} order by id"],
        NewQueries = [new("select id, name from {people} order by id", "select id, last || ',' || first from {people} order by id")],
    };

    private static LifeCase AddColumn() => new("add_column")
    {
        Setup = People,
        Operations = "  - add_column: { table: customers, name: vip, type: integer, default: 0 }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O{n}')", $"insert into {{customers}} (id, name, vip) values ({n}01, 'O{n}', 1)"),
            LogicalWrite.Same($"update {{customers}} set name = 'A{n}' where id = 1"),
            new($"update {{customers}} set status = 'x' where id = 2", "update {customers} set vip = 2, status = 'x' where id = 2"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name from {customers} where vip is not null order by id", "select id, name from {customers} order by id")],
    };

    private static LifeCase AddRequiredColumn() => new("add_column_required")
    {
        Setup = People,
        Operations = "  - add_column: { table: customers, name: country, type: text, nullable: false, default: \"'unknown'\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O{n}')", $"insert into {{customers}} (id, name, country) values ({n}01, 'O{n}', 'GR')"),
            new($"insert into {{customers}} (id, name) values ({n}02, 'P{n}')", $"insert into {{customers}} (id, name) values ({n}02, 'P{n}')"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name from {customers} where country is not null order by id", "select id, name from {customers} order by id")],
    };

    private static LifeCase AddComputedColumn() => new("add_column_up")
    {
        Setup = People,
        Operations = "  - add_column: { table: customers, name: label, type: text, nullable: false, up: \"upper(name)\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'o{n}')", $"insert into {{customers}} (id, name, label) values ({n}01, 'o{n}', 'O{n}')"),
            new($"update {{customers}} set name = 'ada{n}' where id = 1", $"update {{customers}} set name = 'ada{n}', label = 'ADA{n}' where id = 1"),
            LogicalWrite.Same($"update {{customers}} set status = 'x{n}' where id = 2"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, label from {customers} order by id", "select id, upper(name) from {customers} order by id")],
    };

    private static LifeCase AddIdentity(string kind, string type) => new($"add_column_identity_{kind}")
    {
        Setup = [.. People, "create index customers_status on customers (status)"],
        Engine = "postgres",
        Operations = $"  - add_column: {{ table: customers, name: Number, type: {type}, identity: {kind}, comment: Counts all customers }}\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'A{n}'), ({n}02, 'B{n}'), ({n}03, 'C{n}')"),
            LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
        ],
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, name, status, score from {customers} order by id", PeopleQueries[0]),
            new("select count(*), count(\"Number\"), count(distinct \"Number\"), min(\"Number\") from {customers}", "select count(*), count(*), count(*), 1 from {customers}"),
        ],
    };

    private static LifeCase AddIdentityAsKey() => new("add_column_identity_as_key")
    {
        Setup = ["create table notes (body text, at integer not null)", "insert into notes values ('a', 1), ('b', 2), (null, 3)"],
        Engine = "postgres",
        Operations = """
              - add_column: { table: notes, name: id, type: bigint, identity: by_default }
              - add_primary_key: { table: notes, columns: [id] }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{notes}} (body, at) values ('n{n}', {n}1), ('m{n}', {n}2)"),
            LogicalWrite.Same($"update {{notes}} set body = 'b{n}' where at = 2"),
            LogicalWrite.Same($"delete from {{notes}} where at = {n}2"),
        ],
        OldQueries = ["select body, at from {notes} order by at"],
        NewQueries =
        [
            new("select body, at from {notes} order by at", "select body, at from {notes} order by at"),
            new("select count(*), count(id), count(distinct id) from {notes}", "select count(*), count(*), count(*) from {notes}"),
        ],
    };

    private static LifeCase AddGenerated(string engine, bool stored) => new($"add_column_generated{(stored ? "_stored" : "")}_{engine}")
    {
        Setup =
        [
            "create table items (id integer primary key, price integer not null, \"how many\" integer)",
            "insert into items values (1, 10, 2), (2, 5, null), (3, 0, 7)",
        ],
        Engine = engine,
        Since = engine == "postgres" ? new Version(18, 0) : null,
        Operations = $"  - add_column: {{ table: items, name: total, type: integer, generated: 'price * \"how many\"', stored: {(stored ? "true" : "false")} }}\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{items}} (id, price, \"how many\") values ({n}01, {n}, 3), ({n}02, {n}, null)"),
            LogicalWrite.Same($"update {{items}} set price = price + {n} where id = 1"),
            LogicalWrite.Same($"update {{items}} set \"how many\" = {n} where id in (2, {n}02)"),
            LogicalWrite.Same($"delete from {{items}} where id = {n}01"),
        ],
        OldQueries = ["select id, price, \"how many\" from {items} order by id"],
        NewQueries = [new("select id, price, \"how many\", total from {items} order by id", "select id, price, \"how many\", price * \"how many\" from {items} order by id")],
    };

    private static LifeCase DropColumn() => new("drop_column")
    {
        Setup = People,
        Operations = "  - drop_column: { table: customers, column: score }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'o{n}')", $"insert into {{customers}} (id, name) values ({n}01, 'o{n}')"),
            LogicalWrite.Same($"update {{customers}} set name = 'ada{n}' where id = 1"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}01"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name, status from {customers} order by id", "select id, name, status from {customers} order by id")],
    };

    private static LifeCase DropColumnWithDown() => new("drop_column_down")
    {
        Setup = People,
        Operations = "  - drop_column: { table: customers, column: name, down: \"'customer ' || id\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'customer {n}01', 's')", $"insert into {{customers}} (id, score) values ({n}01, 's')"),
            LogicalWrite.Same($"update {{customers}} set status = 'y{n}' where id = 1"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, status, score from {customers} order by id", "select id, status, score from {customers} order by id")],
    };

    private static LifeCase SetDefault() => new("set_default")
    {
        Setup = People,
        Operations = "  - set_default: { table: customers, column: status, default: \"'fresh'\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'o{n}')", $"insert into {{customers}} (id, name, status) values ({n}01, 'o{n}', 'new')"),
            new($"insert into {{customers}} (id, name, status) values ({n}02, 'p{n}', 'fresh')", $"insert into {{customers}} (id, name) values ({n}02, 'p{n}')"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase SeveralAtOnce() => new("several_operations")
    {
        Setup = [.. People, "create index customers_score on customers (score)"],
        Operations = """
              - rename_column: { table: customers, from: status, to: state }
              - change_type: { table: customers, column: score, type: integer, up: "cast(score as integer)", down: "cast(score as text)" }
              - add_column: { table: customers, name: region, type: text, nullable: false, default: "'eu'" }
              - create_index: { table: customers, name: customers_region, columns: [ { name: region } ] }

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, status, score) values ({n}01, 'o', 'a{n}', '{n}')", $"insert into {{customers}} (id, name, state, score) values ({n}01, 'o', 'a{n}', {n})"),
            new($"insert into {{customers}} (id, name, score) values ({n}02, 'p', '{n}')", $"insert into {{customers}} (id, name, score, region) values ({n}02, 'p', {n}, 'us')"),
            new($"update {{customers}} set status = 'b{n}', score = '7{n}' where id = 1", $"update {{customers}} set state = 'b{n}', score = 7{n} where id = 1"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name, state, score from {customers} order by id", "select id, name, status, cast(score as integer) from {customers} order by id")],
    };

    private static LifeCase OddNames() => new("odd_names")
    {
        Setup =
        [
            "create table \"Größe \"\"x\"\" tbl\" (\"The Id\" integer primary key, \"select\" text not null, \"new\" text, \"old\" text)",
            "insert into \"Größe \"\"x\"\" tbl\" values (1, 'a b', 'n1', 'o1'), (2, 'c d', 'n2', 'o2')",
        ],
        Operations = """
              - rename_column: { table: 'Größe "x" tbl', from: old, to: 'Old "One"' }
              - change_type: { table: 'Größe "x" tbl', column: select, type: text, up: "\"select\" || '!'", down: "replace(\"select\", '!', '')", nullable: true }

            """.Replace("type: text,", "type: { postgres: varchar(90), sqlite: varchar(90) },", StringComparison.Ordinal),
        Writes = n =>
        [
            new($"insert into {{Größe \"x\" tbl}} (\"The Id\", \"select\", \"new\", \"old\") values ({n}01, 's{n}', 'n', 'o')", $"insert into {{Größe \"x\" tbl}} (\"The Id\", \"select\", \"new\", \"Old \"\"One\"\"\") values ({n}01, 's{n}!', 'n', 'o')"),
            new($"update {{Größe \"x\" tbl}} set \"select\" = 'u{n}', \"old\" = 'oo{n}' where \"The Id\" = 1", $"update {{Größe \"x\" tbl}} set \"select\" = 'u{n}!', \"Old \"\"One\"\"\" = 'oo{n}' where \"The Id\" = 1"),
            new($"insert into {{Größe \"x\" tbl}} (\"The Id\", \"select\") values ({n}02, 't{n}')", $"insert into {{Größe \"x\" tbl}} (\"The Id\", \"select\") values ({n}02, 't{n}!')"),
        ],
        OldQueries = ["select \"The Id\", \"select\", \"new\", \"old\" from {Größe \"x\" tbl} order by 1"],
        NewQueries = [new("select \"The Id\", \"select\", \"new\", \"Old \"\"One\"\"\" from {Größe \"x\" tbl} order by 1", "select \"The Id\", \"select\" || '!', \"new\", \"old\" from {Größe \"x\" tbl} order by 1")],
    };
}
