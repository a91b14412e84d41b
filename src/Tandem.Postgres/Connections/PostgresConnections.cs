using System.Collections.Concurrent;
using Npgsql;

namespace Tandem.Postgres.Connections;

/// <summary>
/// Connections to a database that rest between two uses: a new one costs the server a process that knows nothing of the
/// catalogue yet, and both sides the proof of the password.
/// </summary>
/// <param name="source">Where new ones come from; disposed with this.</param>
/// <param name="displayName">The database's name in messages.</param>
/// <param name="capacity">How many may rest at once.</param>
/// <param name="tidying">Statements that take back what a user of the connection may have left, each sent for itself.</param>
internal sealed class PostgresConnections(NpgsqlDataSource source, string displayName, int capacity, params string[] tidying) : IAsyncDisposable
{
    // For a statement that only has to be answered.
    private const int SecondsToAnswer = 5;

    private readonly ConcurrentBag<NpgsqlConnection> rested = [];
    private bool closed;

    /// <summary>A connection that answers: one that has rested, or a new one.</summary>
    public async Task<NpgsqlConnection> TakeAsync(CancellationToken cancellationToken)
    {
        while (rested.TryTake(out var connection))
        {
            // It may have been closed while it rested, by the server or on the way to it. That says nothing about a new one.
            if (await AnswersAsync(connection, ["select 1"], cancellationToken).ConfigureAwait(false))
            {
                return connection;
            }

            await connection.DisposeAsync().ConfigureAwait(false);
        }

        return await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a connection back, whatever it was left in: it rests until the next use, or is closed if it is not in order.</summary>
    public async ValueTask GiveBackAsync(NpgsqlConnection connection)
    {
        if (rested.Count >= capacity || Volatile.Read(ref closed)
            || !await AnswersAsync(connection, tidying, CancellationToken.None).ConfigureAwait(false))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            return;
        }

        rested.Add(connection);
        if (Volatile.Read(ref closed))
        {
            await CloseRestedAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref closed, true);
        await CloseRestedAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CloseRestedAsync()
    {
        while (rested.TryTake(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (PostgresErrors.IsOfConnection(e))
            {
                throw PostgresErrors.ClassifyOpening(e, displayName);
            }

            throw;
        }
    }

    /// <summary>Whether the server carries the statements out; if not, the connection is fit for nothing else.</summary>
    private static async Task<bool> AnswersAsync(NpgsqlConnection connection, string[] statements, CancellationToken cancellationToken)
    {
        if (connection.FullState != System.Data.ConnectionState.Open)
        {
            return false;
        }

        try
        {
            foreach (var statement in statements)
            {
                await PostgresCommand.ExecuteAsync(connection, statement, SecondsToAnswer, cancellationToken).ConfigureAwait(false);
            }

            return connection.FullState == System.Data.ConnectionState.Open;
        }
        catch (OperationCanceledException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (PostgresErrors.IsOfConnection(e) || e is InvalidOperationException)
        {
            return false;
        }
    }
}
