using Tandem.Databases;
using Tandem.Journal;

namespace Tandem.Running;

/// <summary>
/// Renews the lease by a session of its own while the runner's session is busy with one long statement, and ends that
/// statement when another runner has taken over or the run was cancelled.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly IDatabase database;
    private readonly Func<IReadOnlyList<SqlStatement>> beat;
    private readonly RunnerOptions options;
    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenSource statement;
    private readonly Task loop;

    public Heartbeat(IDatabase database, Func<IReadOnlyList<SqlStatement>> beat, RunnerOptions options, CancellationToken cancellationToken)
    {
        this.database = database;
        this.beat = beat;
        this.options = options;
        statement = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        loop = BeatAsync();
    }

    /// <summary>Ends the statement.</summary>
    public CancellationToken Token => statement.Token;

    /// <summary>Why the statement was ended; null when the heartbeat did not end it.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        over.Dispose();
        statement.Dispose();
    }

    private async Task BeatAsync()
    {
        ISession? session = null;
        while (await PauseAsync().ConfigureAwait(false) && Failure is null)
        {
            try
            {
                session ??= await database.OpenSessionAsync(over.Token).ConfigureAwait(false);
                var results = await session.ApplyAsync(beat(), ApplyOptions.Default, over.Token).ConfigureAwait(false);
                if (Words.Parse<RunRequest>(results[^1].Text("request") ?? "none") == RunRequest.Cancel)
                {
                    Failure = new RunStoppedException(RunRequest.Cancel);
                }
            }
            catch (DatabaseException e) when (Fences.DidNotHold(e))
            {
                Failure = Fences.Lost(e);
            }
            catch (DatabaseException)
            {
                // The next beat tries again; when none succeeds the lease expires, and the fence decides.
                session = await CloseAsync(session).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                break;
            }
        }

        _ = await CloseAsync(session).ConfigureAwait(false);
        if (Failure is not null)
        {
            await statement.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> PauseAsync()
    {
        await Task.Delay(options.LeaseExpiry / 3, options.Time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !over.IsCancellationRequested;
    }

    private static async Task<ISession?> CloseAsync(ISession? session)
    {
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        return null;
    }
}
