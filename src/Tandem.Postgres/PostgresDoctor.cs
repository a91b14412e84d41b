using System.Globalization;
using Tandem.Databases;
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
          (select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = @schema and c.relkind in ('r', 'p')) as tables,
          (select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = @schema and c.relkind in ('r', 'p')
            and not pg_has_role(c.relowner, 'USAGE')) as foreign_tables,
          pg_has_role('pg_read_all_stats', 'USAGE')::int as sees_sessions,
          pg_is_in_recovery()::int as in_recovery
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
        select ({Dialect.EngineSql.SchemaTaken})::int as engine,
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
            var load = await session.QueryAsync(new SqlStatement(Load), cancellationToken).ConfigureAwait(false);
            var taken = await session.QueryAsync(new SqlStatement(Taken, schema), cancellationToken).ConfigureAwait(false);
            return [Server(rights), Creating(rights), Owning(rights), Names(taken), Seeing(rights), Connections(load), Transactions(load), Size(load)];
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
            rights.Number("creates_tables") == 0 ? "CREATE on the schema, for new tables and indexes" : "",
        }.Where(m => m.Length > 0).ToList();
        return missing.Count == 0
            ? new DatabaseCheck("rights to create", $"{rights.Text("role")} has them")
            : new DatabaseCheck("rights to create", $"{rights.Text("role")} lacks some", new Problem(
                ProblemCodes.PermissionDenied, $"{rights.Text("role")} lacks {string.Join("; and ", missing)}.", Remedy: "Grant them, or connect as the owner of the database."));
    }

    private static DatabaseCheck Owning(SqlResult rights)
    {
        var (tables, foreign) = (rights.Number("tables"), rights.Number("foreign_tables"));
        return foreign == 0
            ? new DatabaseCheck("tables owned", string.Create(CultureInfo.InvariantCulture, $"all {tables}"))
            : new DatabaseCheck("tables owned", string.Create(CultureInfo.InvariantCulture, $"{tables - foreign} of {tables}"), new Problem(
                ProblemCodes.PermissionDenied,
                string.Create(CultureInfo.InvariantCulture, $"{rights.Text("role")} does not own {foreign} of {tables} tables; only owners may change a table."),
                Remedy: "Connect as the tables' owner, or grant the owner's role to this one.")
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
                ProblemCodes.SchemaTaken, "There is a schema tandem, and what is in it is not Tandem's: no migration can be started.", Remedy: "Rename the schema: ALTER SCHEMA tandem RENAME TO …."));
        }

        if (taken.Text("versions") is { Length: > 0 } versions)
        {
            return new DatabaseCheck("names", "schemas are called like versions", new Problem(
                ProblemCodes.SchemaTaken, $"{versions}: called like versions, and not Tandem's. A migration of such a name cannot be served.")
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

    private static DatabaseCheck Seeing(SqlResult rights) => rights.Number("sees_sessions") != 0
        ? new DatabaseCheck("sessions", "those of other roles can be seen")
        : new DatabaseCheck("sessions", "those of other roles are hidden", new Problem(
            ProblemCodes.EnvironmentNotReady,
            "Who stands in the way of a lock cannot be named when it is a session of another role.",
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
