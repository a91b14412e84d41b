using Tandem.Migrations;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What <c>tandem new --pattern</c> writes, as it stands, on tables of the names in it.</summary>
internal static class PatternCases
{
    private const string Orders = "select id, amount, status from {orders} order by id";

    private static readonly string[] Shop =
    [
        "create table orders (id integer primary key, amount integer not null, status text)",
        "insert into orders values (1, 1050, 'done'), (2, 200, 'closed'), (3, 0, null), (4, 99, 'done'), (5, 7, 'closed')",
    ];

    public static IEnumerable<LifeCase> All =>
    [
        Blank(), AddOnly(), SafeRename(), Split(), Merge(), TypeChange(), IdToBigint(), RequiredField(), Deprecate(), Archive(), Backfill(), ExtractTable(),
    ];

    private static LifeCase Blank() => Of("blank", ["create table customers (id integer primary key, name text)", "insert into customers values (1, 'Ada')"],
    [
        new("insert into {customers} (id, name) values ({n}01, 'N')", "insert into {customers} (id, name, note) values ({n}01, 'N', 'new')"),
    ],
    "select id, name from {customers} order by id",
    [
        new("select id, name from {customers} order by id", "select id, name from {customers} order by id"),
    ]);

    private static LifeCase AddOnly() => Of("add-only", ["create table customers (id integer primary key, name text)", "insert into customers values (1, 'Ada'), (2, 'Alan')"],
    [
        LogicalWrite.Same("insert into {customers} (id, name) values ({n}01, 'N')"),
        LogicalWrite.Same("update {customers} set name = 'M' where id = {n}01"),
    ],
    "select id, name from {customers} order by id",
    [
        new("select id, name, case when newsletter then 1 else 0 end from {customers} order by id", "select id, name, 0 from {customers} order by id"),
        new("select count(*) from {customer_tags}", "select 0"),
    ]);

    private static LifeCase SafeRename() => Of("safe-rename", ["create table customers (id integer primary key, login text)", "insert into customers values (1, 'ada'), (2, null)"],
    [
        new("insert into {customers} (id, login) values ({n}01, 'l{n}')", "insert into {customers} (id, email) values ({n}01, 'l{n}')"),
        new("update {customers} set login = 'm{n}' where id = 1", "update {customers} set email = 'm{n}' where id = 1"),
    ],
    "select id, login from {customers} order by id",
    [
        new("select id, email from {customers} order by id", "select id, login from {customers} order by id"),
    ]);

    private static LifeCase Split() => Of("split", ["create table customers (id integer primary key, name text not null)", "insert into customers values (1, 'Ada Lovelace'), (2, 'Plato')"],
    [
        new("insert into {customers} (id, name) values ({n}01, 'Alan Turing')", "insert into {customers} (id, first_name, last_name) values ({n}01, 'Alan', 'Turing')"),
        new("update {customers} set name = 'Grace Hopper' where id = 1", "update {customers} set first_name = 'Grace', last_name = 'Hopper' where id = 1"),
    ],
    "select id, name from {customers} order by id",
    [
        new("select id, first_name || coalesce(' ' || last_name, '') from {customers} order by id", "select id, name from {customers} order by id"),
    ]);

    private static LifeCase Merge() => Of("merge", ["create table customers (id integer primary key, street text not null, city text not null)", "insert into customers values (1, 'Main', 'London'), (2, 'Side', 'Paris')"],
    [
        new("insert into {customers} (id, street, city) values ({n}01, 'Lane', 'Rome')", "insert into {customers} (id, address) values ({n}01, 'Lane, Rome')"),
        new("update {customers} set city = 'Oslo{n}' where id = 1", "update {customers} set address = 'Main, Oslo{n}' where id = 1"),
    ],
    "select id, street, city from {customers} order by id",
    [
        new("select id, address from {customers} order by id", "select id, street || ', ' || city from {customers} order by id"),
    ]);

    private static LifeCase TypeChange() => Of("type-change", Shop,
    [
        new("insert into {orders} (id, amount) values ({n}01, 1250)", "insert into {orders} (id, amount) values ({n}01, 12.5)"),
        new("update {orders} set amount = 350 where id = 1", "update {orders} set amount = 3.5 where id = 1"),
    ],
    Orders,
    [
        new("select id, cast(round(amount * 100) as integer), status from {orders} order by id", Orders),
    ]);

    private static LifeCase IdToBigint() => Of("id-to-bigint", Shop,
    [
        LogicalWrite.Same("insert into {orders} (id, amount) values ({n}01, 1)"),
        LogicalWrite.Same("update {orders} set id = {n}02 where id = {n}01"),
    ],
    Orders,
    [
        new(Orders, Orders),
    ]) with { Engine = "postgres" };

    private static LifeCase RequiredField() => Of("required-field", ["create table customers (id integer primary key, country text)", "insert into customers values (1, 'de'), (2, null), (3, 'FR')"],
    [
        new("insert into {customers} (id, country) values ({n}01, 'gb')", "insert into {customers} (id, country, country_code) values ({n}01, 'gb', 'GB')"),
    ],
    "select id, country from {customers} order by id",
    [
        new("select id, country, country_code from {customers} order by id", "select id, country, coalesce(upper(country), 'XX') from {customers} order by id"),
    ]);

    private static LifeCase Deprecate() => Of("deprecate", ["create table customers (id integer primary key, name text, fax text)", "insert into customers values (1, 'Ada', '1'), (2, 'Alan', null)"],
    [
        LogicalWrite.Same("insert into {customers} (id, name) values ({n}01, 'N')"),
        LogicalWrite.Same("update {customers} set name = 'Ada {n}' where id = 1"),
    ],
    "select id, name, fax from {customers} order by id",
    [
        new("select id, name from {customers} order by id", "select id, name from {customers} order by id"),
    ]);

    private static LifeCase Archive() => Of("archive", Shop,
    [
        LogicalWrite.Same("insert into {orders} (id, amount) values ({n}01, 1)"),
        LogicalWrite.Same("update {orders} set amount = 2 where id = {n}01"),
    ],
    Orders,
    [
        new(Orders, "select id, amount, status from {orders} where status is null or status <> 'closed' order by id"),
        new("select id, amount from {orders_archive} order by id", "select id, amount from {orders} where status = 'closed' order by id"),
    ]) with { SingleVersion = true };

    private static LifeCase Backfill() => Of("backfill", Shop,
    [
        LogicalWrite.Same("insert into {orders} (id, amount) values ({n}01, 1)"),
    ],
    Orders,
    [
        new(Orders, "select id, amount, case when status = 'done' then 'closed' else status end from {orders} order by id"),
    ]) with { SingleVersion = true };

    private static LifeCase ExtractTable() => Of("extract-table",
    [
        "create table customers (id integer primary key, name text, street text, city text)",
        "insert into customers values (1, 'Ada', 'Main', 'London'), (2, 'Plato', null, null)",
    ],
    [
        new("update {customers} set city = 'Paris {n}' where id = 1", "update {addresses} set city = 'Paris {n}' where customer_id = 1"),
        LogicalWrite.Same("insert into {customers} (id, name) values ({n}01, 'N')"),
        new("update {customers} set street = 'Lane' where id = {n}01", "insert into {addresses} (customer_id, street) values ({n}01, 'Lane')"),
    ],
    "select id, name, street, city from {customers} order by id",
    [
        new("select c.id, c.name, a.street, a.city from {customers} c left join {addresses} a on a.customer_id = c.id order by c.id", "select id, name, street, city from {customers} order by id"),
    ]);

    // The file's first line is its title; what stands behind the operations goes with them.
    private static LifeCase Of(string pattern, IReadOnlyList<string> setup, IReadOnlyList<LogicalWrite> writes, string old, IReadOnlyList<Comparison> queries)
    {
        const string operations = "\noperations:\n";
        var text = MigrationTemplate.Create("a pattern", [], pattern).Text;
        var (begin, end) = (text.IndexOf('\n', StringComparison.Ordinal) + 1, text.IndexOf(operations, StringComparison.Ordinal));
        return new LifeCase($"pattern_{pattern}")
        {
            Setup = setup,
            More = text[begin..(end + 1)],
            Operations = text[(end + operations.Length)..],
            Writes = n => writes.Select(w => new LogicalWrite(Numbered(w.Old, n), Numbered(w.New, n))).ToList(),
            OldQueries = [old],
            NewQueries = queries,
        };
    }

    private static string Numbered(string sql, int stage) => sql.Replace("{n}", stage.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
