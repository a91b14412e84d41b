namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on functions, procedures and aggregates, and what hangs on them.</summary>
internal static class FunctionCases
{
    private static readonly string[] People =
    [
        "create table customers (id integer primary key, name text not null, score integer)",
        "insert into customers (id, name, score) values (1, 'Ada Lovelace', 10), (2, 'Grace Hopper', 20), (3, 'Plato', null)",
    ];

    private static readonly string[] PeopleQueries = ["select id, name, score from {customers} order by id"];

    public static IEnumerable<LifeCase> All =>
    [
        Create(), CreateForTrigger(), Replace(), ReplaceBound(), ReplaceTrigger(), ReplaceResult(), ReplaceOverView(), Drop(), Procedure(),
    ];

    // The driver would cut a body that is no literal at its semicolons.
    private static string Bound(string sql) => $"do $do$ begin execute $sql${sql}$sql$; end $do$";

    private static IReadOnlyList<LogicalWrite> Writes(int n) =>
    [
        LogicalWrite.Same($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', {n})"),
        LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
        LogicalWrite.Same($"delete from {{customers}} where id = {n}01"),
    ];

    private static IReadOnlyList<LogicalWrite> Renamed(int n) =>
    [
        new($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', {n})", $"insert into {{customers}} (id, full_name, score) values ({n}01, 'Old {n}', {n})"),
        new($"update {{customers}} set name = 'Ada {n}' where id = 1", $"update {{customers}} set full_name = 'Ada {n}' where id = 1"),
    ];

    private const string Rename = "  - rename_column: { table: customers, from: name, to: full_name }\n";

    private static LifeCase Create() => new("create_function")
    {
        Engine = "postgres",
        Setup = [.. People, "create function label(integer) returns text language sql as 'select ''number '' || $1'"],
        Operations = Rename + """
              - create_function:
                  name: label
                  parameters: [ { name: "who?", type: varchar(40) }, { name: mark, type: text, default: "'!'" } ]
                  returns: text
                  body: select upper("who?") || mark
                  volatility: immutable
                  parallel: safe
                  strict: true
                  cost: 7
                  comment: it's loud
              - create_function:
                  name: names
                  parameters: [ { name: above, type: int } ]
                  returns: table (id integer, n text)
                  language: plpgsql
                  volatility: stable
                  rows: 3
                  security_definer: true
                  settings: { search_path: "public, pg_temp", work_mem: "'1MB'" }
                  body: "begin return query select c.id, c.full_name from customers c where c.id >= above; end"
              - create_function:
                  name: total
                  kind: aggregate
                  parameters: [ { type: int } ]
                  body: sfunc = int4pl, stype = integer, initcond = '0'
              - create_function:
                  name: bound
                  parameters: [ { name: wanted, type: integer } ]
                  returns: text
                  body: begin atomic select full_name from customers where id = wanted; end;

            """,
        Writes = Renamed,
        OldQueries = [.. PeopleQueries, "select label(3)"],
        NewQueries =
        [
            new("select id, n, {label}(n) from {names}(1) order by id", "select id, name, upper(name) || '!' from {customers} order by id"),
            new("select {total}(score) from {customers}", "select sum(score) from {customers}"),
            new("select {bound}(id) from {customers} order by id", "select name from {customers} order by id"),
            new("select label(3)", "select 'number 3'"),
        ],
    };

    private static LifeCase CreateForTrigger() => new("create_function for a trigger and a view")
    {
        Engine = "postgres",
        Setup = [.. People, "create table log (id integer, note text)"],
        Operations = """
              - create_function: { name: note, returns: trigger, language: plpgsql, body: "begin insert into log values (new.id, tg_name); return null; end" }
              - create_trigger: { table: customers, name: noted, events: insert, execute: note() }
              - create_function: { name: loud, parameters: [ { type: text } ], returns: text, body: return upper($1), volatility: immutable }
              - create_view: { name: names, query: "select id, loud(name) as n from customers" }
              - create_function: { name: all_names, returns: setof names, body: select * from names order by id, settings: { search_path: public } }

            """,
        Writes = Writes,
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, n from {names} order by id", "select id, upper(name) from {customers} order by id"),
            new("select id, n from {all_names}()", "select id, upper(name) from {customers} order by id"),
        ],
    };

    private static LifeCase Replace() => new("replace_function")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create function title(who text, mark text default '!') returns text language plpgsql stable strict security definer cost 12 set search_path = public, pg_temp as $$ begin return who || mark; end $$",
            "comment on function title(text, text) is 'how they are called'",
            "revoke execute on function title(text, text) from public",
            "grant execute on function title(text, text) to pg_monitor with grant option",
            "create function title(integer) returns text language sql as 'select ''x'''",
            "create view titles as select id, title(name) as t from customers",
            "alter table customers add column greeting text default title('you')",
            "create function first_name(wanted integer) returns text language sql set search_path = public as 'select name from customers where id = wanted'",
        ],
        Operations = Rename + """
              - replace_function: { name: title, arguments: [ text, text ], body: "begin return upper(who) || mark; end", volatility: immutable }
              - replace_function: { name: first_name, body: "select split_part(full_name, ' ', 1) from customers where id = wanted" }

            """,
        Writes = Renamed,
        OldQueries = [.. PeopleQueries, "select id, title(name) from {customers} order by id", "select title(1), first_name(2)"],
        NewQueries =
        [
            new("select {title}(full_name, '?') from {customers} order by id", "select upper(name) || '?' from {customers} order by id"),
            new("select {first_name}(id) from {customers} order by id", "select split_part(name, ' ', 1) from {customers} order by id"),
        ],
    };

    private static LifeCase ReplaceBound() => new("replace_function that is bound to columns")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            Bound("create function points(wanted integer) returns text language sql begin atomic select score::text from customers where id = wanted; end"),
            Bound("create function untouched(wanted integer) returns text language sql begin atomic select name from customers where id = wanted; end"),
        ],
        Operations = """
              - change_type: { table: customers, column: score, type: text, up: "score::text", down: "score::integer" }
              - rename_column: { table: customers, from: name, to: full_name }
              - replace_function: { name: points, body: "begin atomic select score || ' points' from customers where id = wanted; end" }

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', {n})", $"insert into {{customers}} (id, full_name, score) values ({n}01, 'Old {n}', '{n}')"),
            new($"update {{customers}} set score = {n} where id = 1", $"update {{customers}} set score = '{n}' where id = 1"),
        ],
        OldQueries = [.. PeopleQueries, "select points(id), untouched(id) from {customers} order by id"],
        NewQueries =
        [
            new("select {points}(id) from {customers} order by id", "select score || ' points' from {customers} order by id"),
            new("select untouched(id) from {customers} order by id", "select name from {customers} order by id"),
        ],
    };

    private static LifeCase ReplaceTrigger() => new("replace_function of a trigger")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create table log (id integer, note text)",
            "create function note() returns trigger language plpgsql as $$ begin insert into log values (new.id, new.name); return null; end $$",
            "create trigger noted after insert on customers for each row execute function note()",
        ],
        Operations = Rename + "  - replace_function: { name: note, body: \"begin insert into log values (new.id, new.full_name); return null; end\" }\n",
        Writes = Renamed,
        OldQueries = [.. PeopleQueries, "select id, note from log order by id, note"],
        NewQueries = [new("select id, note from log order by id, note", "select id, note from log order by id, note")],
    };

    private static LifeCase ReplaceResult() => new("replace_function with another result")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create function best(above integer) returns integer language sql security definer set search_path = public as 'select max(score) from customers where score >= above'",
            "comment on function best(integer) is 'the best'",
            "revoke execute on function best(integer) from public",
            "create function listed() returns table (id integer) language sql as 'select id from customers'",
        ],
        Operations = """
              - replace_function: { name: best, returns: text, body: "select 'best: ' || max(score) from customers where score >= above" }
              - replace_function: { name: listed, returns: "table (id integer, name text)", body: "select id, name from customers", settings: { search_path: public } }

            """,
        Writes = Writes,
        OldQueries = [.. PeopleQueries, "select best(1) + 1", "select * from listed() order by 1"],
        NewQueries =
        [
            new("select {best}(1)", "select 'best: ' || best(1)"),
            new("select id, name from {listed}() order by id", "select id, name from {customers} order by id"),
        ],
    };

    private static LifeCase ReplaceOverView() => new("replace_function over a replaced view")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create view names as select id, name from customers",
            Bound("create function of_view(wanted integer) returns text language sql begin atomic select name from names where id = wanted; end"),
        ],
        Operations = """
              - replace_view: { name: names, query: "select id, upper(name) as loud from customers" }
              - replace_function: { name: of_view, body: "begin atomic select loud from names where id = wanted; end" }

            """,
        Writes = Writes,
        OldQueries = [.. PeopleQueries, "select of_view(id) from {customers} order by id"],
        NewQueries = [new("select {of_view}(id) from {customers} order by id", "select upper(name) from {customers} order by id")],
    };

    private static LifeCase Drop() => new("drop_function")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create function label(integer) returns text language sql as 'select ''number '' || $1'",
            "create function label(text) returns text language sql as 'select $1'",
            "create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = '0')",
            "create function note() returns trigger language plpgsql as $$ begin return new; end $$",
            "create trigger noted before insert on customers for each row execute function note()",
            "create view labels as select id, label(name) as l from customers",
            "comment on aggregate total(integer) is 'a sum'",
        ],
        Operations = """
              - drop_trigger: { table: customers, name: noted }
              - drop_view: { name: labels }
              - drop_function: { name: note }
              - drop_function: { name: label, arguments: [ text ] }
              - drop_function: { name: total }

            """,
        Writes = Writes,
        OldQueries = [.. PeopleQueries, "select label('x'), label(1), total(2)", "select * from {labels} order by id"],
        NewQueries = [new("select label(1)", "select label(1)")],
    };

    private static LifeCase Procedure() => new("replace_function of a procedure")
    {
        Engine = "postgres",
        Setup =
        [
            .. People,
            "create table log (id integer, note text)",
            "create procedure note(who integer, inout done text default 'no') language plpgsql as $$ begin insert into log values (who, 'old'); done := 'old'; end $$",
        ],
        Operations = """
              - replace_function: { name: note, body: "begin insert into log values (who, 'new'); done := 'new'; end" }
              - create_function: { name: forget, kind: procedure, parameters: [ { name: who, type: integer } ], language: plpgsql, body: "begin delete from log where id = who; end" }

            """,
        Writes = n => [new($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', {n})", $"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', {n})")],
        OldQueries = [.. PeopleQueries, "call note(1)"],
        NewQueries = [new("call {note}(2)", "select 'new'"), new("call {forget}(2)", "select 1 where false")],
    };
}
