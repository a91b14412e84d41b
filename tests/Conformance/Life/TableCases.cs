namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on tables, constraints, indexes and rows.</summary>
internal static class TableCases
{
    public static readonly string[] Shop =
    [
        "create table customers (id integer primary key, name text not null, email text, constraint customers_email_key unique (email))",
        "create table orders (id integer primary key, customer_id integer not null, total integer, note text, constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade, constraint orders_total_check check (total >= 0))",
        "create index orders_customer on orders (customer_id)",
        "insert into customers (id, name, email) values (1, 'Ada', 'ada@x'), (2, 'Grace', 'grace@x'), (3, 'Alan', 'alan@x')",
        "insert into orders (id, customer_id, total, note) values (10, 1, 100, 'a'), (11, 1, 200, 'b'), (12, 2, 300, 'c')",
    ];

    public const string Customers = "select id, name, email from {customers} order by id";
    public const string Orders = "select id, customer_id, total, note from {orders} order by id";

    public static IEnumerable<LifeCase> All =>
    [
        CreateTable(), CreateComputing(), DropTable(), RenameTable(), RenameParentColumn(), SplitParent(),
        .. ConstraintOnly(), CompositeKey(), UniqueKeyOnly(), NoKey(),
    ];

    private static LifeCase CreateTable() => new("create_table")
    {
        Setup = Shop,
        Operations = """
              - create_table:
                  name: tags
                  columns:
                    - { name: id, type: integer, nullable: false }
                    - { name: order_id, type: integer, nullable: false }
                    - { name: label, type: text, nullable: false, default: "'none'" }
                  primary_key: [ id ]
                  uniques: [ { columns: [ order_id, label ] } ]
                  foreign_keys: [ { columns: [ order_id ], references: { table: orders, columns: [ id ] }, on_delete: cascade } ]

            """,
        Writes = n =>
        [
            new($"insert into {{orders}} (id, customer_id, total) values ({n}01, 1, 5)", $"insert into {{orders}} (id, customer_id, total) values ({n}01, 1, 5)"),
            new("select 1", $"insert into {{tags}} (id, order_id, label) values ({n}01, 10, 'l{n}')"),
            LogicalWrite.Same($"delete from {{orders}} where id = {n}01"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new(Orders, Orders), new("select count(*) from {tags} where label is null", "select 0")],
    };

    private static LifeCase CreateComputing() => new("create_table with collations and generated columns")
    {
        Setup = Shop,
        Operations = """
              - create_table:
                  name: labels
                  columns:
                    - { name: id, type: integer, nullable: false }
                    - { name: label, type: text, nullable: false, collation: { postgres: '"C"', sqlite: NOCASE } }
                    - { name: shown, type: text, generated: upper(label), stored: true }
                  primary_key: [ id ]

            """,
        Writes = n =>
        [
            new("select 1", $"insert into {{labels}} (id, label) values ({n}01, 'l{n}')"),
            new("select 1", $"update {{labels}} set label = 'm{n}' where id = {n}01"),
        ],
        OldQueries = [Orders],
        NewQueries = [new(Orders, Orders), new("select count(*) from {labels} where shown is null or shown <> upper(label)", "select 0")],
    };

    private static LifeCase DropTable() => new("drop_table")
    {
        Setup = Shop,
        Operations = "  - drop_table: { table: orders }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'c{n}')"),
            LogicalWrite.Same($"update {{customers}} set name = 'd{n}' where id = 1"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new(Customers, Customers)],
    };

    private static LifeCase RenameTable() => new("rename_table")
    {
        Setup = Shop,
        Operations = "  - rename_table: { from: customers, to: clients }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, email) values ({n}01, 'c{n}', 'e{n}')", $"insert into {{clients}} (id, name, email) values ({n}01, 'c{n}', 'e{n}')"),
            LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total) values ({n}01, {n}01, 7)"),
            new($"update {{customers}} set name = 'd{n}' where id = 2", $"update {{clients}} set name = 'd{n}' where id = 2"),
            new($"delete from {{customers}} where id = {n}01", $"delete from {{clients}} where id = {n}01"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new("select id, name, email from {clients} order by id", Customers), new(Orders, Orders)],
    };

    private static LifeCase RenameParentColumn() => new("rename_referenced_column")
    {
        Setup = Shop,
        Operations = "  - rename_column: { table: customers, from: id, to: number }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'c{n}')", $"insert into {{customers}} (number, name) values ({n}01, 'c{n}')"),
            LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total) values ({n}01, {n}01, 7)"),
            new($"delete from {{customers}} where id = {n}01", $"delete from {{customers}} where number = {n}01"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new("select number, name, email from {customers} order by number", Customers), new(Orders, Orders)],
    };

    private static LifeCase SplitParent() => new("child_rows_survive_every_swap")
    {
        Setup = Shop,
        Operations = """
              - split_column:
                  table: customers
                  column: email
                  into:
                    - { name: mailbox, type: text, up: { postgres: "split_part(email, '@', 1)", sqlite: "substr(email, 1, instr(email, '@') - 1)" } }
                    - { name: host, type: text, up: { postgres: "split_part(email, '@', 2)", sqlite: "substr(email, instr(email, '@') + 1)" } }
                  down: "mailbox || '@' || host"
              - rename_column: { table: orders, from: note, to: remark }

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, email) values ({n}01, 'c', 'm{n}@h')", $"insert into {{customers}} (id, name, mailbox, host) values ({n}01, 'c', 'm{n}', 'h')"),
            new($"insert into {{orders}} (id, customer_id, total, note) values ({n}01, {n}01, 7, 'x')", $"insert into {{orders}} (id, customer_id, total, remark) values ({n}01, {n}01, 7, 'x')"),
            new($"update {{customers}} set email = 'ada{n}@y' where id = 1", $"update {{customers}} set mailbox = 'ada{n}', host = 'y' where id = 1"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}01"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new("select id, name, mailbox || '@' || host from {customers} order by id", Customers), new("select id, customer_id, total, remark from {orders} order by id", Orders)],
    };

    private static IEnumerable<LifeCase> ConstraintOnly()
    {
        (string Name, string Operations)[] operations =
        [
            ("set_not_null", "  - set_not_null: { table: orders, column: total }\n"),
            ("drop_not_null", "  - drop_not_null: { table: orders, column: customer_id }\n"),
            ("add_unique", "  - add_unique: { table: customers, columns: [ name ], name: customers_name_key }\n"),
            ("drop_unique", "  - drop_unique: { table: customers, name: customers_email_key }\n"),
            ("add_check", "  - add_check: { table: orders, name: total_small, expression: \"total < 100000\" }\n"),
            ("drop_check", "  - drop_check: { table: orders, name: orders_total_check }\n"),
            ("drop_foreign_key", "  - drop_foreign_key: { table: orders, name: orders_customer_fkey }\n"),
            ("create_index", "  - create_index: { table: orders, name: orders_total, columns: [ { name: total, descending: true } ], where: \"total > 0\" }\n"),
            ("create_unique_index", "  - create_index: { table: customers, name: customers_name_idx, unique: true, columns: [ { name: name } ] }\n"),
            ("drop_index", "  - drop_index: { table: orders, name: orders_customer }\n"),
            ("rename_index", "  - rename_index: { table: orders, from: orders_customer, to: orders_by_customer }\n"),
            ("enforce_live", "  - add_check: { table: orders, name: total_small, expression: \"total < 100000\", enforce: live }\n  - set_not_null: { table: orders, column: total, enforce: live }\n"),
        ];
        foreach (var (name, text) in operations)
        {
            yield return SameWords(name, text, Shop);
        }

        yield return SameWords(
            "add_foreign_key",
            "  - add_foreign_key: { table: orders, columns: [ customer_id ], references: { table: customers, columns: [ id ] }, on_delete: cascade }\n",
            [Shop[0], Shop[1].Replace("constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade, ", "", StringComparison.Ordinal), .. Shop[2..]]);
    }

    private static LifeCase SameWords(string name, string operations, IReadOnlyList<string> setup) => new(name)
    {
        Setup = setup,
        Operations = operations,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, name, email) values ({n}01, 'c{n}', 'e{n}')"),
            LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total, note) values ({n}01, {n}01, {n}, 'o{n}')"),
            LogicalWrite.Same($"update {{orders}} set total = total + 1, note = 'u{n}' where id = 10"),
            LogicalWrite.Same($"update {{customers}} set name = 'n{n}' where id = 1"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new(Customers, Customers), new(Orders, Orders)],
    };

    private static LifeCase CompositeKey() => new("composite_key")
    {
        Setup =
        [
            "create table lines (order_id integer not null, position integer not null, item text, primary key (order_id, position))",
            "insert into lines values (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')",
        ],
        Operations = Upper("lines"),
        Writes = n =>
        [
            new($"insert into {{lines}} values ({n}00, 1, 'x{n}')", $"insert into {{lines}} (order_id, position, item) values ({n}00, 1, 'X{n}')"),
            new($"update {{lines}} set item = 'y{n}' where order_id = 1 and position = 2", $"update {{lines}} set item = 'Y{n}' where order_id = 1 and position = 2"),
            LogicalWrite.Same($"update {{lines}} set position = {n}0 where order_id = 2"),
        ],
        OldQueries = ["select order_id, position, item from {lines} order by 1, 2"],
        NewQueries = [new("select order_id, position, item from {lines} order by 1, 2", "select order_id, position, upper(item) from {lines} order by 1, 2")],
    };

    private static LifeCase UniqueKeyOnly() => new("unique_key_only")
    {
        Setup = ["create table codes (code text not null unique, item text)", "insert into codes values ('a', 'x'), ('b', 'y')"],
        Operations = Upper("codes"),
        Writes = n =>
        [
            new($"insert into {{codes}} (code, item) values ('n{n}', 'i{n}')", $"insert into {{codes}} (code, item) values ('n{n}', 'I{n}')"),
            new($"update {{codes}} set item = 'z{n}' where code = 'a'", $"update {{codes}} set item = 'Z{n}' where code = 'a'"),
        ],
        OldQueries = ["select code, item from {codes} order by 1"],
        NewQueries = [new("select code, item from {codes} order by 1", "select code, upper(item) from {codes} order by 1")],
    };

    private static LifeCase NoKey() => new("no_key")
    {
        Setup = ["create table logs (at integer, item text)", "insert into logs values (1, 'x'), (1, 'x'), (2, 'y')"],
        Operations = Upper("logs"),
        Writes = n =>
        [
            new($"insert into {{logs}} (at, item) values ({n}, 'i{n}')", $"insert into {{logs}} (at, item) values ({n}, 'I{n}')"),
            new($"update {{logs}} set item = 'z{n}' where at = 1", $"update {{logs}} set item = 'Z{n}' where at = 1"),
        ],
        OldQueries = ["select at, item from {logs} order by 1, 2"],
        NewQueries = [new("select at, item from {logs} order by 1, 2", "select at, upper(item) from {logs} order by 1, 2")],
    };

    private static string Upper(string table) =>
        $"  - change_type: {{ table: {table}, column: item, type: varchar(90), up: \"upper(item)\", down: \"lower(item)\" }}\n";
}
