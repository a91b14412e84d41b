using Npgsql;

namespace Tandem.Postgres;

/// <summary>
/// The connection that reads the catalogue. It rests between two readings, so that the server plans the catalogue's large
/// queries once and not at each reading: planning them takes about six times as long as carrying them out.
/// </summary>
/// <param name="connectionString">Of the database.</param>
/// <param name="open">Opens a connection of a source; failures are those of opening a database.</param>
internal sealed class PostgresCatalogueConnection(string connectionString, Func<NpgsqlDataSource, CancellationToken, Task<NpgsqlConnection>> open) : IAsyncDisposable
{
    // Above the number of queries that read a catalogue.
    private const int Statements = 64;

    private const int SecondsToRollBack = 5;

    private readonly NpgsqlDataSource source = PostgresDatabase.Source(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = Statements, AutoPrepareMinUsages = 1 }.ConnectionString);

    private NpgsqlConnection? rested;
    private bool closed;

    /// <summary>A connection that has rested, or null.</summary>
    public NpgsqlConnection? TakeRested() => Interlocked.Exchange(ref rested, null);

    /// <summary>A new connection.</summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => open(source, cancellationToken);

    /// <summary>Takes a connection back whose transaction is still open: it rests until the next reading, if it is in order.</summary>
    public async ValueTask GiveBackAsync(NpgsqlConnection connection)
    {
        if (!await EndsTransactionAsync(connection).ConfigureAwait(false) || Volatile.Read(ref closed)
            || Interlocked.CompareExchange(ref rested, connection, null) is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref closed, true);
        if (TakeRested() is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await source.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<bool> EndsTransactionAsync(NpgsqlConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open)
        {
            return false;
        }

        try
        {
            await PostgresCommand.ExecuteAsync(connection, "rollback", SecondsToRollBack, CancellationToken.None).ConfigureAwait(false);
            return connection.State == System.Data.ConnectionState.Open;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
        {
            // What was read is there; only the connection is not used again.
            return false;
        }
    }
}
