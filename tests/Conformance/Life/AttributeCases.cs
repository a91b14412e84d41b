namespace Tandem.Tests.Conformance.Life;

/// <summary>Several attributes of a column at once, and several operations on one column.</summary>
internal static class AttributeCases
{
    private static readonly string[] People =
    [
        "create table people (id integer primary key, name text not null, status text not null default 'new', score text)",
        "insert into people (id, name, status, score) values (1, 'Ada', 'new', '10'), (2, 'Grace', 'old', '20'), (3, 'Plato', 'new', '30')",
    ];

    private const string Old = "select id, name, status, score from {people} order by id";

    public static IEnumerable<LifeCase> All => [AlterType(), AlterValues(), AlterRest(), Copy(), OneColumnOften()];

    private static LifeCase AlterType() => new("alter_column_type")
    {
        Setup = People,
        Operations = "  - alter_column: { table: people, column: score, name: points, type: integer, up: cast(score as integer), down: cast(points as text), nullable: false, default: '0' }\n",
        Writes = Points("points"),
        OldQueries = [Old],
        NewQueries = [new("select id, name, status, points from {people} order by id", "select id, name, status, cast(score as integer) from {people} order by id")],
    };

    // The index and the unique rule hold for the new values, too.
    private static LifeCase AlterValues() => new("alter_column_values")
    {
        Setup = [.. People, "create unique index people_once on people (name, status)", "create index people_status on people (status)"],
        Operations = "  - alter_column: { table: people, column: status, up: upper(status), down: lower(status), default: \"'NEW'\" }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{people}} (id, name) values ({n}01, 'a{n}')"),
            new($"insert into {{people}} (id, name, status) values ({n}02, 'b{n}', 's{n}')", $"insert into {{people}} (id, name, status) values ({n}02, 'b{n}', 'S{n}')"),
            new($"update {{people}} set status = 't{n}' where id = 1", $"update {{people}} set status = 'T{n}' where id = 1"),
            LogicalWrite.Same($"update {{people}} set name = 'c{n}' where id = 2"),
        ],
        OldQueries = [Old],
        NewQueries = [new("select id, name, status, score from {people} order by id", "select id, name, upper(status), score from {people} order by id")],
    };

    private static LifeCase AlterRest() => new("alter_column_rest")
    {
        Setup = People,
        Operations = "  - alter_column: { table: people, column: status, name: state, nullable: true, default: \"'fresh'\" }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name, status) values ({n}01, 'a', 'fresh')", $"insert into {{people}} (id, name) values ({n}01, 'a')"),
            new($"insert into {{people}} (id, name) values ({n}02, 'b')", $"insert into {{people}} (id, name, state) values ({n}02, 'b', 'new')"),
            new($"update {{people}} set status = 's{n}' where id = 1", $"update {{people}} set state = 's{n}' where id = 1"),
        ],
        OldQueries = [Old],
        NewQueries = [new("select id, name, state, score from {people} order by id", Old)],
    };

    private static LifeCase Copy() => new("copy_column")
    {
        Setup = People,
        Operations = "  - copy_column: { table: people, column: name, to: nick }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name) values ({n}01, 'a')", $"insert into {{people}} (id, name, nick) values ({n}01, 'a', 'a')"),
            new($"update {{people}} set name = 'b{n}' where id = 1", $"update {{people}} set name = 'b{n}', nick = 'b{n}' where id = 1"),
            LogicalWrite.Same($"update {{people}} set status = 'c{n}' where id = 2"),
        ],
        OldQueries = [Old],
        NewQueries = [new("select id, name, nick from {people} where id < 100 order by id", "select id, name, name from {people} where id < 100 order by id")],
    };

    private static LifeCase OneColumnOften() => new("one_column_often")
    {
        Setup = People,
        Operations = """
              - rename_column: { table: people, from: score, to: points }
              - rename_column: { table: people, from: points, to: marks }
              - change_type: { table: people, column: marks, type: integer, up: cast(score as integer), down: cast(marks as text) }
              - set_default: { table: people, column: marks, default: "1" }
              - set_default: { table: people, column: marks, default: "0" }
              - set_not_null: { table: people, column: marks }

            """,
        Writes = Points("marks"),
        OldQueries = [Old],
        NewQueries = [new("select id, name, status, marks from {people} order by id", "select id, name, status, cast(score as integer) from {people} order by id")],
    };

    private static Func<int, IReadOnlyList<LogicalWrite>> Points(string column) => n =>
    [
        new($"insert into {{people}} (id, name, score) values ({n}01, 'a', '0')", $"insert into {{people}} (id, name) values ({n}01, 'a')"),
        new($"insert into {{people}} (id, name, score) values ({n}02, 'b', '{n}')", $"insert into {{people}} (id, name, {column}) values ({n}02, 'b', {n})"),
        new($"update {{people}} set score = '{n}7' where id = 1", $"update {{people}} set {column} = {n}7 where id = 1"),
        LogicalWrite.Same($"delete from {{people}} where id = {n}02"),
    ];
}
