namespace Tandem.Tests.Conformance.Life;

/// <summary>Keys, unique constraints and foreign keys of tables whose rows lie in partitions, in two levels, and foreign keys that refer to such a table.</summary>
internal static class PartitionRuleCases
{
    private static readonly string[] Sales =
    [
        "create table people (id integer primary key, name text not null)",
        "create table regions (region text primary key)",
        "insert into people values (1, 'Ada'), (2, 'Grace')",
        "insert into regions values ('eu'), ('us')",
        "create table sales (id integer not null, region text not null, kind text not null, number text, person integer, amount integer, constraint sales_once unique (id, region, kind), constraint sales_region foreign key (region) references regions on delete cascade) partition by list (region)",
        "create table sales_eu partition of sales for values in ('eu') partition by list (kind)",
        "create table sales_eu_a partition of sales_eu for values in ('a')",
        "create table sales_eu_rest partition of sales_eu default",
        "create table sales_us partition of sales for values in ('us')",
        "create table returns (id integer primary key, sale integer, region text, kind text)",
        "insert into sales values (1, 'eu', 'a', '10', 1, 5), (2, 'eu', 'b', '20', 2, 6), (3, 'us', 'a', '30', null, 7)",
        "insert into returns values (1, 1, 'eu', 'a'), (2, null, null, null)",
    ];

    private const string SalesRows = "select id, region, kind, number, person, amount from {sales} order by id";

    private const string ReturnRows = "select id, sale, region, kind from {returns} order by id";

    public static IEnumerable<LifeCase> All => [Uniques(), Keys(), ForeignKeys()];

    private static LifeCase Uniques() => new("partitioned_uniques")
    {
        Engine = "postgres",
        Setup = Sales,
        Operations = """
              - change_type: { table: sales, column: number, type: integer, up: "cast(number as integer)", down: "cast(number as text)" }
              - add_unique: { table: sales, name: sales_number, columns: [ number, region, kind ], enforce: live }
              - drop_unique: { table: sales, name: sales_once }
              - add_unique: { table: sales, name: sales_by_kind, columns: [ kind, region, id ] }

            """,
        Writes = n =>
        [
            new($"insert into {{sales}} values ({n}01, 'eu', 'q', '{n}77', 1, 1)", $"insert into {{sales}} (id, region, kind, number, person, amount) values ({n}01, 'eu', 'q', {n}77, 1, 1)"),
            new($"insert into {{sales}} values ({n}02, 'us', 'a', '{n}77', 2, 2)", $"insert into {{sales}} (id, region, kind, number, person, amount) values ({n}02, 'us', 'a', {n}77, 2, 2)"),
            new($"update {{sales}} set region = 'us', number = '{n}78' where id = {n}01", $"update {{sales}} set region = 'us', number = {n}78 where id = {n}01"),
            LogicalWrite.Same($"update {{sales}} set amount = {n} where id in (1, {n}02)"),
        ],
        OldQueries = [SalesRows, "select tableoid::regclass::text, count(*) from {sales} group by 1 order by 1"],
        NewQueries = [new("select id, region, kind, number, person, amount from {sales} order by id", "select id, region, kind, cast(number as integer), person, amount from {sales} order by id")],
    };

    private static LifeCase Keys() => new("partitioned_primary_keys")
    {
        Engine = "postgres",
        Setup =
        [
            .. Sales,
            "create table rates (day date, code text not null, rate text, constraint rates_once unique (code, day)) partition by range (day)",
            "create table rates_23 partition of rates for values from ('2023-01-01') to ('2024-01-01')",
            "create table rates_24 partition of rates for values from ('2024-01-01') to ('2025-01-01')",
            "alter table rates add primary key (day, code)",
            "insert into rates values ('2023-02-03', 'x', '1'), ('2024-02-03', 'y', '2')",
        ],
        Operations = """
              - add_primary_key: { table: sales, columns: [ id, region, kind ] }
              - drop_unique: { table: sales, name: sales_once }
              - drop_primary_key: { table: rates }
              - add_primary_key: { table: rates, name: rates_key, columns: [ code, day ] }
              - rename_column: { table: rates, from: rate, to: value }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{sales}} (id, region, kind, number) values ({n}01, 'eu', 'q', '{n}'), ({n}02, 'us', 'q', '{n}')"),
            LogicalWrite.Same($"update {{sales}} set region = 'eu' where id = {n}02"),
            new($"insert into {{rates}} (day, code, rate) values ('2023-05-0{n}', 'n', '{n}'), ('2024-05-0{n}', 'n', '{n}')", $"insert into {{rates}} (day, code, value) values ('2023-05-0{n}', 'n', '{n}'), ('2024-05-0{n}', 'n', '{n}')"),
            new($"update {{rates}} set rate = '{n}7' where code = 'y'", $"update {{rates}} set value = '{n}7' where code = 'y'"),
        ],
        OldQueries = [SalesRows, "select day::text, code, rate from {rates} order by 1, 2"],
        NewQueries = [new(SalesRows, SalesRows), new("select day::text, code, value from {rates} order by 1, 2", "select day::text, code, rate from {rates} order by 1, 2")],
    };

    private static LifeCase ForeignKeys() => new("partitioned_foreign_keys")
    {
        Engine = "postgres",
        Setup = Sales,
        Operations = """
              - rename_column: { table: sales, from: person, to: buyer }
              - add_foreign_key: { table: sales, name: sales_buyer, columns: [ buyer ], references: { table: people, columns: [ id ] }, on_delete: set_null }
              - drop_foreign_key: { table: sales, name: sales_region }
              - add_foreign_key: { table: returns, columns: [ sale, region, kind ], references: { table: sales, columns: [ id, region, kind ] }, enforce: live }

            """,
        Writes = n =>
        [
            new($"insert into {{sales}} values ({n}01, 'eu', 'q', '{n}', 1, {n})", $"insert into {{sales}} (id, region, kind, number, buyer, amount) values ({n}01, 'eu', 'q', '{n}', 1, {n})"),
            new($"insert into {{sales}} values ({n}02, 'us', 'a', '{n}', 2, {n})", $"insert into {{sales}} (id, region, kind, number, buyer, amount) values ({n}02, 'us', 'a', '{n}', 2, {n})"),
            LogicalWrite.Same($"update {{sales}} set region = 'us' where id = {n}01"),
            LogicalWrite.Same($"insert into {{returns}} values ({n}01, {n}01, 'us', 'q')"),
            LogicalWrite.Same($"delete from {{sales}} where id = {n}02"),
        ],
        OldQueries = [SalesRows, ReturnRows],
        NewQueries = [new("select id, region, kind, number, buyer, amount from {sales} order by id", SalesRows), new(ReturnRows, ReturnRows)],
    };
}
