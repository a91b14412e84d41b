using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Postgres.Connections;

/// <summary>
/// A connection of the runner's. When it is lost the call fails with <see cref="FailureKind.ConnectionLost"/>, and the
/// next call opens another.
/// </summary>
internal sealed class PostgresSession(PostgresDatabase database, NpgsqlConnection first) : ISession
{
    // The key of the lock that keeps two processes from carrying out steps outside transactions at once: "tdm" and the schema.
    private const int AdvisoryClass = 0x74646D;

    private NpgsqlConnection? connection = first;

    /// <inheritdoc />
    public async Task<IReadOnlyList<SqlResult>> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions options, CancellationToken cancellationToken)
    {
        var prepared = statements.Select(s => (Statement: s, Parts: PostgresText.Prepare(s))).ToList();
        RefuseTransactionControl(prepared.SelectMany(p => p.Parts));
        var settings = PostgresSettings.For(database.SchemaName, options);
        await RunAllAsync(options.Prologue, settings, cancellationToken).ConfigureAwait(false);
        try
        {
            return await GuardAsync(
                async open =>
                {
                    var results = await new PostgresTrips(open, settings, cancellationToken).SendAllAsync(options.ReadOnly, prepared.Select(p => (p.Statement, p.Parts))).ConfigureAwait(false);
                    if (options.ReadOnly)
                    {
                        return results;
                    }

                    await RefuseServerWideAsync(open, cancellationToken).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();

                    // From here on it happens or it does not; a cancelled COMMIT would leave that open.
                    await PostgresCommand.ExecuteAsync(
                        open, "commit", settings.CommandTimeout, CancellationToken.None).ConfigureAwait(false);
                    return results;
                },
                "",
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (options.Epilogue.Count > 0)
            {
                await RunAllAsync(options.Epilogue, settings, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public async Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        var options = ApplyOptions.Default with { ReadOnly = true, LockTimeout = TimeSpan.FromSeconds(5), StatementTimeout = null };
        return (await ApplyAsync([statement], options, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc />
    public async Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions options, CancellationToken cancellationToken)
    {
        if (database.IsCopy && PostgresText.Prepare(statement).Select(p => PostgresServerWide.Named(p.Text)).OfType<string>().FirstOrDefault() is { } changed)
        {
            throw OutlastsCopy(changed);
        }

        var settings = PostgresSettings.For(database.SchemaName, options);
        var schema = PostgresText.Literal(database.SchemaName);
        var key = string.Create(CultureInfo.InvariantCulture, $"{AdvisoryClass}, pg_catalog.hashtext({schema})");
        await GuardAsync<object?>(
            async open =>
            {
                // Never waited for: a waiter holds a snapshot, which the concurrent build of an index would wait for in turn.
                var granted = await PostgresCommand.ExecuteAsync(
                    open, $"select pg_catalog.pg_try_advisory_lock({key}) as granted", 15, cancellationToken).ConfigureAwait(false);
                if (granted.Rows[0][0] is not true)
                {
                    throw new DatabaseException(
                        FailureKind.LockTimeout, "Another session of the engine's is carrying out a step outside a transaction.");
                }

                try
                {
                    await PostgresCommand.ExecuteAsync(open, settings.Apply(local: false), 15, cancellationToken).ConfigureAwait(false);
                    foreach (var part in PostgresText.Prepare(statement))
                    {
                        await new PostgresTrips(open, settings, cancellationToken).SendAsync(part, 0).ConfigureAwait(false);
                    }
                }
                finally
                {
                    await TidyAsync(open, settings, key).ConfigureAwait(false);
                }

                return null;
            },
            statement.Text,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await database.Connections.GiveBackAsync(open).ConfigureAwait(false);
        }
    }

    private async Task RefuseServerWideAsync(NpgsqlConnection open, CancellationToken cancellationToken)
    {
        if (database.IsCopy && await PostgresServerWide.ChangedAsync(open, cancellationToken).ConfigureAwait(false) is { } changed)
        {
            throw OutlastsCopy(changed);
        }
    }

    private static DatabaseException OutlastsCopy(string changed) =>
        new(FailureKind.Statement, $"Not carried out in a copy: {PostgresServerWide.Refusal(changed)}.");

    private static async Task TidyAsync(NpgsqlConnection open, PostgresSettings settings, string key)
    {
        if (open.FullState != System.Data.ConnectionState.Open)
        {
            // With the connection, its settings and its lock are gone as well.
            return;
        }

        foreach (var reset in settings.Reset())
        {
            await PostgresCommand.ExecuteAsync(open, reset, 15, CancellationToken.None).ConfigureAwait(false);
        }

        await PostgresCommand.ExecuteAsync(
            open, $"select pg_catalog.pg_advisory_unlock({key})", 15, CancellationToken.None).ConfigureAwait(false);
    }

    private static void RefuseTransactionControl(IEnumerable<PostgresText.Prepared> parts)
    {
        var word = parts.Select(p => PostgresText.FirstWord(p.Text)).FirstOrDefault(
            w => w is "begin" or "start" or "commit" or "end" or "rollback" or "abort");
        if (word is not null)
        {
            throw new DatabaseException(
                FailureKind.Statement,
                $"A statement begins with {word.ToUpperInvariant()}: the engine alone begins and ends transactions.");
        }
    }

    private async Task RunAllAsync(IReadOnlyList<string> texts, PostgresSettings settings, CancellationToken cancellationToken)
    {
        foreach (var text in texts)
        {
            await GuardAsync(
                open => PostgresCommand.ExecuteAsync(open, text, settings.CommandTimeout, cancellationToken),
                text,
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Carries out what may fail: afterwards the connection is outside any transaction or gone, and the failure is classified.
    /// </summary>
    private async Task<T> GuardAsync<T>(Func<NpgsqlConnection, Task<T>> call, string sql, CancellationToken cancellationToken)
    {
        var open = connection ??= await database.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(open).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var failure = PostgresErrors.IsOfConnection(e)
                ? PostgresErrors.Classify(e, sql.Length == 0 ? null : sql)
                : e;
            await LeaveTransactionAsync(open, failure).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested
                && failure is OperationCanceledException or DatabaseException { Kind: FailureKind.StatementTimeout })
            {
                throw new OperationCanceledException("The call was cancelled; its transaction is rolled back.", e, cancellationToken);
            }

            if (ReferenceEquals(failure, e))
            {
                throw;
            }

            throw failure;
        }
    }

    private async Task LeaveTransactionAsync(NpgsqlConnection open, Exception failure)
    {
        if (failure is DatabaseException { Kind: FailureKind.ConnectionLost }
            || open.FullState != System.Data.ConnectionState.Open)
        {
            await DropConnectionAsync().ConfigureAwait(false);
            return;
        }

        try
        {
            // Outside a transaction this is only a warning.
            await PostgresCommand.ExecuteAsync(open, "rollback", 15, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOfConnection(e) || e is InvalidOperationException)
        {
            // The failure that led here is what the caller must hear; the server rolls back what has no connection.
            await DropConnectionAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask DropConnectionAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await open.DisposeAsync().ConfigureAwait(false);
        }
    }
}
