namespace Tandem.Tests.Conformance.Life;

/// <summary>Rights of roles, row security and what replication tells rows apart by.</summary>
internal static class AccessCases
{
    /// <summary>Roles belong to the server, which tests share.</summary>
    private const string Roles =
        """
        do $$ declare r text; begin
          foreach r in array array['tandem_life_reader', 'tandem_life_clerk'] loop
            begin execute format('create role %I', r); exception when duplicate_object or unique_violation then null; end;
          end loop;
        end $$
        """;

    private static readonly string[] People =
    [
        Roles,
        "create table customers (id integer primary key, name text not null, tenant text not null default 'a', score text)",
        "insert into customers (id, name, tenant, score) values (1, 'Ada Lovelace', 'a', '10'), (2, 'Grace Hopper', 'b', '20'), (3, 'Plato', 'a', null)",
    ];

    private static readonly string[] PeopleQueries = ["select id, name, tenant, score from {customers} order by id"];

    public static IEnumerable<LifeCase> All =>
    [
        Grant(), GrantOnColumns(), GrantOnNewTable(), GrantOnObjects(), Revoke(), CreatePolicy(), AlterPolicy(), PolicyOfRetypedColumn(), PolicyOfRenamedColumn(),
        DropPolicy(), SecuredNewTable(), ForcedRowSecurity(), SetRowSecurity(), SetReplicaIdentity(),
    ];

    private static IReadOnlyList<LogicalWrite> PeopleWrites(int n) =>
    [
        LogicalWrite.Same($"insert into {{customers}} (id, name, score) values ({n}01, 'Old {n}', '{n}')"),
        LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}02, 'New {n}')"),
        LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
        LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
    ];

    private static IReadOnlyList<LogicalWrite> FullNameWrites(int n) =>
    [
        new($"insert into {{customers}} (id, name) values ({n}01, 'O')", $"insert into {{customers}} (id, full_name) values ({n}01, 'O')"),
        new($"update {{customers}} set name = 'A{n}' where id = 1", $"update {{customers}} set full_name = 'A{n}' where id = 1"),
    ];

    /// <summary>Whether a role may do something with a table of the version.</summary>
    private static Comparison May(string role, string right, string answer) =>
        new($"select has_table_privilege('{role}', '{{customers}}', '{right}')", $"select {answer}");

    private static LifeCase Grant() => new("grant")
    {
        Engine = "postgres",
        Setup = People,
        Operations = """
              - rename_column: { table: customers, from: name, to: full_name }
              - grant: { on: customers, privileges: [ select, insert ], to: [ tandem_life_reader ], with_grant_option: true }
              - grant: { on: public, kind: schema, privileges: [ usage ], to: [ tandem_life_reader ] }

            """,
        Writes = FullNameWrites,
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, full_name from {customers} order by id", "select id, name from {customers} order by id"),
            May("tandem_life_reader", "select", "true"), May("tandem_life_reader", "insert", "true"),
            new("select has_table_privilege('tandem_life_reader', 'customers', 'select with grant option'), has_table_privilege('tandem_life_reader', 'customers', 'delete')", "select true, false"),
        ],
    };

    private static LifeCase GrantOnColumns() => new("grant on columns")
    {
        Engine = "postgres",
        Setup = [.. People, "grant update (name) on customers to tandem_life_reader"],
        Operations = """
              - rename_column: { table: customers, from: name, to: full_name }
              - change_type: { table: customers, column: score, type: integer }
              - grant: { on: customers, columns: [ id, full_name, score ], privileges: [ select ], to: [ tandem_life_reader ] }

            """,
        Writes = n => [new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}')", $"insert into {{customers}} (id, full_name, score) values ({n}01, 'O', {n})")],
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select id, full_name, cast(score as text) from {customers} order by id", "select id, name, score from {customers} order by id"),
            new("select has_column_privilege('tandem_life_reader', '{customers}', 'full_name', 'select'), has_column_privilege('tandem_life_reader', '{customers}', 'score', 'select')", "select true, true"),
            new("select has_column_privilege('tandem_life_reader', '{customers}', 'full_name', 'update'), has_column_privilege('tandem_life_reader', '{customers}', 'tenant', 'select')", "select true, false"),
        ],
    };

    private static LifeCase GrantOnNewTable() => new("grant on a new table")
    {
        Engine = "postgres",
        Setup = People,
        Operations = """
              - create_table:
                  name: visits
                  columns: [ { name: id, type: integer }, { name: note, type: text } ]
                  primary_key: [ id ]
              - grant: { on: visits, privileges: [ all ], to: [ tandem_life_clerk ] }
              - grant: { on: visits, columns: [ id ], privileges: [ select ], to: [ tandem_life_reader ] }

            """,
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new(PeopleQueries[0], PeopleQueries[0]),
            new("select has_table_privilege('tandem_life_clerk', '{visits}', 'insert'), has_column_privilege('tandem_life_reader', '{visits}', 'id', 'select'), has_column_privilege('tandem_life_reader', '{visits}', 'note', 'select')", "select true, true, false"),
        ],
    };

    private static LifeCase GrantOnObjects() => new("grant on other objects")
    {
        Engine = "postgres",
        Setup =
        [
            .. People, "create sequence numbers", "create function twice(n integer) returns integer language sql as 'select n * 2'", "revoke execute on function twice(integer) from public",
            "create view names as select id, name from customers", "grant select on names to tandem_life_clerk", "create type mood as enum ('ok')", "revoke usage on type mood from public",
        ],
        Operations = """
              - replace_view: { name: names, query: "select id, upper(name) as name from customers" }
              - create_view: { name: tenants, query: "select distinct tenant from customers" }
              - grant: { on: names, kind: view, privileges: [ select ], to: [ tandem_life_reader ] }
              - grant: { on: tenants, kind: view, privileges: [ select ], to: [ public ] }
              - create_function: { name: thrice, parameters: [ { name: n, type: integer } ], returns: integer, language: sql, body: select n * 3 }
              - revoke: { on: thrice(integer), kind: function, privileges: [ execute ], from: [ public ] }
              - grant: { on: thrice(integer), kind: function, privileges: [ execute ], to: [ tandem_life_reader ] }
              - grant: { on: numbers, kind: sequence, privileges: [ usage ], to: [ tandem_life_reader, tandem_life_clerk ] }
              - grant: { on: twice(integer), kind: function, privileges: [ execute ], to: [ tandem_life_reader ] }
              - grant: { on: mood, kind: enum, privileges: [ usage ], to: [ tandem_life_reader ] }

            """,
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select * from {names} order by id"],
        NewQueries =
        [
            new("select * from {names} order by id", "select id, upper(name) from {customers} order by id"),
            new("select has_table_privilege('tandem_life_reader', '{names}', 'select'), has_table_privilege('tandem_life_clerk', '{names}', 'select'), has_table_privilege('tandem_life_clerk', '{tenants}', 'select')", "select true, true, true"),
            new("select has_function_privilege('tandem_life_reader', p.oid, 'execute'), has_function_privilege('tandem_life_clerk', p.oid, 'execute') from pg_proc p where p.proname = 'thrice' and p.pronamespace in (select max(q.pronamespace) from pg_proc q where q.proname = 'thrice')", "select true, false"),
            new("select has_sequence_privilege('tandem_life_reader', 'numbers', 'usage'), has_function_privilege('tandem_life_reader', 'twice(integer)', 'execute'), has_type_privilege('tandem_life_reader', 'mood', 'usage')", "select true, true, true"),
        ],
    };

    private static LifeCase Revoke() => new("revoke")
    {
        Engine = "postgres",
        Setup =
        [
            .. People, "grant select, insert, update on customers to tandem_life_clerk", "grant select (id, name) on customers to tandem_life_reader", "create sequence numbers",
            "grant usage on sequence numbers to tandem_life_clerk", "create function twice(n integer) returns integer language sql as 'select n * 2'",
        ],
        AtComplete = true,
        Operations = """
              - rename_column: { table: customers, from: name, to: full_name }
              - revoke: { on: customers, privileges: [ insert, update ], from: [ tandem_life_clerk ] }
              - revoke: { on: customers, columns: [ full_name ], privileges: [ select ], from: [ tandem_life_reader ] }
              - revoke: { on: numbers, kind: sequence, privileges: [ all ], from: [ tandem_life_clerk ] }
              - revoke: { on: twice(integer), kind: function, privileges: [ execute ], from: [ public ] }

            """,
        Writes = FullNameWrites,
        OldQueries =
        [
            .. PeopleQueries, "select has_table_privilege('tandem_life_clerk', '{customers}', 'insert'), has_column_privilege('tandem_life_reader', '{customers}', 'name', 'select')",
            "select has_sequence_privilege('tandem_life_clerk', 'numbers', 'usage'), has_function_privilege('tandem_life_clerk', 'twice(integer)', 'execute')",
        ],
        NewQueries =
        [
            new("select id, full_name from {customers} order by id", "select id, name from {customers} order by id"),
            May("tandem_life_clerk", "select", "true"), May("tandem_life_clerk", "insert", "false"), May("tandem_life_clerk", "update", "false"),
            new("select has_column_privilege('tandem_life_reader', '{customers}', 'full_name', 'select'), has_column_privilege('tandem_life_reader', '{customers}', 'id', 'select')", "select false, true"),
            new("select has_sequence_privilege('tandem_life_clerk', 'numbers', 'usage'), has_function_privilege('tandem_life_clerk', 'twice(integer)', 'execute')", "select false, false"),
        ],
    };

    private static readonly string[] Secured =
    [
        .. People, "alter table customers enable row level security", "create policy tenants on customers for select to tandem_life_reader using (tenant = 'a')",
        "comment on policy tenants on customers is 'their own'", "grant select on customers to tandem_life_reader",
    ];

    private const string Policies =
        "select string_agg(concat_ws(' ', polname, polpermissive, polcmd, (select string_agg(r::regrole::text, ',') from unnest(polroles) r), pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy')), ';' order by polname) from pg_policy";

    private static Comparison PoliciesAre(string expected) => new(Policies, $"select {(expected.Length == 0 ? "null" : $"'{expected.Replace("'", "''", StringComparison.Ordinal)}'")}");

    private static LifeCase CreatePolicy() => new("create_policy")
    {
        Engine = "postgres",
        Setup = Secured,
        AtComplete = true,
        Operations = """
              - create_policy: { table: customers, name: 'own "rows"', command: update, roles: [ tandem_life_clerk, tandem_life_reader ], using: "tenant = 'a' -- theirs", check: "id > 0" }
              - create_policy: { table: customers, name: never, restrictive: true, using: id <> 13 }

            """,
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, Policies],
        NewQueries =
        [
            new(PeopleQueries[0], PeopleQueries[0]),
            PoliciesAre("never f * - (id <> 13);own \"rows\" t w tandem_life_clerk,tandem_life_reader (tenant = 'a'::text) (id > 0);tenants t r tandem_life_reader (tenant = 'a'::text) their own"),
        ],
    };

    private static LifeCase AlterPolicy() => new("alter_policy")
    {
        Engine = "postgres",
        Setup = Secured,
        AtComplete = true,
        Operations = "  - alter_policy: { table: customers, name: tenants, roles: [ public ], using: \"tenant = current_user\" }\n",
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, Policies],
        NewQueries = [new(PeopleQueries[0], PeopleQueries[0]), PoliciesAre("tenants t r - (tenant = CURRENT_USER) their own")],
    };

    /// <summary>Not on 14, whose views cannot serve a table with row security: what is idle today is refused there, too.</summary>
    private static LifeCase PolicyOfRetypedColumn() => new("alter_policy of a column that changes its type")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = [.. People, "create policy scored on customers using (score > '1')", "alter table customers enable row level security"],
        AtComplete = true,
        Operations = """
              - change_type: { table: customers, column: score, type: integer }
              - alter_policy: { table: customers, name: scored, using: score > 1 }

            """,
        Writes = n => [new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}')", $"insert into {{customers}} (id, name, score) values ({n}01, 'O', {n})")],
        OldQueries = [.. PeopleQueries, Policies],
        NewQueries = [new("select id, cast(score as text) from {customers} order by id", "select id, score from {customers} order by id"), PoliciesAre("scored t * - (score > 1)")],
    };

    private static LifeCase ForcedRowSecurity() => new("row security that is forced")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = [.. Secured, "alter table customers force row level security"],
        Operations = """
              - change_type: { table: customers, column: score, type: integer }
              - rename_column: { table: customers, from: name, to: full_name }
              - add_column: { table: customers, name: rank, type: integer, nullable: false, up: id * 2 }

            """,
        Writes = n =>
        [
            new($"insert into {{customers}} (id, name, score) values ({n}01, 'O', '{n}')", $"insert into {{customers}} (id, full_name, score, rank) values ({n}01, 'O', {n}, {n}01 * 2)"),
            new($"update {{customers}} set name = 'A{n}' where id = 1", $"update {{customers}} set full_name = 'A{n}' where id = 1"),
        ],
        OldQueries = [.. PeopleQueries, Policies],
        NewQueries = [new("select id, full_name, cast(score as text), rank from {customers} order by id", "select id, name, score, id * 2 from {customers} order by id")],
    };

    private static LifeCase PolicyOfRenamedColumn() => new("rename_column of a policy's column")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = Secured,
        Operations = "  - rename_column: { table: customers, from: tenant, to: client }\n  - rename_table: { from: customers, to: clients }\n",
        Writes = n => [new($"insert into {{customers}} (id, name, tenant) values ({n}01, 'O', 'b')", $"insert into {{clients}} (id, name, client) values ({n}01, 'O', 'b')")],
        OldQueries = [.. PeopleQueries, Policies],
        NewQueries = [new("select id, client from {clients} order by id", "select id, tenant from {customers} order by id")],
    };

    private static LifeCase DropPolicy() => new("drop_policy")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = Secured,
        AtComplete = true,
        Operations = """
              - drop_policy: { table: customers, name: tenants }
              - drop_column: { table: customers, column: tenant, down: "'a'" }
              - set_row_security: { table: customers, enabled: false }

            """,
        Writes = n => [LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'O')"), LogicalWrite.Same($"update {{customers}} set name = 'A{n}' where id = 1")],
        OldQueries = [.. PeopleQueries, Policies, "select relrowsecurity from pg_class where oid = '{customers}'::regclass"],
        NewQueries = [new("select id, name from {customers} order by id", "select id, name from {customers} order by id"), PoliciesAre(""), new("select relrowsecurity from pg_class where oid = '{customers}'::regclass", "select false")],
    };

    private static LifeCase SecuredNewTable() => new("create_table with row security")
    {
        Engine = "postgres",
        Since = new Version(15, 0),
        Setup = People,
        Operations = """
              - create_table:
                  name: visits
                  columns: [ { name: id, type: integer }, { name: tenant, type: text } ]
                  primary_key: [ id ]
              - set_row_security: { table: visits, enabled: true, forced: true }
              - create_policy: { table: visits, name: own, using: tenant = 'a' }
              - set_replica_identity: { table: visits, identity: full }
              - grant: { on: visits, privileges: [ select ], to: [ tandem_life_reader ] }

            """,
        Writes = PeopleWrites,
        OldQueries = PeopleQueries,
        NewQueries =
        [
            new("select relrowsecurity, relforcerowsecurity, relreplident::text from pg_class where relname in ('visits', '_tandem_1_new_visits') and relkind = 'r'", "select true, true, 'f'"),
            PoliciesAre("own t * - (tenant = 'a'::text)"),
        ],
    };

    private static LifeCase SetRowSecurity() => new("set_row_security")
    {
        Engine = "postgres",
        Setup = [.. People, "create policy tenants on customers using (tenant = current_user)", "create table notes (id integer primary key)", "alter table notes enable row level security, force row level security"],
        AtComplete = true,
        Operations = "  - set_row_security: { table: customers, enabled: true, forced: true }\n  - set_row_security: { table: notes, forced: false }\n",
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select relrowsecurity, relforcerowsecurity from pg_class where relname in ('customers', 'notes') order by relname"],
        NewQueries = [new("select relrowsecurity, relforcerowsecurity from pg_class where relname in ('customers', 'notes') order by relname", "select true, true union all select true, false order by 2 desc")],
    };

    private static LifeCase SetReplicaIdentity() => new("set_replica_identity")
    {
        Engine = "postgres",
        Setup =
        [
            .. People, "create table notes (id integer primary key, code text not null)", "create unique index notes_code on notes (code)", "alter table notes replica identity using index notes_code",
            "create table logs (id integer, at integer not null, constraint logs_at unique (at))",
        ],
        AtComplete = true,
        Operations = """
              - set_replica_identity: { table: customers, identity: full }
              - set_replica_identity: { table: notes, identity: default }
              - set_replica_identity: { table: logs, identity: index, index: logs_at }

            """,
        Writes = PeopleWrites,
        OldQueries = [.. PeopleQueries, "select relname, relreplident::text from pg_class where relname in ('customers', 'notes', 'logs') order by relname"],
        NewQueries = [new("select relname, relreplident::text from pg_class where relname in ('customers', 'notes', 'logs') order by relname", "select 'customers', 'f' union all select 'logs', 'i' union all select 'notes', 'd' order by 1")],
    };
}
