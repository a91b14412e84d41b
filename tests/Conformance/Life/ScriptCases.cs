namespace Tandem.Tests.Conformance.Life;

/// <summary>SQL of a migration's own, with a way back and without.</summary>
public static class ScriptCases
{
    private const string Rows = "select id, name from {people} order by id";

    private static readonly IReadOnlyList<string> Setup =
    [
        "create table people (id integer primary key, name text not null)",
        "insert into people values (1, 'Ada'), (2, 'Alan; the second'), (3, 'Grace')",
    ];

    public static IEnumerable<LifeCase> All => [WayBack(), NoWayBack()];

    private static LifeCase WayBack() => new("sql_script")
    {
        Setup = Setup,
        Operations = """
              - sql:
                  up: |
                    create index people_by_name on people (name); -- one; of two
                    create view named as select id, name from people where name <> ';';
                  down: drop view named; drop index people_by_name
                  touches: [ people ]
              - sql:
                  up: insert into people (id, name) values (500, 'five; hundred')
                  down: delete from people where id = 500

            """,
        More = "accept: [ { code: TDM2086, reason: a test without a sandbox } ]\n",
        Writes = Writes,
        OldQueries = [Rows.Replace("order by", "where id <> 500 order by", StringComparison.Ordinal)],
        NewQueries =
        [
            new("select id, name from {named} where id <> 500 order by id", Rows),
            new("select name from {people} where id = 500", "select 'five; hundred'"),
        ],
    };

    private static LifeCase NoWayBack() => new("sql_script without a way back")
    {
        Setup = Setup,
        Operations = "  - sql: { up: \"insert into people (id, name) values (600, 'stays')\" }\n",
        More = "accept: [ { code: TDM2085, reason: the row may stay }, { code: TDM2086, reason: a test without a sandbox } ]\n",
        Writes = Writes,
        OldQueries = [Rows.Replace("order by", "where id <> 600 order by", StringComparison.Ordinal)],
        NewQueries = [new("select count(*) from {people} where id = 600", "select 1")],
    };

    private static IReadOnlyList<LogicalWrite> Writes(int n) =>
    [
        LogicalWrite.Same($"insert into {{people}} (id, name) values ({n}01, 'p{n}')"),
        LogicalWrite.Same($"update {{people}} set name = 'changed {n}' where id = 2"),
        LogicalWrite.Same("delete from {people} where id = 3"),
    ];
}
