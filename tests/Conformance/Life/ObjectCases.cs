namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations on objects that have no rows of their own, and what users' views make of changes beneath them.</summary>
internal static class ObjectCases
{
    private static readonly string[] People =
    [
        "create table customers (id integer primary key, name text not null, score text)",
        "insert into customers (id, name, score) values (1, 'Ada Lovelace', '10'), (2, 'Grace Hopper', '20'), (3, 'Plato', null)",
    ];

    private static readonly string[] PeopleQueries = ["select id, name, score from {customers} order by id"];

    public static IEnumerable<LifeCase> All =>
    [
        CreateEnum(), AddEnumValue(), AlterEnum(), DropEnum(), CreateView(), ReplaceView(), ReplaceViewUnderRename(), DropView(), ViewOverChangedType(),
        CreateTrigger("postgres"), CreateTrigger("sqlite"), DropTrigger("postgres"), DropTrigger("sqlite"), TriggersOnView(),
        CreateSequence(), AlterSequence(), DropSequence(), SetComment(), RenameConstraint(), CreateExtension(),
    ];

    private static IReadOnlyList<LogicalWrite> PeopleWrites(int n) =>
    [
        LogicalWrite.Same($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', '{n}')"),
        LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}02, 'New {n}')"),
        LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
        LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
    ];

    private static LifeCase CreateEnum() => new("create_enum")
    {
        Engine = "postgres",
        Setup = People,
        Operations = "  - create_enum: { name: mood, values: [ sad, ok, 'very ''happy''' ], comment: how it goes }\n  - add_column: { table: customers, name: mood, type: mood, default: \"'ok'\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, name, mood) values ({n}01, 'O', 'ok')"),
            new($"update {{customers}} set name = 'A{n}' where id = 1", $"update {{customers}} set name = 'A{n}' where id = 1"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, name, score, mood::text from {customers} order by id", "select id, name, score, 'ok' from {customers} order by id")],
    };

    private static readonly string[] Tickets =
    [
        "create type state as enum ('new', 'open', 'done')",
        "comment on type state is 'how far'",
        "create table tickets (id integer primary key, state state not null default 'new', note text)",
        "create index tickets_by_state on tickets (state)",
        "create view ticket_states as select id, state from tickets",
        "create view ticket_list as select id, state, id * 2 as twice from ticket_states",
        "comment on column ticket_list.twice is 'double'",
        "insert into tickets values (1, 'new', 'a'), (2, 'open', 'b'), (3, 'done', 'c')",
    ];

    private static LifeCase AddEnumValue() => new("alter_enum with add")
    {
        Engine = "postgres",
        Setup = Tickets,
        Operations = "  - alter_enum: { name: state, add: [ { value: parked, after: new }, { value: lost } ] }\n",
        Writes = n => [LogicalWrite.Same($"insert into {{tickets}} (id, state) values ({n}01, 'open')"), LogicalWrite.Same($"update {{tickets}} set state = 'done' where id = 1")],
        OldQueries = ["select id, state::text from {tickets} order by id"],
        NewQueries = [new("select id, state::text from {ticket_list} order by state, id", "select id, state::text from {ticket_list} order by state, id")],
    };

    private static LifeCase AlterEnum() => new("alter_enum")
    {
        Engine = "postgres",
        Setup = Tickets,
        Operations = "  - alter_enum: { name: state, add: [ { value: parked, after: active } ], rename: { open: active }, remove: { done: new }, down: { parked: open } }\n",
        Writes = n =>
        [
            new($"insert into {{tickets}} (id, state) values ({n}01, 'open')", $"insert into {{tickets}} (id, state) values ({n}01, 'active')"),
            LogicalWrite.Same($"insert into {{tickets}} (id, note) values ({n}02, 'default')"),
            new($"update {{tickets}} set state = 'open' where id = 1", $"update {{tickets}} set state = 'active' where id = 1"),
            LogicalWrite.Same($"update {{tickets}} set state = 'new' where id = 1"),
            LogicalWrite.Same($"update {{tickets}} set note = 'n{n}' where id = 3"),
        ],
        OldQueries = ["select id, state::text, note from {tickets} order by state, id", "select id, state::text, twice from {ticket_list} order by id"],
        NewQueries =
        [
            new("select id, state::text, note from {tickets} order by id", "select id, case state when 'open' then 'active' when 'done' then 'new' else state::text end, note from {tickets} order by id"),
            new("select id, state::text, twice from {ticket_list} order by id", "select id, case state when 'open' then 'active' when 'done' then 'new' else state::text end, twice from {ticket_list} order by id"),
        ],
    };

    private static LifeCase DropEnum() => new("drop_enum")
    {
        Engine = "postgres",
        Setup = [.. People, "create type unused as enum ('a')"],
        Operations = "  - drop_enum: { name: unused }\n",
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase CreateView() => new("create_view")
    {
        Setup = People,
        Operations = "  - rename_column: { table: customers, from: name, to: full_name }\n  - create_view: { name: names, query: \"select id, full_name as n from customers where id > 0;\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, full_name) values ({n}01, 'O')"),
            new($"update {{customers}} set name = 'A{n}' where id = 1", $"update {{customers}} set full_name = 'A{n}' where id = 1"),
        ],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, n from {names} order by id", "select id, name from {customers} order by id")],
    };

    private static LifeCase ReplaceView() => new("replace_view")
    {
        Setup = [.. People, "create view names as select id, name from customers", "create view name_list as select name, id from names"],
        Operations = "  - replace_view: { name: names, query: \"select id, upper(name) as loud, name from customers\" }\n",
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select * from {names} order by id", "select * from {name_list} order by id"],
        NewQueries =
        [
            new("select * from {names} order by id", "select id, upper(name), name from {customers} order by id"),
            new("select * from {name_list} order by id", "select * from {name_list} order by id"),
        ],
    };

    private static LifeCase ReplaceViewUnderRename() => new("replace_view under a rename")
    {
        Setup = [.. People, "create view names as select id, name from customers"],
        Operations = "  - rename_column: { table: customers, from: name, to: full_name }\n  - replace_view: { name: names, query: \"select id, full_name as name from customers\" }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, full_name) values ({n}01, 'O')"),
            new($"update {{customers}} set name = 'A{n}' where id = 1", $"update {{customers}} set full_name = 'A{n}' where id = 1"),
        ],
        OldQueries = [.. PeopleQueries, "select * from {names} order by id"],
        NewQueries = [new("select id, name from {names} order by id", "select id, name from {customers} order by id")],
    };

    private static LifeCase DropView() => new("drop_view")
    {
        Setup = [.. People, "create view names as select id, name from customers", "create view name_list as select name, id from names"],
        Operations = "  - drop_view: { name: name_list }\n  - drop_view: { name: names }\n",
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select * from {name_list} order by id"],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase ViewOverChangedType() => new("change_type under views")
    {
        Setup = [.. People, "create view scores as select id, score from customers where id < 1000", "create view score_list as select score, id from scores", "create view names as select id, name from customers"],
        Operations = "  - change_type: { table: customers, column: score, type: integer }\n",
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}1')", $"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n}1)"),
            new($"update {{customers}} set score = '{n}3' where id = 1", $"update {{customers}} set score = {n}3 where id = 1"),
        ],
        OldQueries = [.. PeopleQueries, "select * from {scores} order by id", "select * from {score_list} order by id", "select * from {names} order by id"],
        NewQueries =
        [
            new("select id, cast(score as text) from {score_list} order by id", "select id, score from {score_list} order by id"),
            new("select * from {names} order by id", "select * from {names} order by id"),
        ],
    };

    private static readonly string[] Counted =
    [
        .. People,
        "create table log (id integer, note text)",
        "create function note() returns trigger language plpgsql as $$ begin insert into log values (new.id, tg_name); return null; end $$",
    ];

    private static LifeCase CreateTrigger(string engine) => new($"create_trigger on {engine}")
    {
        Engine = engine,
        Setup = engine == "postgres" ? Counted : [.. People, "create table log (id integer, note text)"],
        Operations = """
              - create_trigger:
                  table: customers
                  name: noted
                  events: insert
                  when: { postgres: new.id > 0, sqlite: new.id > 0 }
                  execute: { postgres: note(), sqlite: "insert into log values (new.id, 'noted')" }

            """,
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase TriggersOnView() => new("create_trigger and drop_trigger on a view")
    {
        Engine = "postgres",
        Setup =
        [
            .. Counted, "create view names as select id, name from customers", "create trigger former instead of insert on names for each row execute function note()",
            "create trigger kept instead of delete on names for each row execute function note()",
        ],
        Operations = "  - drop_trigger: { table: names, name: former }\n  - create_trigger: { table: names, name: noted, timing: instead_of, events: insert or update, execute: note(), comment: Why }\n",
        AtComplete = true,
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select tgname from pg_trigger where tgrelid = 'public.names'::regclass order by 1"],
        NewQueries = [new("select tgname from pg_trigger where tgrelid = 'public.names'::regclass order by 1", "select 'kept' union all select 'noted' order by 1")],
    };

    private static LifeCase DropTrigger(string engine) => new($"drop_trigger on {engine}")
    {
        Engine = engine,
        Setup = engine == "postgres"
            ? [.. Counted, "create trigger noted after insert on customers for each row execute function note()", "alter table customers enable always trigger noted", "comment on trigger noted on customers is 'why'"]
            : [.. People, "create table log (id integer, note text)", "create trigger noted after insert on customers begin insert into log values (new.id, 'noted'); end"],
        Operations = "  - drop_trigger: { table: customers, name: noted }\n  - change_type: { table: customers, column: score, type: integer }\n",
        Writes = n => [new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}')", $"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n})")],
        OldQueries = PeopleQueries,
        NewQueries = [new("select id, cast(score as text) from {customers} order by id", "select id, score from {customers} order by id")],
    };

    private static LifeCase CreateSequence() => new("create_sequence")
    {
        Engine = "postgres",
        Setup = People,
        Operations = "  - create_sequence: { name: numbers, type: integer, start: 100, increment: 5, minimum: 50, cache: 2, cycle: true }\n",
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries = [new("select nextval('numbers') % 5", "select 0")],
    };

    private static LifeCase AlterSequence() => new("alter_sequence")
    {
        Engine = "postgres",
        Setup = [.. People, "create sequence numbers start 7", "select setval('numbers', 41)"],
        Operations = "  - alter_sequence: { name: numbers, increment: 10, maximum: 100000, cycle: true }\n",
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries = [new("select last_value from numbers", "select last_value from numbers")],
    };

    private static LifeCase DropSequence() => new("drop_sequence")
    {
        Engine = "postgres",
        Setup = [.. People, "create sequence numbers start 7"],
        Operations = "  - drop_sequence: { name: numbers }\n",
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select last_value from numbers"],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase SetComment() => new("set_comment")
    {
        Engine = "postgres",
        Setup = [.. People, "create view names as select id, name from customers", "create type mood as enum ('a')", "comment on type mood is 'old'", "comment on column customers.name is 'old'", "create sequence numbers"],
        Operations = """
              - set_comment: { name: customers, comment: who buys }
              - set_comment: { name: customers, column: name }
              - set_comment: { kind: view, name: names, comment: it's a view }
              - set_comment: { kind: enum, name: mood, comment: new }
              - set_comment: { kind: sequence, name: numbers, comment: count }

            """,
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select * from names order by id"],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase RenameConstraint() => new("rename_constraint")
    {
        Engine = "postgres",
        Setup =
        [
            .. People, "alter table customers add constraint named check (name <> ''), add constraint one unique (name)",
            "create table orders (id integer primary key, customer integer constraint bought references customers)",
        ],
        Operations = """
              - rename_constraint: { table: customers, from: named, to: has_name }
              - rename_constraint: { table: customers, from: one, to: one_name }
              - rename_constraint: { table: customers, from: customers_pkey, to: customer_key }
              - rename_constraint: { table: orders, from: bought, to: bought_by }

            """,
        Writes = n => [LogicalWrite.Same($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', '{n}')")],
        OldQueries = PeopleQueries,
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0])],
    };

    private static LifeCase CreateExtension() => new("create_extension")
    {
        Engine = "postgres",
        Setup = People,
        Operations = "  - create_extension: { name: pg_trgm }\n",
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries = [new("select show_trgm('ab') is not null", "select true")],
    };
}
