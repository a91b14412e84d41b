using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>
/// A session under the lease of its target. Each transaction begins with the fence, so a runner that lost the lease
/// changes nothing, and carries a serial number, so after a lost answer it is known whether the transaction counts.
/// Connections that are lost are made again.
/// </summary>
internal sealed class LeasedSession(IDatabase database, JournalStore store, RunnerOptions options) : IAsyncDisposable
{
    // The journal's own lines make nobody wait, so they may wait longer for their turn than statements on users' tables.
    private static readonly ApplyOptions JournalOptions = new() { LockTimeout = TimeSpan.FromSeconds(5) };

    // A transaction that takes its connection along each time may be what the server does not survive.
    private const int MostLosses = 5;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly Retry retry = new(options);
    private ISession? session;
    private LeaseRecord lease = new("", 0, null);
    private long serial;
    private long renewed;
    private int losses;
    private Deadline? lossesEnd;
    private PartStore? part;

    /// <summary>The lease's epoch.</summary>
    public long Epoch => lease.Epoch;

    /// <summary>The serial number of the last transaction that was committed.</summary>
    public long Tick => lease.Tick;

    /// <summary>How long ago the lease was renewed.</summary>
    public TimeSpan SinceRenewal => options.Time.GetElapsedTime(renewed);

    /// <summary>What this session and those beside it have sent.</summary>
    public SentTransactions Sent { get; private init; } = new();

    /// <summary>Called when a connection was made again.</summary>
    public Action Reconnected { get; set; } = () => { };

    /// <summary>Opens the first connection; one that cannot be had is not waited for.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        session ??= await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Another session of this runner, not open yet. It reads; transactions of its own it has once it works on a part of a walk, whose
    /// line is its fence: the lease's row would make it wait for this one.
    /// </summary>
    public LeasedSession Beside() => new(database, store, options) { lease = lease, Sent = Sent };

    /// <summary>From here on each transaction is one on this part.</summary>
    public void WorkOn(PartRecord record)
    {
        part = new PartStore(store, record);
        lease = lease with { Tick = record.Tick };
        serial = record.Tick;
    }

    /// <summary>Makes the journal where it is not, or is of an older engine.</summary>
    public async Task InstallAsync(IDialect dialect, CancellationToken cancellationToken)
    {
        var reader = new JournalReader(store, QueryAsync);
        var deadline = retry.Deadline(options.ReconnectFor);
        var collisions = 0;
        while (!await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            || await reader.MetaAsync("engine", cancellationToken).ConfigureAwait(false) != JournalStore.EngineHash(dialect))
        {
            try
            {
                _ = await CallAsync(s => s.ApplyAsync(store.Install(dialect), JournalOptions, cancellationToken)).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (!deadline.IsOver && (e.CanRetry || (e.Kind is FailureKind.Statement or FailureKind.Data && ++collisions < 3)))
            {
                // Two processes that make the same table at once: "if not exists" does not keep them from colliding.
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Takes the lease, and waits for one that nobody renews until it expires: by the database's clock, or, should that have been
    /// set back, because it was watched for as long as it lasts.
    /// </summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        LeaseRecord? seen = null;
        Deadline? watched = null;
        var deadline = retry.Deadline(options.LeaseExpiry * 2);
        while (true)
        {
            try
            {
                var results = await CallAsync(s => s.ApplyAsync(
                    [store.MakeLeaseRow(), store.TakeLease(options.Holder, options.LeaseExpiry, watched is { IsOver: true } ? seen : null), store.Sql($"select epoch from {store.Prefix}lease where target = @target"), store.TakeParts()],
                    JournalOptions,
                    cancellationToken)).ConfigureAwait(false);
                lease = new LeaseRecord(options.Holder, results[2].Number("epoch"), null);
                serial = 0;
                renewed = options.Time.GetTimestamp();
                return;
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.ProblemCode == ProblemCodes.AnotherRunner.Id)
            {
                seen = await WaitForExpiryAsync(seen, e, deadline, cancellationToken).ConfigureAwait(false);
                watched ??= retry.Deadline(options.LeaseExpiry);
            }
        }
    }

    /// <summary>
    /// One transaction behind the fence. Null when it was committed and its answer lost: what it gave back is then to be
    /// read from the journal.
    /// </summary>
    public async Task<IReadOnlyList<SqlResult>?> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions applyOptions, CancellationToken cancellationToken)
    {
        for (var lost = 1; ; lost++)
        {
            var mine = ++serial;
            try
            {
                var results = await CallAsync(s => s.ApplyAsync([Fence(mine), .. statements], applyOptions, cancellationToken)).ConfigureAwait(false);
                Committed(mine);
                return [.. results.Skip(1)];
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
                if (await WasCommittedAsync(mine, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }

                if (lost >= MostLosses)
                {
                    throw new TandemException(
                        ProblemCodes.DatabaseUnavailable,
                        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The connection was lost {lost} times in the same transaction, which was rolled back each time. The run can be resumed."),
                        e);
                }
            }
            catch (DatabaseException e) when (Fences.DidNotHold(e))
            {
                throw Fenced(e, await PresentAsync(cancellationToken).ConfigureAwait(false));
            }
        }
    }

    /// <summary>A transaction of journal lines alone, tried until it is granted.</summary>
    public async Task<IReadOnlyList<SqlResult>?> RecordAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken)
    {
        var deadline = retry.Deadline(options.ReconnectFor);
        while (true)
        {
            try
            {
                return await ApplyAsync(statements, JournalOptions, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads; a connection that is lost is made again.</summary>
    public async Task<SqlResult> QueryAsync(SqlStatement query, CancellationToken cancellationToken)
    {
        var deadline = retry.Deadline(options.ReconnectFor);
        while (true)
        {
            try
            {
                return await CallAsync(s => s.QueryAsync(query, cancellationToken), writes: false).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A read-only transaction of several statements.</summary>
    public async Task<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, ApplyOptions applyOptions, CancellationToken cancellationToken)
    {
        var deadline = retry.Deadline(options.ReconnectFor);
        while (true)
        {
            try
            {
                return await CallAsync(s => s.ApplyAsync(statements, applyOptions with { ReadOnly = true }, cancellationToken), writes: false).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A statement outside any transaction. What becomes of it when the connection is lost only its probe can tell.</summary>
    public Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions applyOptions, CancellationToken cancellationToken) =>
        Session().ExecuteAloneAsync(statement, applyOptions, cancellationToken);

    /// <summary>Keeps the lease by another session while this one is busy for long.</summary>
    public Heartbeat BeginHeartbeat(string migration, CancellationToken cancellationToken) =>
        new(database, () => [store.Renew(lease, options.LeaseExpiry), store.ReadRequest(migration)], options, cancellationToken);

    /// <summary>Makes the connection again, with growing pauses, until the limit.</summary>
    public async Task ReconnectAsync(DatabaseException cause, CancellationToken cancellationToken)
    {
        await DisposeAsync().ConfigureAwait(false);
        while (true)
        {
            losses++;
            lossesEnd ??= retry.Deadline(options.ReconnectFor);
            if (lossesEnd.IsOver)
            {
                throw new TandemException(
                    ProblemCodes.DatabaseUnavailable,
                    $"The connection was lost and could not be made again for {options.ReconnectFor:g}. The run can be resumed.",
                    cause);
            }

            if (losses > 1)
            {
                await retry.DelayAsync(Backoff(losses), cancellationToken).ConfigureAwait(false);
            }

            try
            {
                session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
                Reconnected();
                return;
            }
            catch (DatabaseException e) when (e.Kind is FailureKind.ConnectionLost or FailureKind.Unavailable or FailureKind.LockTimeout)
            {
                cause = e;
            }
        }
    }

    /// <summary>Renews the lease once; a lock that is not granted is no reason to stop.</summary>
    public async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await ApplyAsync([], JournalOptions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DatabaseException e) when (e.CanRetry)
        {
            return false;
        }
    }

    /// <summary>A transaction of journal lines without the lease: what another process asks of the runner.</summary>
    public async Task<IReadOnlyList<SqlResult>> ApplyUnleasedAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken)
    {
        var deadline = retry.Deadline(options.LeaseExpiry);
        while (true)
        {
            try
            {
                return await CallAsync(s => s.ApplyAsync(statements, JournalOptions, cancellationToken)).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives the lease back, with the last lines.</summary>
    public async Task ReleaseAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken) =>
        _ = await RecordAsync([.. statements, store.ReleaseLease(lease)], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (session is { } open)
        {
            session = null;
            await open.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static TimeSpan Backoff(int losses) =>
        TimeSpan.FromTicks(Math.Min(LongestBackoff.Ticks, (FirstBackoff * Math.Pow(2, Math.Min(losses - 2, 10))).Ticks));

    private async Task<T> CallAsync<T>(Func<ISession, Task<T>> call, bool writes = true)
    {
        using var sending = Sent.Begin(writes);
        var result = await call(Session()).ConfigureAwait(false);
        (losses, lossesEnd) = (0, null);
        return result;
    }

    private ISession Session() => session ?? throw new InvalidOperationException("The session is not open.");

    private SqlStatement Fence(long next) => part?.Fence(lease, next) ?? store.Fence(lease, next, options.LeaseExpiry);

    /// <summary>The row that fences, as it is now.</summary>
    private Task<LeaseRecord> PresentAsync(CancellationToken cancellationToken) => part is null
        ? new JournalReader(store, QueryAsync).LeaseAsync(cancellationToken)
        : part.PresentAsync(lease, QueryAsync, cancellationToken);

    /// <summary>Why the fence did not hold. Where only the server's last transactions are gone, the session goes on from those that it kept.</summary>
    private TandemException Fenced(DatabaseException e, LeaseRecord present)
    {
        var setBack = present.Epoch == lease.Epoch && present.Holder == lease.Holder && present.Tick < lease.Tick;
        lease = setBack ? lease with { Tick = present.Tick } : lease;
        return setBack ? Fences.SetBack(e) : Fences.Lost(e);
    }

    private void Committed(long tick)
    {
        lease = lease with { Tick = tick };
        renewed = options.Time.GetTimestamp();
    }

    /// <summary>
    /// Whether a transaction whose answer was lost was committed. To know it for sure, not only for now, the fence is moved
    /// on: it waits for a server process that may still be at it, and what comes after it cannot be committed any more.
    /// </summary>
    private async Task<bool> WasCommittedAsync(long mine, CancellationToken cancellationToken)
    {
        var deadline = retry.Deadline(options.ReconnectFor);
        while (true)
        {
            var probe = ++serial;
            try
            {
                _ = await CallAsync(s => s.ApplyAsync([Fence(probe)], JournalOptions, cancellationToken)).ConfigureAwait(false);
                Committed(probe);
                return false;
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
            {
                await ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (Fences.DidNotHold(e))
            {
                var present = await PresentAsync(cancellationToken).ConfigureAwait(false);
                if (present.Epoch != lease.Epoch || present.Holder != lease.Holder || present.Tick < mine)
                {
                    throw Fenced(e, present);
                }

                Committed(present.Tick);
                return present.Tick == mine;
            }
        }
    }

    private async Task<LeaseRecord> WaitForExpiryAsync(LeaseRecord? seen, DatabaseException cause, Deadline deadline, CancellationToken cancellationToken)
    {
        var present = await new JournalReader(store, QueryAsync).LeaseAsync(cancellationToken).ConfigureAwait(false);
        var alive = seen is not null && (present.Epoch, present.Tick, present.ExpiresAt) != (seen.Epoch, seen.Tick, seen.ExpiresAt);
        if (alive || deadline.IsOver)
        {
            throw new TandemException(
                ProblemCodes.AnotherRunner, $"{present.Holder} is at work on this target; its lease lasts until {present.ExpiresAt:u} and is renewed.", cause);
        }

        await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
        return present;
    }
}
