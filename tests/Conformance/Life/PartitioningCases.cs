namespace Tandem.Tests.Conformance.Life;

/// <summary>Tables that become partitioned ones. Some writes move a row to another partition, change its key, or meet what refers to it.</summary>
internal static class PartitioningCases
{
    private static readonly string[] Orders =
    [
        "create table customers (id integer primary key, name text not null)",
        "insert into customers values (1, 'Ada'), (2, 'Grace')",
        """
        create table orders (id bigserial, placed date not null, customer integer references customers (id), code text not null, amount numeric(10, 2) not null default 0,
          doubled numeric generated always as (amount * 2) stored, constraint orders_pkey primary key (id, placed), constraint orders_code_key unique (code, placed), constraint amount_there check (amount >= 0))
        """,
        "create index orders_customer on orders (customer) where customer is not null",
        "create index orders_lower on orders (lower(code) desc) include (amount)",
        "comment on table orders is 'What was ordered'",
        "comment on column orders.code is 'On the slip'",
        "create table lines (id integer primary key, \"order\" bigint, placed date, what text, constraint lines_order foreign key (\"order\", placed) references orders (id, placed) on delete cascade on update cascade)",
        "insert into orders (placed, customer, code, amount) values ('2023-02-03', 1, 'a', 1.50), ('2024-02-03', 2, 'b', 2), ('2025-02-03', null, 'c', 3), ('2024-03-03', 1, 'd', 4), ('2024-04-03', 1, 'e', 5)",
        "insert into lines values (1, 1, '2023-02-03', 'x'), (2, 2, '2024-02-03', 'y'), (3, 4, '2024-03-03', 'z')",
    ];

    public static IEnumerable<LifeCase> All => [Range(), List(), Hash(), Made()];

    // Before 15 the server takes a row that moves to another partition for one that is deleted, so that such a foreign key is refused.
    private static LifeCase Range() => new("partition_table_range")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = Orders,
        Operations = """
              - partition_table:
                  table: orders
                  by: range
                  columns: [ placed ]
                  partitions:
                    - { name: orders_past, to: "2024-01-01" }
                    - { name: orders_2024, from: "2024-01-01", to: "2025-01-01" }
                    - { name: orders_coming, from: "2025-01-01" }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{orders}} (placed, customer, code, amount) values ('2023-05-0{n}', 1, 'n{n}', {n}), ('2024-05-0{n}', 2, 'm{n}', {n})"),
            LogicalWrite.Same($"insert into {{orders}} (id, placed, code) values ({n}001, '2025-05-0{n}', 'k{n}') on conflict (id, placed) do update set code = excluded.code"),
            LogicalWrite.Same($"insert into {{lines}} values ({n}1, {n}001, '2025-05-0{n}', 'new{n}')"),
            LogicalWrite.Same($"update {{orders}} set amount = amount + {n} where id in (1, 2)"),
            LogicalWrite.Same($"update {{orders}} set placed = case when placed < '2024-01-01' then date '2025-07-08' else date '2023-07-08' end, code = 'moved{n}' where id = 4"),
            LogicalWrite.Same($"update {{orders}} set id = id + 1 where id = {n}001"),
            LogicalWrite.Same("update {orders} set amount = amount"),
            LogicalWrite.Same($"with gone as (delete from {{orders}} where code = 'n{n}' returning placed, customer, amount) insert into {{orders}} (id, placed, customer, code, amount) select {n}500, placed, customer, 'again{n}', amount from gone"),
            LogicalWrite.Same($"delete from {{orders}} where code = 'm{n}'"),
            LogicalWrite.Same($"delete from {{orders}} where id = {n}002"),
        ],
        OldQueries = OrderQueries,
        NewQueries = [.. OrderQueries.Select(q => new Comparison(q, q))],
    };

    private static readonly string[] OrderQueries =
    [
        "select id, placed::text, customer, code, amount, doubled from {orders} order by id",
        "select * from {lines} order by id",
        "select obj_description('{orders}'::regclass) || col_description('{orders}'::regclass, 4)",
    ];

    // Before 18 a table in partitions has no foreign key that is not proved: its partitions have it until then.
    private static LifeCase Made() => new("create_table that is divided")
    {
        Engine = "postgres",
        Setup = ["create table customers (id integer primary key, name text not null)", "insert into customers values (1, 'Ada'), (2, 'Grace')"],
        Operations = """
              - create_table:
                  name: Visits of
                  columns:
                    - { name: id, type: bigint, identity: by_default }
                    - { name: at, type: date, nullable: false }
                    - { name: customer, type: integer }
                    - { name: note, type: text }
                  primary_key: [ id, at ]
                  foreign_keys: [ { columns: [ customer ], references: { table: customers, columns: [ id ] }, on_delete: cascade } ]
              - partition_table:
                  table: Visits of
                  by: range
                  columns: [ at ]
                  partitions:
                    - { name: visits_2024, from: "2024-01-01", to: "2025-01-01" }
                    - { name: "Visits later", from: "2025-01-01" }
                  default: visits_rest
              - create_index: { table: Visits of, name: visits_note, columns: [ { name: note } ] }
              - create_table:
                  name: stays
                  columns:
                    - { name: id, type: integer, nullable: false }
                    - { name: visit, type: bigint }
                    - { name: at, type: date }
                  primary_key: [ id ]
                  foreign_keys: [ { columns: [ visit, at ], references: { table: Visits of, columns: [ id, at ] }, on_delete: cascade, on_update: cascade } ]

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} values ({n}1, 'c{n}'), ({n}2, 'd{n}')"),
            new("select 1", $"insert into {{Visits of}} (id, at, customer, note) values ({n}1, '2024-05-0{n}', {n}1, 'a'), ({n}2, '2025-05-0{n}', {n}2, 'b'), ({n}3, '2020-05-0{n}', 1, null); insert into {{stays}} values ({n}, {n}1, '2024-05-0{n}')"),
            new("select 1", $"update {{Visits of}} set note = 'seen' where id = {n}3"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}2"),
        ],
        OldQueries = ["select * from {customers} order by id"],
        NewQueries =
        [
            new("select * from {customers} order by id", "select * from {customers} order by id"),
            new("select count(*) from {Visits of} v where not exists (select from {customers} c where c.id = v.customer)", "select 0"),
            new("select count(*) from {stays} s where not exists (select from {Visits of} v where v.id = s.visit)", "select 0"),
        ],
    };

    private static LifeCase List() => new("partition_table_list")
    {
        Engine = "postgres",
        Setup =
        [
            "create table \"Stock of\" (id integer generated always as identity (start with 100 increment by 5), region text not null, \"Kind\" text, note text, changed integer not null default 0, constraint stock_pkey primary key (region, id)) with (fillfactor = 70)",
            "create function note_change() returns trigger language plpgsql as $$ begin new.changed := old.changed + 1; return new; end $$",
            "create trigger note_change before update on \"Stock of\" for each row execute function note_change()",
            "create table changes (what text)",
            "create function keep_change() returns trigger language plpgsql as $$ begin insert into changes values (tg_op); return null; end $$",
            "create trigger keep_change after insert or delete on \"Stock of\" for each row execute function keep_change()",
            "create trigger off after insert on \"Stock of\" execute function keep_change()",
            "alter table \"Stock of\" disable trigger off",
            "insert into \"Stock of\" (region, \"Kind\", note) values ('eu', 'a', 'x'), ('us', null, 'y'), ('asia', 'b', null)",
        ],
        Operations = """
              - partition_table:
                  table: Stock of
                  by: list
                  columns: [ region ]
                  partitions:
                    - { name: stock_eu, values: [ eu, uk ] }
                    - { name: "Stock us", values: [ us ] }
                  default: stock_rest

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{Stock of}} (region, \"Kind\", note) values ('eu', 'k{n}', 'n'), ('africa', 'k{n}', null)"),
            LogicalWrite.Same($"update {{Stock of}} set note = 'seen{n}' where region in ('eu', 'us')"),
            LogicalWrite.Same($"update {{Stock of}} set region = case region when 'us' then 'uk' else 'us' end where id = 105"),
            LogicalWrite.Same($"insert into {{Stock of}} (id, region) overriding system value values ({n}, 'mars')"),
            LogicalWrite.Same($"update {{Stock of}} set region = 'eu' where id = {n}"),
            LogicalWrite.Same($"delete from {{Stock of}} where \"Kind\" = 'k{n}' and region = 'africa'"),
        ],
        OldQueries = StockQueries,
        NewQueries = [.. StockQueries.Select(q => new Comparison(q, q))],
    };

    // After complete a row that changes its partition has been deleted and inserted, and triggers say so.
    private static readonly string[] StockQueries = ["select * from {Stock of} order by id"];

    private static LifeCase Hash() => new("partition_table_hash")
    {
        Engine = "postgres",
        Setup =
        [
            "create table keys_only (a integer not null, b text collate \"C\" not null, primary key (a, b))",
            "create table readings (device integer not null, at timestamptz not null, value jsonb, constraint readings_pkey primary key (device, at))",
            "create index readings_value on readings using gin (value)",
            "create table alarms (id integer primary key, device integer, at timestamptz, foreign key (device, at) references readings deferrable)",
            "insert into keys_only select i, 'k' || i from generate_series(1, 6) i",
            "insert into readings select i, timestamptz '2024-01-01 00:00:00+00' + make_interval(hours => i), to_jsonb(i) from generate_series(1, 9) i",
            "insert into alarms values (1, 5, '2024-01-01 05:00:00+00'), (2, null, null)",
        ],
        Operations = """
              - partition_table: { table: readings, by: hash, columns: [ device ], partitions: [ { name: readings_0 }, { name: readings_1 }, { name: readings_2 } ] }
              - partition_table: { table: keys_only, by: hash, columns: [ b, a ], partitions: [ { name: keys_0 }, { name: keys_1 } ] }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{readings}} values ({n}00, '2025-01-0{n} 00:00:00+00', '[{n}, 0]'), ({n}01, '2025-01-0{n} 00:00:00+00', null)"),
            LogicalWrite.Same($"update {{readings}} set device = device + 50, value = '[{n}]' where device in (1, {n}00)"),
            LogicalWrite.Same($"update {{readings}} set device = device - 50 where value = '[{n}]'"),
            LogicalWrite.Same($"insert into {{alarms}} select {n}0, device, at from {{readings}} where device = 6"),
            LogicalWrite.Same($"insert into {{keys_only}} values ({n}0, 'n{n}'), ({n}1, 'n{n}')"),
            LogicalWrite.Same($"update {{keys_only}} set a = a + 1 where b = 'n{n}' and a = {n}1"),
            LogicalWrite.Same($"delete from {{keys_only}} where a = {n}0"),
            LogicalWrite.Same($"delete from {{readings}} where device = {n}01"),
        ],
        OldQueries = ReadingQueries,
        NewQueries = [.. ReadingQueries.Select(q => new Comparison(q, q))],
    };

    private static readonly string[] ReadingQueries = ["select device, at::text, value::text from {readings} order by device, at", "select * from {keys_only} order by a, b", "select id, device from {alarms} order by id"];
}
