namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on keys, with rows that refer to them.</summary>
internal static class KeyCases
{
    private const string Customers = "select id, name from {customers} order by id";
    private const string Orders = "select id, customer_id, total from {orders} order by id";
    private const string Lines = "select order_id, position, item from {lines} order by order_id, position";
    private const string Staff = "select id, boss, name from {staff} order by id";

    public static IEnumerable<LifeCase> All => [Family("integer primary key"), Identity(), Serial(), SelfReference(), Text(), Renamed(), WordKey(), AddPrimaryKey(), DropPrimaryKey(), RenamePrimaryKey(), Uuid("integer generated always as identity primary key"), Uuid("serial primary key")];

    private static string[] Shop(string key) =>
    [
        $"create table customers (id {key}, name text not null)",
        "create table orders (id integer primary key, customer_id integer, total integer, constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade on update cascade)",
        "create table cards (customer_id integer primary key references customers (id) on update cascade on delete cascade, digits text)",
        "create table stamps (customer_id integer not null references cards (customer_id) on update cascade on delete cascade, nr integer not null, primary key (customer_id, nr))",
        "create index orders_customer on orders (customer_id)",
        "insert into customers (id, name) values (1, 'Ada'), (2, 'Grace'), (3, 'Alan')",
        "insert into orders (id, customer_id, total) values (10, 1, 100), (11, 1, 200), (12, 2, 300), (13, null, 400)",
        "insert into cards (customer_id, digits) values (1, '111'), (2, '222')",
        "insert into stamps (customer_id, nr) values (1, 1), (1, 2), (2, 1)",
    ];

    private static IReadOnlyList<LogicalWrite> ShopWrites(int n) =>
    [
        LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'c{n}')"),
        LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}02, 'd{n}')"),
        LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total) values ({n}01, {n}01, 5)"),
        LogicalWrite.Same($"insert into {{orders}} (id, customer_id, total) values ({n}02, {n}02, 6), ({n}03, null, 7)"),
        LogicalWrite.Same($"insert into {{cards}} (customer_id, digits) values ({n}01, 'x'), ({n}02, 'y')"),
        LogicalWrite.Same($"insert into {{stamps}} (customer_id, nr) values ({n}01, 1), ({n}02, 1)"),
        LogicalWrite.Same($"insert into {{stamps}} (customer_id, nr) values ({n}01, 2), ({n}02, 2)"),
        LogicalWrite.Same($"update {{customers}} set id = {n}03 where id = {n}01"),
        LogicalWrite.Same($"update {{customers}} set id = {n}04, name = 'e{n}' where id = {n}02"),
        LogicalWrite.Same($"update {{orders}} set customer_id = {n}03 where id = {n}02"),
        LogicalWrite.Same($"update {{orders}} set customer_id = {n}04, total = 8 where id = {n}03"),
        LogicalWrite.Same($"update {{orders}} set total = total + 1 where customer_id = {n}03"),
        LogicalWrite.Same($"delete from {{customers}} where id = {n}03"),
    ];

    private static LifeCase Family(string key) => new("change_primary_key")
    {
        Engine = "postgres",
        Setup = Shop(key),
        Operations = "  - change_primary_key: { table: customers, type: bigint }\n",
        Writes = ShopWrites,
        OldQueries = ShopQueries,
        NewQueries = [.. ShopQueries.Select(q => new Comparison(q, q))],
    };

    private static readonly string[] ShopQueries =
    [
        Customers, Orders, "select customer_id, digits from {cards} order by 1", "select customer_id, nr from {stamps} order by 1, 2",
    ];

    private static LifeCase Uuid(string key) => new($"change_primary_key_to_uuid_{key.Split(' ')[0]}")
    {
        Engine = "postgres",
        Setup =
        [
            "create table customers (id integer primary key)", "insert into customers values (1), (2)",
            $"create table tickets (id {key}, code text not null unique, customer_id integer references customers (id), constraint pair unique (id, code))",
            "create index tickets_by_id on tickets (id desc, code)",
            "comment on column tickets.id is 'The number'",
            "insert into tickets (code, customer_id) values ('a', 1), ('b', null), ('c', 2)",
        ],
        Drawn = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        Operations = "  - change_primary_key: { table: tickets, type: uuid }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{tickets}} (code, customer_id) values ('d{n}', 1), ('e{n}', null), ('f{n}', 2)"),
            LogicalWrite.Same($"update {{tickets}} set customer_id = 2 where code = 'd{n}'"),
            LogicalWrite.Same("update {tickets} set customer_id = 3 - customer_id where code = 'a'"),
            LogicalWrite.Same($"delete from {{tickets}} where code = 'e{n}'"),
        ],
        OldQueries =
        [
            "select code, customer_id from {tickets} order by code",
            "select count(*), count(id), count(distinct id), min(id) from {tickets}",
            "select id, code from {tickets} where id <= 3 order by id",
        ],
        NewQueries =
        [
            new("select code, customer_id from {tickets} order by code", "select code, customer_id from {tickets} order by code"),
            new("select count(*), count(id), count(distinct id), max(length(cast(id as text))) from {tickets}", "select count(*), count(*), count(*), 36 from {tickets}"),
        ],
    };

    private static LifeCase Identity() => new("change_primary_key_identity")
    {
        Engine = "postgres",
        Setup =
        [
            "create table customers (id integer generated always as identity primary key, name text not null unique)",
            "create table orders (id serial primary key, customer_id integer not null references customers (id), total integer)",
            "insert into customers (name) values ('Ada'), ('Grace')",
            "insert into orders (customer_id, total) values (1, 100), (2, 200), (1, 300)",
        ],
        Operations = """
              - change_type: { table: customers, column: id, type: bigint }
              - change_primary_key: { table: orders, type: bigint }

            """,
        Writes = DrawnWrites,
        OldQueries = [Customers, Orders],
        NewQueries = [new(Customers, Customers), new(Orders, Orders)],
    };

    // Values are drawn by whichever side writes; both sides draw from one sequence, in step with the control's.
    private static IReadOnlyList<LogicalWrite> DrawnWrites(int n) =>
    [
        LogicalWrite.Same($"insert into {{customers}} (name) values ('c{n}')"),
        LogicalWrite.Same($"insert into {{customers}} (name) values ('d{n}')"),
        LogicalWrite.Same($"insert into {{orders}} (customer_id, total) select id, {n} from {{customers}} where name = 'c{n}'"),
        LogicalWrite.Same($"insert into {{orders}} (customer_id, total) select id, {n} from {{customers}} where name = 'd{n}'"),
        LogicalWrite.Same($"update {{orders}} set customer_id = (select id from {{customers}} where name = 'd{n}') where total = 100"),
        LogicalWrite.Same($"update {{orders}} set customer_id = (select id from {{customers}} where name = 'c{n}') where total = 200"),
        LogicalWrite.Same($"delete from {{orders}} where total = {n} and customer_id = (select id from {{customers}} where name = 'd{n}')"),
    ];

    private static LifeCase Serial() => new("change_primary_key_serial")
    {
        Engine = "postgres",
        Setup =
        [
            "create table customers (id serial primary key, name text not null unique)",
            "create table orders (id integer generated by default as identity (start with 100 increment by 5) primary key, customer_id integer not null default 1 references customers (id), total integer)",
            "insert into customers (name) values ('Ada'), ('Grace')",
            "insert into orders (customer_id, total) values (1, 100), (2, 200), (1, 300)",
        ],
        Operations = """
              - change_primary_key: { table: orders, type: bigint }
              - change_primary_key: { table: customers, type: bigint }

            """,
        Writes = n =>
        [
            .. DrawnWrites(n),

            // A given value leaves the sequence alone in the control, but is drawn and thrown away through a view.
            LogicalWrite.Same($"insert into {{orders}} (total) values ({n}9)"),
        ],
        OldQueries = [Customers, Orders],
        NewQueries = [new(Customers, Customers), new(Orders, Orders)],
    };

    private static LifeCase SelfReference() => new("change_type_of_key_self_reference")
    {
        Engine = "postgres",
        Setup =
        [
            "create table staff (id integer primary key, boss integer references staff (id) on update cascade on delete set null deferrable initially immediate, name text)",
            "insert into staff (id, boss, name) values (1, null, 'Ada'), (2, 1, 'Grace'), (3, 2, 'Alan')",
        ],
        Operations = "  - change_type: { table: staff, column: id, type: bigint }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{staff}} (id, boss, name) values ({n}01, 1, 'a'), ({n}02, {n}01, 'b')"),
            LogicalWrite.Same($"insert into {{staff}} (id, boss, name) values ({n}03, {n}03, 'c'), ({n}04, {n}02, 'd')"),
            LogicalWrite.Same($"update {{staff}} set id = {n}05 where id = {n}01"),
            LogicalWrite.Same($"update {{staff}} set id = {n}06, boss = {n}05 where id = {n}02"),
            LogicalWrite.Same($"update {{staff}} set boss = {n}04 where id = 3"),
            LogicalWrite.Same($"delete from {{staff}} where id = {n}06"),
            LogicalWrite.Same($"delete from {{staff}} where id = {n}04"),
        ],
        OldQueries = [Staff],
        NewQueries = [new(Staff, Staff)],
    };

    private static LifeCase Text() => new("change_type_of_key_to_text")
    {
        Engine = "postgres",
        Setup =
        [
            "create table orders (tenant integer, id integer, note text, primary key (tenant, id), unique (id))",
            "create table lines (tenant integer, order_id integer, position integer, item text, primary key (order_id, position), foreign key (tenant, order_id) references orders (tenant, id) on delete cascade)",
            "create table tags (order_id integer not null references orders (id), tag text, unique (order_id, tag))",
            "insert into orders values (1, 1, 'x'), (1, 2, 'y'), (2, 3, 'z')",
            "insert into lines values (1, 1, 1, 'a'), (1, 1, 2, 'b'), (2, 3, 1, 'c')",
            "insert into tags values (1, 't'), (3, 'u')",
        ],
        Operations = "  - change_type: { table: orders, column: id, type: text, up: \"'O-' || lpad(id::text, 8, '0')\", down: \"cast(substr(id, 3) as integer)\" }\n",
        Writes = n =>
        [
            new($"insert into {{orders}} (tenant, id, note) values (1, {n}01, 'n')", $"insert into {{orders}} (tenant, id, note) values (1, 'O-' || lpad('{n}01', 8, '0'), 'n')"),
            new($"insert into {{orders}} (tenant, id, note) values (1, {n}02, 'm')", $"insert into {{orders}} (tenant, id, note) values (1, 'O-' || lpad('{n}02', 8, '0'), 'm')"),
            new($"insert into {{lines}} (tenant, order_id, position, item) values (1, {n}01, 1, 'i')", $"insert into {{lines}} (tenant, order_id, position, item) values (1, 'O-' || lpad('{n}01', 8, '0'), 1, 'i')"),
            new($"insert into {{lines}} (tenant, order_id, position, item) values (1, {n}02, 1, 'j')", $"insert into {{lines}} (tenant, order_id, position, item) values (1, 'O-' || lpad('{n}02', 8, '0'), 1, 'j')"),
            new($"update {{lines}} set order_id = {n}02, position = 2 where order_id = {n}01", $"update {{lines}} set order_id = 'O-' || lpad('{n}02', 8, '0'), position = 2 where order_id = 'O-' || lpad('{n}01', 8, '0')"),
            new($"insert into {{tags}} (order_id, tag) values ({n}01, 'v')", $"insert into {{tags}} (order_id, tag) values ('O-' || lpad('{n}01', 8, '0'), 'v')"),
            new($"delete from {{orders}} where id = {n}02", $"delete from {{orders}} where id = 'O-' || lpad('{n}02', 8, '0')"),
        ],
        OldQueries = ["select tenant, id, note from {orders} order by 1, 2", "select tenant, order_id, position, item from {lines} order by 2, 3", "select order_id, tag from {tags} order by 1, 2"],
        NewQueries =
        [
            new("select tenant, id, note from {orders} order by 1, 2", "select tenant, 'O-' || lpad(id::text, 8, '0'), note from {orders} order by 1, 2"),
            new("select tenant, order_id, position, item from {lines} order by 2, 3", "select tenant, 'O-' || lpad(order_id::text, 8, '0'), position, item from {lines} order by 2, 3"),
            new("select order_id, tag from {tags} order by 1, 2", "select 'O-' || lpad(order_id::text, 8, '0'), tag from {tags} order by 1, 2"),
        ],
    };

    private static LifeCase Renamed() => new("change_primary_key_renamed")
    {
        Engine = "postgres",
        Setup = Shop("serial primary key"),
        Operations = """
              - rename_table: { from: customers, to: clients }
              - rename_column: { table: clients, from: id, to: number }
              - rename_column: { table: orders, from: customer_id, to: client }
              - change_primary_key: { table: clients, type: bigint }

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'c{n}')", $"insert into {{clients}} (number, name) values ({n}01, 'c{n}')"),
            new($"insert into {{orders}} (id, customer_id, total) values ({n}01, {n}01, 5)", $"insert into {{orders}} (id, client, total) values ({n}01, {n}01, 5)"),
            new($"update {{customers}} set id = {n}03 where id = {n}01", $"update {{clients}} set number = {n}03 where number = {n}01"),
            LogicalWrite.Same($"insert into {{cards}} (customer_id, digits) values ({n}03, 'x')"),
            new($"update {{orders}} set customer_id = 1 where id = {n}01", $"update {{orders}} set client = 1 where id = {n}01"),
            new($"delete from {{customers}} where id = {n}03", $"delete from {{clients}} where number = {n}03"),
        ],
        OldQueries = ShopQueries,
        NewQueries =
        [
            new("select number, name from {clients} order by 1", "select id, name from {customers} order by 1"),
            new("select id, client, total from {orders} order by id", Orders),
            .. ShopQueries.Skip(2).Select(q => new Comparison(q, q)),
        ],
    };

    private static LifeCase WordKey() => new("change_key_word")
    {
        Setup =
        [
            "create table countries (code varchar(9) not null primary key, name text)",
            "create table cities (name text not null, country varchar(9) references countries (code) on update cascade on delete cascade, size integer, primary key (name))",
            "create index cities_country on cities (country)",
            "insert into countries values ('GR', 'Greece'), ('IT', 'Italy'), ('ES', 'Spain')",
            "insert into cities values ('Athens', 'GR', 3), ('Rome', 'IT', 4), ('Bari', 'IT', 1), ('Atlantis', null, 0)",
        ],
        Operations = "  - change_primary_key: { table: countries, type: text, up: \"lower(code)\", down: \"upper(code)\" }\n",
        Writes = n =>
        [
            new($"insert into {{countries}} (code, name) values ('A{n}', 'a')", $"insert into {{countries}} (code, name) values ('a{n}', 'a')"),
            new($"insert into {{countries}} (code, name) values ('B{n}', 'b')", $"insert into {{countries}} (code, name) values ('b{n}', 'b')"),
            new($"insert into {{cities}} (name, country, size) values ('x{n}', 'A{n}', 1)", $"insert into {{cities}} (name, country, size) values ('x{n}', 'a{n}', 1)"),
            new($"insert into {{cities}} (name, country, size) values ('y{n}', 'B{n}', 1)", $"insert into {{cities}} (name, country, size) values ('y{n}', 'b{n}', 1)"),
            new($"update {{countries}} set code = 'C{n}' where code = 'A{n}'", $"update {{countries}} set code = 'c{n}' where code = 'a{n}'"),
            new($"update {{countries}} set code = 'D{n}', name = 'd' where code = 'B{n}'", $"update {{countries}} set code = 'd{n}', name = 'd' where code = 'b{n}'"),
            new($"update {{cities}} set country = 'C{n}' where name = 'y{n}'", $"update {{cities}} set country = 'c{n}' where name = 'y{n}'"),
            new($"update {{cities}} set size = size + 1 where country = 'C{n}'", $"update {{cities}} set size = size + 1 where country = 'c{n}'"),
            new($"delete from {{countries}} where code = 'D{n}'", $"delete from {{countries}} where code = 'd{n}'"),
            new($"delete from {{countries}} where code = 'C{n}'", $"delete from {{countries}} where code = 'c{n}'"),
        ],
        OldQueries = ["select code, name from {countries} order by 1", "select name, country, size from {cities} order by 1"],
        NewQueries =
        [
            new("select code, name from {countries} order by 1", "select lower(code), name from {countries} order by 1"),
            new("select name, country, size from {cities} order by 1", "select name, lower(country), size from {cities} order by 1"),
        ],
    };

    private static LifeCase AddPrimaryKey() => new("add_primary_key")
    {
        Setup = ["create table lines (order_id integer, position integer not null, item text)", "insert into lines values (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')"],
        Operations = "  - add_primary_key: { table: lines, columns: [ order_id, position ] }\n",
        Writes = LineWrites,
        OldQueries = [Lines],
        NewQueries = [new(Lines, Lines)],
    };

    private static LifeCase DropPrimaryKey() => new("drop_primary_key")
    {
        Setup = ["create table lines (order_id integer, position integer not null, item text, primary key (order_id, position))", "insert into lines values (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')"],
        Operations = "  - drop_primary_key: { table: lines }\n",
        Writes = LineWrites,
        OldQueries = [Lines],
        NewQueries = [new(Lines, Lines)],
    };

    private static LifeCase RenamePrimaryKey() => new("other_primary_key")
    {
        Engine = "postgres",
        Setup = ["create table lines (id integer primary key, order_id integer, position integer not null, item text)", "insert into lines values (1, 1, 1, 'a'), (2, 1, 2, 'b'), (3, 2, 1, 'c')"],
        Operations = """
              - drop_primary_key: { table: lines }
              - add_primary_key: { table: lines, columns: [ order_id, position ], enforce: live }
              - drop_column: { table: lines, column: id, down: "order_id * 1000 + position" }

            """,
        Writes = n =>
        [
            new($"insert into {{lines}} (id, order_id, position, item) values ({n}2001, {n}2, 1, 'x')", $"insert into {{lines}} (order_id, position, item) values ({n}2, 1, 'x')"),
            new($"insert into {{lines}} (id, order_id, position, item) values ({n}2002, {n}2, 2, 'y')", $"insert into {{lines}} (order_id, position, item) values ({n}2, 2, 'y')"),
            LogicalWrite.Same($"update {{lines}} set item = 'z{n}' where order_id = 1"),
            LogicalWrite.Same($"delete from {{lines}} where order_id = {n}2 and position = 2"),
        ],
        OldQueries = ["select id, order_id, position, item from {lines} order by 1"],
        NewQueries = [new(Lines, Lines)],
    };

    private static IReadOnlyList<LogicalWrite> LineWrites(int n) =>
    [
        LogicalWrite.Same($"insert into {{lines}} (order_id, position, item) values ({n}0, 1, 'x{n}')"),
        LogicalWrite.Same($"insert into {{lines}} (order_id, position, item) values ({n}0, 2, 'y{n}')"),
        LogicalWrite.Same($"update {{lines}} set position = 3 where order_id = {n}0 and position = 1"),
        LogicalWrite.Same($"delete from {{lines}} where order_id = {n}0 and position = 2"),
    ];
}
