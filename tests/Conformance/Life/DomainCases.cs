namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on domains, and tables whose columns have some.</summary>
internal static class DomainCases
{
    private static readonly string[] People =
    [
        "create domain grade as integer default 3 constraint high check (value > 0)",
        "create table customers (id integer primary key, name text, score grade)",
        "insert into customers (id, name, score) values (1, 'Ada', 10), (2, 'Grace', 20)",
    ];

    private static readonly string[] PeopleQueries = ["select id, name, score from {customers} order by id"];

    public static IEnumerable<LifeCase> All => [Create(), Drop(), RenameBesideDomain(), Alter(), AlterNull(), Rename()];

    private static LifeCase Create() => new("create_domain")
    {
        Engine = "postgres",
        Setup = People,
        Operations = """
              - create_domain: { name: label, type: varchar(20), collation: '"C"', comment: short }
              - create_domain:
                  name: price
                  type: numeric(10,2)
                  default: "1.5"
                  nullable: false
                  checks: [ { name: positive, expression: value >= 0 }, { name: small, expression: VALUE < 1000 } ]
              - add_column: { table: customers, name: label, type: label, up: "left(name, 20)" }
              - create_table:
                  name: items
                  columns: [ { name: id, type: integer, nullable: false }, { name: price, type: price } ]
                  primary_key: [ id ]

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, name, label) values ({n}01, 'O', 'O')"),
            LogicalWrite.Same($"update {{customers}} set score = {n} where id = 1"),
        ],
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, label, score from {customers} order by id", "select id, name, score from {customers} order by id"),
            new("select id, price from {items}", "select 1, 1.5 where false"),
        ],
    };

    private static LifeCase Drop() => new("drop_domain")
    {
        Engine = "postgres",
        Setup = [.. People, "create domain unused as text check (value <> '')", "comment on domain unused is 'why'"],
        Operations = "  - drop_domain: { name: unused }\n",
        Writes = n => [LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'O')")],
        OldQueries = PeopleQueries,
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase RenameBesideDomain() => new("rename_column beside a domain with a default")
    {
        Engine = "postgres",
        Setup = People,
        Operations = "  - rename_column: { table: customers, from: name, to: full_name }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, full_name) values ({n}01, 'O')"),
            new($"insert into {{customers}} (id, name) values ({n}02, 'P')", $"insert into {{customers}} (id, full_name) values ({n}02, 'P')"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, full_name, score from {customers} order by id", PeopleQueries[0])],
    };

    private static LifeCase Alter() => new("alter_domain")
    {
        Engine = "postgres",
        Setup = [.. People, "comment on constraint high on domain grade is 'why'", "create table marks (day integer primary key, \"The Mark\" grade not null)", "insert into marks values (1, 5)"],
        More = "accept: [ { code: TDM2047, reason: The tables are small } ]\n",
        Operations = """
              - alter_domain:
                  name: grade
                  default: "7"
                  add_checks: [ { name: Not too high, expression: VALUE < 1000000 or value is null } ]
                  drop_checks: [ high ]

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n}1), ({n}02, 'P', null)"),
            LogicalWrite.Same($"update {{customers}} set score = {n} where id = 1"),
            LogicalWrite.Same($"update {{marks}} set \"The Mark\" = {n}2 where day = 1"),
        ],
        OldQueries = [.. PeopleQueries, "select * from {marks}"],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase Rename() => new("rename_domain")
    {
        Engine = "postgres",
        Setup =
        [
            .. People, "comment on domain grade is 'why'", "create domain top as grade check (value > 5)",
            "create table marks (day integer primary key, \"The Mark\" grade not null, best top, all_marks grade[])",
            "insert into marks values (1, 5, 6, array[1, 2]::grade[])",
            "alter table marks add constraint fair check (\"The Mark\" < 1000000)",
            "create view high_marks as select day, \"The Mark\"::grade as mark from marks where \"The Mark\" > 4::grade",
        ],
        Operations = "  - rename_domain: { from: grade, to: Final grade }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n}1::grade), ({n}02, 'P', null)", $"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n}1::\"Final grade\"), ({n}02, 'P', null)"),
            new($"update {{customers}} set score = cast({n} as grade) where id = 1", $"update {{customers}} set score = cast({n} as \"Final grade\") where id = 1"),
            new($"update {{marks}} set \"The Mark\" = {n}2, all_marks = array[{n}]::grade[] where day = 1", $"update {{marks}} set \"The Mark\" = {n}2, all_marks = array[{n}]::\"Final grade\"[] where day = 1"),
        ],
        OldQueries = [.. PeopleQueries, "select day, \"The Mark\", best, all_marks::integer[] from {marks}", "select day, mark from {high_marks}", "select count(*) from {customers} where score = any (array[1, 2]::grade[])"],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0]), new("select day, mark from {high_marks}", "select day, mark from {high_marks}"), new("select '7'::\"Final grade\"", "select '7'::grade")],
    };

    private static LifeCase AlterNull() => new("alter_domain_null")
    {
        Engine = "postgres",
        Setup =
        [
            "create domain label as text not null", "create domain kind as text default 'x'",
            "create table customers (id integer primary key, name label, kind kind)", "insert into customers values (1, 'Ada', 'a'), (2, 'Grace', 'b')",
        ],
        More = "accept: [ { code: TDM2047, reason: The tables are small } ]\n",
        Operations = """
              - alter_domain: { name: label, nullable: true }
              - alter_domain: { name: kind, nullable: false, drop_default: true }

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{customers}} (id, name, kind) values ({n}01, 'O', 'k')"),
            LogicalWrite.Same($"update {{customers}} set name = 'n{n}', kind = 'k{n}' where id = 1"),
        ],
        OldQueries = ["select id, name, kind from {customers} order by id"],
        NewQueries = [new("select id, name, kind from {customers} order by id", "select id, name, kind from {customers} order by id")],
    };
}
