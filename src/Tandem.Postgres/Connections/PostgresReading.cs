using Npgsql;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Connections;

/// <summary>
/// One read-only transaction with one snapshot, for looking at a database: the server itself refuses every write.
/// </summary>
internal sealed class PostgresReading : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly PostgresConnections home;

    private PostgresReading(NpgsqlConnection connection, PostgresConnections home)
    {
        this.connection = connection;
        this.home = home;
        Capabilities = PostgresCapabilities.Of(connection);
    }

    /// <summary>What the server can do.</summary>
    public Capabilities Capabilities { get; }

    /// <summary>Connects and begins; the server must be new enough and have the schema.</summary>
    public static async Task<PostgresReading> BeginAsync(
        PostgresDatabase database, PostgresSettings settings, CancellationToken cancellationToken)
    {
        var home = settings.Catalogue ? database.Catalogue : database.Connections;
        var connection = await home.TakeAsync(cancellationToken).ConfigureAwait(false);
        return await BeginAsync(connection, home, database, settings, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads.</summary>
    public Task<SqlResult> QueryAsync(string sql, CancellationToken cancellationToken) =>
        QueryAsync(new SqlStatement(sql), cancellationToken);

    /// <summary>Reads; failures are <see cref="DatabaseException"/>.</summary>
    public async Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(statement, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOfConnection(e))
        {
            throw PostgresErrors.Classify(e, statement.Text);
        }
    }

    /// <summary>Reads, and gives the locks that it took back at once: for what is asked of many tables.</summary>
    public async Task<SqlResult> GlanceAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        await QueryAsync("savepoint tandem_look", cancellationToken).ConfigureAwait(false);
        var result = await QueryAsync(statement, cancellationToken).ConfigureAwait(false);
        await QueryAsync("rollback to savepoint tandem_look", cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// Tries a statement that may fail, without harm to the transaction. Gives the answer, or the server's failure when
    /// the statement is to blame; a lost connection or a missing right is thrown.
    /// </summary>
    public async Task<(SqlResult? Result, PostgresException? Failure)> TryAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        await QueryAsync("savepoint tandem_try", cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await SendAsync(statement, cancellationToken).ConfigureAwait(false);
            await QueryAsync("release savepoint tandem_try", cancellationToken).ConfigureAwait(false);
            return (result, null);
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) is FailureKind.Data or FailureKind.Statement
            or FailureKind.Permission or FailureKind.ReadOnly or FailureKind.StatementTimeout
            && !cancellationToken.IsCancellationRequested)
        {
            await QueryAsync("rollback to savepoint tandem_try", cancellationToken).ConfigureAwait(false);
            return (null, e);
        }
        catch (Exception e) when (PostgresErrors.IsOfConnection(e))
        {
            throw PostgresErrors.Classify(e, statement.Text);
        }
    }

    /// <summary>
    /// Lets the server analyse a statement without carrying it out: names and types are looked up, no row is read and no plan
    /// is made. Gives the columns of its answer, or the server's failure. Locks that the look-up took are given back.
    /// </summary>
    public async Task<(ValueList<PostgresAnswerColumn>? Columns, PostgresException? Failure)> DescribeAsync(string sql, CancellationToken cancellationToken)
    {
        await QueryAsync("savepoint tandem_look", cancellationToken).ConfigureAwait(false);
        try
        {
            return (await PostgresCommand.DescribeAsync(connection, sql, cancellationToken).ConfigureAwait(false), null);
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) is not FailureKind.ConnectionLost && !cancellationToken.IsCancellationRequested)
        {
            return (null, e);
        }
        catch (Exception e) when (PostgresErrors.IsOfConnection(e))
        {
            throw PostgresErrors.Classify(e, sql);
        }
        finally
        {
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await QueryAsync("rollback to savepoint tandem_look", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends the transaction, of which there is nothing to keep.</summary>
    public ValueTask DisposeAsync() => home.GiveBackAsync(connection);

    private static async Task<PostgresReading> BeginAsync(
        NpgsqlConnection connection, PostgresConnections home, PostgresDatabase database, PostgresSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var reading = new PostgresReading(connection, home);
            await reading.QueryAsync("begin isolation level repeatable read read only", cancellationToken).ConfigureAwait(false);
            await reading.QueryAsync((settings with { Looks = true }).Apply(local: true), cancellationToken).ConfigureAwait(false);
            var found = await reading.QueryAsync(
                new SqlStatement(
                    "select 1 from pg_catalog.pg_namespace where nspname = @schema", new SqlArgument("schema", database.SchemaName)),
                cancellationToken).ConfigureAwait(false);
            return found.Rows.Count > 0
                ? reading
                : throw new TandemException(
                    ProblemCodes.SchemaMissing, $"{database.DisplayName} has no schema {database.SchemaName}.");
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SqlResult> SendAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        var parts = PostgresText.Prepare(statement);
        return parts.Count == 1
            ? await PostgresCommand.ExecuteAsync(connection, parts[0], 0, 0, cancellationToken).ConfigureAwait(false)
            : throw new ArgumentException("Exactly one statement can be read at a time.", nameof(statement));
    }
}
