namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on rows, which both versions see at once.</summary>
internal static class RowCases
{
    private const string Orders = TableCases.Orders;
    private const string Customers = TableCases.Customers;

    public static IEnumerable<LifeCase> All =>
        [UpdateRows(), InsertRows(), InsertRowsBesideLens(), InsertRowsInNewTable(), DeleteRows(), DeleteRowsOfTwoTables(), ArchiveRows(), ArchiveRowsAgain()];

    private static LifeCase UpdateRows() => new("update_rows")
    {
        Setup = TableCases.Shop,
        Operations = "  - update_rows: { table: orders, set: [ { column: note, value: \"note || '!'\" } ], where: \"note = 'a' or note = 'b'\" }\n",
        Writes = OrderComes,
        OldQueries = [Customers, Orders],
        NewQueries = [new("select count(*) from {orders} where note in ('a!', 'b!')", "select 2")],
        SingleVersion = true,
    };

    private static LifeCase InsertRows() => new("insert_rows")
    {
        Setup = TableCases.Shop,
        Operations = """
              - insert_rows:
                  table: orders
                  rows:
                    - { id: 90, customer_id: 1, total: 7, note: "it's 5 \\ 3" }
                    - { id: 91, customer_id: 2, total: null, note: { sql: "upper('x') || 'y'" } }
                    - { id: 92, customer_id: 2, note: 007 }

            """,
        Writes = OrderComes,
        OldQueries = [Customers, Orders],
        NewQueries =
        [
            new("select id, customer_id, total, note from {orders} where id between 90 and 99 order by id", "select 90, 1, 7, 'it''s 5 \\ 3' union all select 91, 2, null, 'Xy' union all select 92, 2, null, '007'"),
            new("select count(*) from {orders} where id < 90", "select count(*) from {orders} where id < 90"),
        ],
        SingleVersion = true,
    };

    private static LifeCase InsertRowsBesideLens() => new("insert_rows_beside_lens")
    {
        Setup = TableCases.Shop,
        Operations = """
              - insert_rows: { table: customers, rows: [ { id: 90, name: new, email: new@x }, { id: 91, name: other } ] }
              - change_type: { table: customers, column: name, type: varchar(90), up: "upper(name)", down: "lower(name)" }

            """,
        Writes = n => [new($"insert into {{customers}} (id, name) values ({n}01, 'c{n}')", $"insert into {{customers}} (id, name) values ({n}01, 'C{n}')")],
        OldQueries = ["select id, email from {customers} order by id", Orders],
        NewQueries = [new("select id, name, email from {customers} where id in (90, 91) order by id", "select 90, 'NEW', 'new@x' union all select 91, 'OTHER', null")],
        SingleVersion = true,
    };

    private static LifeCase InsertRowsInNewTable() => new("insert_rows_in_new_table")
    {
        Setup = TableCases.Shop,
        Operations = """
              - create_table: { name: kinds, columns: [ { name: code, type: text }, { name: title, type: text, nullable: false }, { name: rate, type: numeric } ], primary_key: [ code ] }
              - insert_rows: { table: kinds, rows: [ { code: a, title: one, rate: 1.5 }, { code: b, title: two }, { code: c, title: "true" } ] }

            """,
        Writes = n => [new("select 1", $"insert into {{kinds}} (code, title) values ('n{n}', 'later')"), new("select 1", "delete from {kinds} where code = 'b'")],
        OldQueries = [Customers, Orders],
        NewQueries = [new("select code, title, rate from {kinds} where code in ('a', 'c') order by code", "select 'a', 'one', 1.5 union all select 'c', 'true', null")],
    };

    private static LifeCase DeleteRows() => new("delete_rows")
    {
        Setup = TableCases.Shop,
        Operations = "  - delete_rows: { table: orders, where: \"note in ('a', 'c')\" }\n",
        Writes = OrderComes,
        OldQueries = [Customers, Orders],
        NewQueries = [new(Orders, "select id, customer_id, total, note from {orders} where coalesce(note, '') not in ('a', 'c') order by id")],
        SingleVersion = true,
    };

    private static LifeCase DeleteRowsOfTwoTables() => new("delete_rows_of_two_tables")
    {
        Setup = TableCases.Shop,
        Operations = """
              - delete_rows: { table: orders, where: customer_id = 2 }
              - delete_rows: { table: customers, where: id = 2 }
              - rename_column: { table: customers, from: email, to: mail }

            """,
        Writes = OrderComes,
        OldQueries = [Customers, Orders],
        NewQueries =
        [
            new(Orders, "select id, customer_id, total, note from {orders} where customer_id <> 2 order by id"),
            new("select id, name, mail from {customers} order by id", "select id, name, email from {customers} where id <> 2 order by id"),
        ],
        SingleVersion = true,
    };

    private static LifeCase ArchiveRows() => new("archive_rows")
    {
        Setup = TableCases.Shop,
        Operations = "  - archive_rows: { table: orders, into: orders_archive, where: total < 250 and note is not null }\n",
        Writes = OrderComes,
        OldQueries = [Customers, Orders],
        NewQueries =
        [
            new(Orders, "select id, customer_id, total, note from {orders} where note is null or total >= 250 order by id"),
            new("select id, customer_id, total, note from {orders_archive} where archived_at is not null order by id", "select id, customer_id, total, note from {orders} where total < 250 and note is not null order by id"),
        ],
        SingleVersion = true,
    };

    private static LifeCase ArchiveRowsAgain() => new("archive_rows_again")
    {
        Setup =
        [
            .. TableCases.Shop,
            "create table old_orders (id integer primary key, customer_id integer not null, total integer, note text, gone text)",
            "insert into old_orders values (5, 9, 9, 'z', 'long ago')",
        ],
        Operations = "  - archive_rows: { table: orders, into: old_orders, when: gone, where: note = 'b' }\n",
        Writes = OrderComes,
        OldQueries = [Customers, Orders, "select id, customer_id, total, note from {old_orders} order by id"],
        NewQueries =
        [
            new(Orders, "select id, customer_id, total, note from {orders} where note is null or note <> 'b' order by id"),
            new("select id, customer_id, total, note from {old_orders} order by id", "select 5, 9, 9, 'z' union all select id, customer_id, total, note from {orders} where note = 'b'"),
        ],
        SingleVersion = true,
    };

    private static IReadOnlyList<LogicalWrite> OrderComes(int n) =>
    [
        LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total) values ({n}01, 1, {n})"),
        LogicalWrite.Same($"update {{orders}} set total = {n} where id = {n}01"),
    ];
}
