namespace Tandem.Tests.Conformance.Life;

/// <summary>Tables that several sessions fill and compare at once, where the database takes several writers.</summary>
internal static class WorkerCases
{
    // Wide enough that a few rows fill a page: each session has pages of its own.
    private static readonly string Note = new('n', 1500);

    public static IEnumerable<LifeCase> All => [ByPages(), ByKeys(), ToAnotherTable()];

    private static LifeCase ByPages() => new("workers_by_pages")
    {
        Setup =
        [
            "create table customers (id integer primary key, score text, note text)",
            $"insert into customers (id, score, note) values {string.Join(", ", Enumerable.Range(1, 40).Select(i => $"({i}, '{i}0', '{Note}')"))}",
        ],
        More = "backfill: { workers: 2 }\n",
        Operations = "  - change_type: { table: customers, column: score, type: integer, up: \"cast(score as integer)\", down: \"cast(score as text)\" }\n",
        Writes = Writes,
        OldQueries = ["select id, score, note from {customers} order by id"],
        NewQueries = [new("select id, score, note from {customers} order by id", "select id, cast(score as integer), note from {customers} order by id")],
    };

    private static LifeCase ByKeys() => ByPages() with
    {
        Name = "workers_by_keys",
        Engine = "postgres",
        Setup =
        [
            "create table customers (id integer, region text not null, score text, note text, primary key (region, id)) partition by list (region)",
            "create table customers_n partition of customers for values in ('n')",
            "create table customers_s partition of customers default",
            $"insert into customers (id, region, score, note) values {string.Join(", ", Enumerable.Range(1, 40).Select(i => $"({i}, '{(i % 2 == 0 ? "n" : "it''s")}', '{i}0', '{Note}')"))}",
        ],
        Writes = n => [.. Writes(n).Select(w => new LogicalWrite(InRegion(w.Old), InRegion(w.New)))],
    };

    private static LifeCase ToAnotherTable() => new("workers_to_another_table")
    {
        Setup =
        [
            "create table customers (id integer primary key, score text, note text)",
            $"insert into customers (id, score, note) values {string.Join(", ", Enumerable.Range(1, 40).Select(i => $"({i}, '{i}0', {(i % 4 == 0 ? "null" : $"'n{i}'")})"))}",
        ],
        More = "backfill: { workers: 2 }\n",
        Operations = "  - extract_table: { table: customers, columns: [note], into: notes, key: [customer_id] }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, score) values ({n}01, '{n}1')"),
            new($"update {{customers}} set note = 'm{n}' where id in (1, 39)", $"update {{notes}} set note = 'm{n}' where customer_id in (1, 39)"),
            new($"update {{customers}} set note = 'k{n}' where id = {n}01", $"insert into {{notes}} (customer_id, note) values ({n}01, 'k{n}')"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}0"),
        ],
        OldQueries = ["select id, score, note from {customers} order by id"],
        NewQueries = [new("select c.id, c.score, n.note from {customers} c left join {notes} n on n.customer_id = c.id order by c.id", "select id, score, note from {customers} order by id")],
    };

    private static string InRegion(string sql) => sql.Replace("(id, score) values (", "(region, id, score) values ('n', ", StringComparison.Ordinal);

    private static IReadOnlyList<LogicalWrite> Writes(int n) =>
    [
        new($"insert into {{customers}} (id, score) values ({n}01, '{n}1')", $"insert into {{customers}} (id, score) values ({n}01, {n}1)"),
        new($"update {{customers}} set score = '{n}3' where id = 1", $"update {{customers}} set score = {n}3 where id = 1"),
        new($"update {{customers}} set score = '{n}4' where id = 39", $"update {{customers}} set score = {n}4 where id = 39"),
        LogicalWrite.Same($"update {{customers}} set score = null where id = {n}01"),
        LogicalWrite.Same($"delete from {{customers}} where id = {n}0"),
    ];
}
