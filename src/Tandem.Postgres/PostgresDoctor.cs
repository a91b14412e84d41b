using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>Looks at the rights and settings of a server that decide how a change goes.</summary>
internal static class PostgresDoctor
{
    private const int OldTransactionSeconds = 300;

    private const string Rights =
        """
        select current_user::text as role,
          has_database_privilege(current_database(), 'CREATE')::int as creates_schemas,
          (select has_schema_privilege(n.oid, 'CREATE')::int from pg_catalog.pg_namespace n where n.nspname = @schema) as creates_tables,
          (select has_schema_privilege(n.oid, 'USAGE')::int from pg_catalog.pg_namespace n where n.nspname = @schema) as uses_schema,
          pg_has_role('pg_read_all_stats', 'USAGE')::int as sees_sessions,
          (select coalesce(min(pg_catalog.pg_get_userbyid(n.nspowner)::text), '') from pg_catalog.pg_namespace n
            where n.nspname = 'tandem' and not pg_has_role(n.nspowner, 'USAGE')) as journal_owner,
          pg_is_in_recovery()::int as in_recovery
        """;

    // Whoever changes an object or what hangs on it must own it, or be a member of the role that does.
    private const string Owned =
        """
        select count(*) as total,
          count(*) filter (where not pg_has_role(c.relowner, 'USAGE')) as strange,
          coalesce(string_agg(c.relname, ', ' order by c.relname) filter (where not pg_has_role(c.relowner, 'USAGE')), '') as names,
          coalesce(string_agg(distinct pg_catalog.pg_get_userbyid(c.relowner)::text, ', ') filter (where not pg_has_role(c.relowner, 'USAGE')), '') as owners,
          coalesce(string_agg(c.relname, ', ' order by c.relname) filter (
            where c.relrowsecurity and c.relforcerowsecurity and not (select r.rolsuper or r.rolbypassrls from pg_catalog.pg_roles r where r.rolname = current_user)), '') as bound
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = @schema and c.relkind in ('r', 'p', 'v', 'm', 'S')
          and not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
        """;

    private const string Load =
        """
        select current_setting('max_connections')::bigint as slots,
          (select count(*) from pg_catalog.pg_stat_activity where backend_type = 'client backend') as used,
          (select coalesce(max(extract(epoch from now() - xact_start)), 0)::bigint from pg_catalog.pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend') as oldest,
          pg_database_size(current_database()) as bytes
        """;

    private const string Taken =
        $"""
        select ({EngineSql.SchemaTaken})::int as engine,
          (select count(*) from pg_catalog.pg_roles where rolname = 'tandem' and rolcanlogin and rolname <> current_user) as role,
          (select string_agg(n.nspname, ', ' order by n.nspname) from pg_catalog.pg_namespace n
            where starts_with(n.nspname::text, @schema || '_') and substr(n.nspname::text, length(@schema) + 2) ~ '^([0-9]+_.+|base)$'
              and coalesce(obj_description(n.oid, 'pg_namespace'), '') not like 'tandem version %') as versions
        """;

    public static async Task<ValueList<DatabaseCheck>> CheckAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var schema = new SqlArgument("schema", database.SchemaName);
            var rights = await session.QueryAsync(new SqlStatement(Rights, schema), cancellationToken).ConfigureAwait(false);
            var owned = await session.QueryAsync(new SqlStatement(Owned, schema), cancellationToken).ConfigureAwait(false);
            var views = await session.QueryAsync(new SqlStatement(PostgresQueries.Read("version_rights"), schema), cancellationToken).ConfigureAwait(false);
            var load = await session.QueryAsync(new SqlStatement(Load), cancellationToken).ConfigureAwait(false);
            var taken = await session.QueryAsync(new SqlStatement(Taken, schema), cancellationToken).ConfigureAwait(false);
            return
            [
                Server(rights), Creating(rights), Owning(rights.Text("role")!, owned), Names(taken), Journal(rights), RowSecurity(rights.Text("role")!, owned),
                VersionRights(database.SchemaName, views), Seeing(rights), Connections(load), Transactions(load), Size(load),
            ];
        }
    }

    private static DatabaseCheck Server(SqlResult rights) => rights.Number("in_recovery") == 0
        ? new DatabaseCheck("server", "takes writes")
        : new DatabaseCheck("server", "a standby", new Problem(ProblemCodes.DatabaseReadOnly, "The server is a standby and takes no writes."));

    private static DatabaseCheck Creating(SqlResult rights)
    {
        var missing = new[]
        {
            rights.Number("creates_schemas") == 0 ? "CREATE on the database, for the schemas of versions and of Tandem's journal" : "",
            rights.Number("uses_schema") == 0 ? "USAGE on the schema, to find what is in it" : "",
            rights.Number("creates_tables") == 0 ? "CREATE on the schema, for new tables and indexes" : "",
        }.Where(m => m.Length > 0).ToList();
        return missing.Count == 0
            ? new DatabaseCheck("rights to create", $"{rights.Text("role")} has them")
            : new DatabaseCheck("rights to create", $"{rights.Text("role")} lacks some", new Problem(
                ProblemCodes.PermissionDenied, $"{rights.Text("role")} lacks {string.Join("; and ", missing)}.", Remedy: "Grant them, or connect as the owner of the database."));
    }

    private static DatabaseCheck Owning(string role, SqlResult owned)
    {
        var (total, strange) = (owned.Number("total"), owned.Number("strange"));
        return strange == 0
            ? new DatabaseCheck("tables owned", string.Create(CultureInfo.InvariantCulture, $"all {total}, with views and sequences"))
            : new DatabaseCheck("tables owned", string.Create(CultureInfo.InvariantCulture, $"{total - strange} of {total}, with views and sequences"), new Problem(
                ProblemCodes.PermissionDenied,
                $"{role} neither owns {Some(owned.Text("names")!)} nor is a member of {owned.Text("owners")}; only owners may change a table or view.",
                Remedy: $"Connect as the owner, or grant the owner's role: {string.Join("; ", owned.Text("owners")!.Split(", ").Select(o => $"GRANT {PostgresText.Quote(o)} TO {PostgresText.Quote(role)}"))}.")
                {
                    Severity = Severity.Warning,
                });
    }

    // Names that Tandem needs and somebody else may have.
    private static DatabaseCheck Names(SqlResult taken)
    {
        if (taken.Number("engine") != 0)
        {
            return new DatabaseCheck("names", "the schema tandem is taken", new Problem(
                ProblemCodes.NameTaken, "There is a schema tandem, and what is in it is not Tandem's: no migration can be started.", Remedy: "Rename the schema: ALTER SCHEMA tandem RENAME TO …."));
        }

        if (taken.Text("versions") is { Length: > 0 } versions)
        {
            return new DatabaseCheck("names", "schemas are called like versions", new Problem(
                ProblemCodes.NameTaken, $"{versions}: called like versions, and not Tandem's. A migration of such a name cannot be served.")
                {
                    Severity = Severity.Warning,
                });
        }

        return taken.Number("role") == 0
            ? new DatabaseCheck("names", "free")
            : new DatabaseCheck("names", "a role is called tandem", new Problem(
                ProblemCodes.EnvironmentNotReady,
                "For the role tandem, names without a schema mean Tandem's own tables first: the usual search_path begins with the schema that is called like the role.",
                Remedy: "ALTER ROLE tandem SET search_path = …, or let applications use another role.")
                {
                    Severity = Severity.Note,
                });
    }

    private static DatabaseCheck Journal(SqlResult rights) => rights.Text("journal_owner") is not { Length: > 0 } owner
        ? new DatabaseCheck("journal", "may be written")
        : new DatabaseCheck("journal", $"belongs to {owner}", new Problem(
            ProblemCodes.PermissionDenied,
            $"The schema tandem with the journal belongs to {owner}, whose rights {rights.Text("role")} does not have.",
            Remedy: $"Run Tandem as {owner}, or GRANT {PostgresText.Quote(owner)} TO {PostgresText.Quote(rights.Text("role")!)}."));

    private static DatabaseCheck RowSecurity(string role, SqlResult owned) => owned.Text("bound") is not { Length: > 0 } tables
        ? new DatabaseCheck("row security", $"hides no rows of its tables from {role}")
        : new DatabaseCheck("row security", "is forced on owners", new Problem(
            ProblemCodes.EnvironmentNotReady,
            $"Row security is forced on the owner of {Some(tables)}: {role} would not see all rows, and migrations that change the shape of these tables are refused.",
            Remedy: "Let the owner be exempt while it is changed (`set_row_security` with `forced: false`).")
            {
                Severity = Severity.Warning,
            });

    private static DatabaseCheck VersionRights(string schema, SqlResult views) => views.Rows.Count == 0
        ? new DatabaseCheck("rights of versions", "as the tables give them")
        : new DatabaseCheck("rights of versions", "not as the tables give them", new Problem(
            ProblemCodes.EnvironmentNotReady,
            $"Rights were granted or revoked by hand since these views of versions were made, which give others than their tables: {string.Join(", ", views.Rows.Select(r => r[0]))}.",
            Remedy: $"Call `select tandem.renew_rights({PostgresText.Literal(schema)})` as the role that runs Tandem."));

    /// <summary>The first of many names.</summary>
    private static string Some(string names)
    {
        const int shown = 5;
        var all = names.Split(", ");
        return all.Length <= shown ? names : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", all[..shown])} and {all.Length - shown} more");
    }

    private static DatabaseCheck Seeing(SqlResult rights) => rights.Number("sees_sessions") != 0
        ? new DatabaseCheck("sessions", "those of other roles can be seen")
        : new DatabaseCheck("sessions", "those of other roles are hidden", new Problem(
            ProblemCodes.EnvironmentNotReady,
            "Who stands in the way of a lock cannot be named when it is a session of another role, and whether others are at work while rows are written is told from the server's counters alone.",
            Remedy: "Grant pg_read_all_stats to the role.")
            {
                Severity = Severity.Note,
            });

    private static DatabaseCheck Connections(SqlResult load)
    {
        const int needed = 3;
        var (slots, used) = (load.Number("slots"), load.Number("used"));
        return new DatabaseCheck("connections", string.Create(CultureInfo.InvariantCulture, $"{used} of {slots} in use"), slots - used > needed ? null : new Problem(
            ProblemCodes.EnvironmentNotReady, "Hardly any connection is left; Tandem needs up to three.", Remedy: "Raise max_connections or close idle sessions."));
    }

    private static DatabaseCheck Transactions(SqlResult load)
    {
        var oldest = load.Number("oldest");
        return new DatabaseCheck("oldest transaction", string.Create(CultureInfo.InvariantCulture, $"{oldest} s"), oldest < OldTransactionSeconds ? null : new Problem(
            ProblemCodes.EnvironmentNotReady,
            string.Create(CultureInfo.InvariantCulture, $"A transaction has been open for {oldest} s; locks wait for it and it keeps dead rows alive."),
            Remedy: "End it, or wait for it, before starting a migration."));
    }

    private static DatabaseCheck Size(SqlResult load) =>
        new("size", string.Create(CultureInfo.InvariantCulture, $"{load.Number("bytes") / 1e6:F1} MB"));
}
