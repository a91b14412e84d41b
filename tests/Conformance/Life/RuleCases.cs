namespace Tandem.Tests.Conformance.Life;

/// <summary>Columns in the expressions of checks, indexes and generated columns, when they change or go.</summary>
internal static class RuleCases
{
    private static readonly string[] Stock =
    [
        """
        create table stock (
            id integer primary key, code varchar(20) not null, qty integer, state varchar(10) default null, note text,
            constraint qty_fits check (qty >= 0 and qty < 1000000), constraint state_known check (state in ('new', 'old')))
        """,
        "create index stock_code_lower on stock (lower(code), qty)",
        "create unique index stock_once on stock (upper(code)) where qty > 0",
        "create index stock_noted on stock (note) where qty > 10",
        "insert into stock values (1, 'a1', 5, 'new', 'x'), (2, 'a2', 20, 'old', null), (3, 'a3', null, null, 'z')",
    ];

    private const string Query = "select id, code, qty, state, note from {stock} order by id";

    public static IEnumerable<LifeCase> All => [Indexed("postgres"), Indexed("sqlite"), Retyped(), RenamedAround(), GoneAlong(), Exchanged(), Generated(), GeneratedGoes(), MoreThanColumns()];

    private static LifeCase MoreThanColumns() => new("add_unique, add_foreign_key and add_check with all that they know")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup =
        [
            "create table places (hall integer not null, shelf integer not null, unique (hall, shelf)); insert into places select h, s from generate_series(1, 3) h, generate_series(1, 3) s",
            "create table goods (id integer primary key, code integer, label varchar(20), hall integer, shelf integer, once integer, constraint goods_once unique (once) include (label))",
            "insert into goods values (1, 11, 'one', 1, 2, 1), (2, 12, 'two', null, null, 2), (3, 13, null, 3, 3, 3)",
        ],
        Operations = """
              - add_unique: { table: goods, columns: [ code ], name: goods_code, include: [ label, shelf ] }
              - change_type: { table: goods, column: label, type: text }
              - rename_column: { table: goods, from: hall, to: room }
              - add_foreign_key: { table: goods, columns: [ room, shelf ], name: goods_place, references: { table: places, columns: [ hall, shelf ] }, match: full, on_delete: set_null }
              - add_foreign_key: { table: goods, columns: [ room, id ], name: goods_other, references: { table: places, columns: [ hall, shelf ] }, on_delete: set_null, on_delete_columns: [ room ], enforce: live }
              - add_check: { table: goods, name: goods_counted, expression: "code > 0 and room is distinct from 9", no_inherit: true }

            """,
        Writes = n =>
        [
            new($"insert into {{goods}} (id, code, label, hall, shelf, once) values ({n + 100}, {n + 100}, 'n{n}', null, null, {n + 100})", $"insert into {{goods}} (id, code, label, room, shelf, once) values ({n + 100}, {n + 100}, 'n{n}', null, null, {n + 100})"),
            LogicalWrite.Same($"update {{goods}} set label = 'm{n}' where id = 3"),
            new($"update {{goods}} set hall = {(n % 3) + 1}, shelf = 1 where id = 1", $"update {{goods}} set room = {(n % 3) + 1}, shelf = 1 where id = 1"),
        ],
        OldQueries = ["select id, code, label, hall, shelf, once from {goods} order by id"],
        NewQueries = [new("select id, code, label, room, shelf, once from {goods} order by id", "select id, code, label, hall, shelf, once from {goods} order by id")],
    };

    private static LifeCase Indexed(string engine) => new($"create_index with all that {engine} knows")
    {
        Engine = engine,
        Setup = Stock,
        Operations = """
              - change_type: { table: stock, column: qty, type: bigint }
              - create_index:
                  table: stock
                  name: stock_wide
                  columns:
                    - { name: code, collation: { postgres: C, sqlite: NOCASE }, operator_class: text_pattern_ops, nulls: first }
                    - { expression: "lower(note)", descending: true, nulls: last }
                    - { name: qty, descending: true, nulls: first }
                  include: [ state ]
                  with: { fillfactor: 70, deduplicate_items: off }
                  where: "qty > 0"
                  comment: What is there
              - create_index: { table: stock, name: stock_single, unique: true, columns: [ { name: code, collation: { postgres: C, sqlite: NOCASE } }, { name: id } ], include: [ note ] }

            """,
        Writes = Writes("code", "qty"),
        OldQueries = [Query],
        NewQueries = [new(Query, Query)],
    };

    private static LifeCase Retyped() => new("change_type under expressions")
    {
        Setup = Stock,
        Operations = """
              - change_type: { table: stock, column: qty, type: bigint }
              - change_type: { table: stock, column: code, type: text }
              - change_type: { table: stock, column: state, type: varchar(30) }

            """,
        Writes = Writes("code", "qty"),
        OldQueries = [Query, "select id from {stock} where lower(code) = 'a1' order by id"],
        NewQueries = [new(Query, Query), new("select id from {stock} where upper(code) = 'A2' and qty > 0", "select id from {stock} where upper(code) = 'A2' and qty > 0")],
    };

    private static LifeCase RenamedAround() => new("change_type under expressions with other names")
    {
        Setup = Stock,
        Operations = """
              - rename_column: { table: stock, from: code, to: label }
              - change_type: { table: stock, column: label, type: text }
              - change_type: { table: stock, column: qty, type: bigint }
              - rename_column: { table: stock, from: note, to: remark }
              - drop_check: { table: stock, name: state_known }
              - add_check: { table: stock, name: state_known, expression: "state is null or note is null or state in ('new', 'old', 'gone')", enforce: live }
              - rename_column: { table: stock, from: state, to: status }

            """.Replace("note is null", "remark is null", StringComparison.Ordinal),
        Writes = n => Writes("label", "qty")(n).Select(w => w with { New = w.New.Replace("state", "status", StringComparison.Ordinal).Replace("note", "remark", StringComparison.Ordinal) }).ToList(),
        OldQueries = [Query],
        NewQueries = [new("select id, label, qty, status, remark from {stock} order by id", Query)],
    };

    private static LifeCase GoneAlong() => new("split_column and drop_column under expressions of their own")
    {
        Setup = [.. Stock, "create index stock_noted_lower on stock (lower(note))"],
        Operations = """
              - split_column:
                  table: stock
                  column: state
                  into: [ { name: is_new, type: text, up: "case when state = 'new' then 'y' when state = 'old' then 'n' end" } ]
                  down: "case when is_new = 'y' then 'new' when is_new = 'n' then 'old' end"
              - drop_index: { table: stock, name: stock_noted }
              - drop_column: { table: stock, column: note }

            """,
        Writes = n =>
        [
            new($"insert into {{stock}} (id, code, qty, state) values ({n}01, 'O{n}', 1, 'new')", $"insert into {{stock}} (id, code, qty, is_new) values ({n}01, 'O{n}', 1, 'y')"),
            new($"insert into {{stock}} (id, code, qty, state) values ({n}02, 'N{n}', 2, 'old')", $"insert into {{stock}} (id, code, qty, is_new) values ({n}02, 'N{n}', 2, 'n')"),
            new($"update {{stock}} set state = 'old' where id = {n}01", $"update {{stock}} set is_new = 'n' where id = {n}01"),
            new("update {stock} set state = null where id = 2", "update {stock} set is_new = null where id = 2"),
        ],
        OldQueries = [Query],
        NewQueries =
        [
            new("select id, code, qty, case when is_new = 'y' then 'new' when is_new = 'n' then 'old' end from {stock} order by id", "select id, code, qty, state from {stock} order by id"),
        ],
    };

    // The remedy where a text does not compile over the new type.
    private static LifeCase Exchanged() => new("change_type with a check of another text")
    {
        Setup =
        [
            "create table marks (id integer primary key, mark text default (cast(null as text)), constraint mark_plain check (mark <> ''))",
            "create index marks_upper on marks (upper(mark))",
            "insert into marks values (1, '1'), (2, '20'), (3, null)",
        ],
        Operations = """
              - drop_check: { table: marks, name: mark_plain }
              - drop_index: { table: marks, name: marks_upper }
              - change_type: { table: marks, column: mark, type: integer, up: "cast(mark as integer)", down: "cast(mark as text)" }
              - add_check: { table: marks, name: mark_plain, expression: "mark >= 0" }
              - create_index: { table: marks, name: marks_upper_2, columns: [ { expression: "mark + 1" } ] }

            """,
        Writes = n =>
        [
            new($"insert into {{marks}} (id, mark) values ({n}01, '{n}')", $"insert into {{marks}} (id, mark) values ({n}01, {n})"),
            new($"update {{marks}} set mark = '3{n}' where id = 1", $"update {{marks}} set mark = 3{n} where id = 1"),
            new("update {marks} set mark = null where id = 2", "update {marks} set mark = null where id = 2"),
        ],
        OldQueries = ["select id, mark from {marks} order by id"],
        NewQueries = [new("select id, cast(mark as text) from {marks} order by id", "select id, mark from {marks} order by id")],
    };

    private static LifeCase Generated() => new("change_type under a generated column")
    {
        Engine = "sqlite",
        Setup =
        [
            "create table sums (id integer primary key, part text, twice integer generated always as (part * 2) virtual, more text generated always as (part || '!') stored)",
            "insert into sums (id, part) values (1, '1'), (2, '20'), (3, null)",
        ],
        Operations = "  - change_type: { table: sums, column: part, type: integer }\n",
        Writes = n =>
        [
            new($"insert into {{sums}} (id, part) values ({n}01, '{n}')", $"insert into {{sums}} (id, part) values ({n}01, {n})"),
            new($"update {{sums}} set part = '3{n}' where id = 1", $"update {{sums}} set part = 3{n} where id = 1"),
            new("update {sums} set part = null where id = 2", "update {sums} set part = null where id = 2"),
        ],
        OldQueries = ["select id, part, twice, more from {sums} order by id"],
        NewQueries = [new("select id, cast(part as text), twice, more from {sums} order by id", "select id, part, twice, more from {sums} order by id")],
    };

    private static LifeCase GeneratedGoes() => new("drop_column of a generated column and change_type of what it reads")
    {
        Setup =
        [
            "create table sums (id integer primary key, part integer, twice integer generated always as (part * 2) stored)",
            "insert into sums (id, part) values (1, 1), (2, 20), (3, null)",
        ],
        Operations = """
              - drop_column: { table: sums, column: twice }
              - change_type: { table: sums, column: part, type: bigint }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{sums}} (id, part) values ({n}01, {n})"),
            LogicalWrite.Same($"update {{sums}} set part = 3{n} where id = 1"),
            LogicalWrite.Same("update {sums} set part = null where id = 2"),
            LogicalWrite.Same($"delete from {{sums}} where id = {n}01"),
        ],
        OldQueries = ["select id, part, twice from {sums} order by id"],
        NewQueries = [new("select id, part from {sums} order by id", "select id, part from {sums} order by id")],
    };

    private static Func<int, IReadOnlyList<LogicalWrite>> Writes(string code, string qty) => n =>
    [
        new($"insert into {{stock}} (id, code, qty, state) values ({n}01, 'O{n}', {n}1, 'new')", $"insert into {{stock}} (id, {code}, {qty}, state) values ({n}01, 'O{n}', {n}1, 'new')"),
        new($"insert into {{stock}} (id, code, qty, state) values ({n}02, 'N{n}', 0, 'old')", $"insert into {{stock}} (id, {code}, {qty}, state) values ({n}02, 'N{n}', 0, 'old')"),
        new($"update {{stock}} set qty = {n}3, code = 'c{n}' where id = 1", $"update {{stock}} set {qty} = {n}3, {code} = 'c{n}' where id = 1"),
        new("update {stock} set qty = null, note = 'n' where id = 2", $"update {{stock}} set {qty} = null, note = 'n' where id = 2"),
        LogicalWrite.Same($"update {{stock}} set state = 'new' where id = {n}02"),
        LogicalWrite.Same($"delete from {{stock}} where id = {n}01"),
    ];
}
