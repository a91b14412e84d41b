using System.Collections.Concurrent;
using Tandem.Databases;
using Tandem.Journal;

namespace Tandem.Running;

/// <summary>
/// Several sessions at work on the parts of one walk. The runner's own session works on none: it minds the throttle, the windows, the
/// conditions and the lease for all of them, and stops all of them, each behind its present chunk.
/// </summary>
internal sealed class Crew(StepRun run, Throttle throttle)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly RunScope scope = run.Scope;
    private readonly ConcurrentQueue<SqlStatement> notes = new();
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private TaskCompletionSource? open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? failure;
    private volatile DatabaseException? missing;
    private volatile bool stopping;

    /// <summary>Works until all parts are done.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="workers">How many sessions work at once.</param>
    /// <param name="work">Does what is left of a part; on any thread, beside others.</param>
    /// <param name="meanwhile">Is called again and again, and once when all is done, on behalf of the runner's own session.</param>
    /// <param name="cancellationToken">Stops behind the present chunks.</param>
    public async Task RunAsync(
        IReadOnlyList<PartRecord> parts, int workers, Func<CrewMember, PartRecord, Task> work, Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        var left = new ConcurrentQueue<PartRecord>(parts);
        var members = Enumerable.Range(0, Math.Min(workers, parts.Count))
            .Select(_ => new CrewMember(this, scope.Session.Beside(), scope.Options with { Jitter = new Random(scope.Options.Jitter.Next()) })).ToList();
        var all = Task.WhenAll(members.Select(m => Task.Run(() => WorkAsync(m, left, work, cancellationToken), CancellationToken.None)));
        _ = all.ContinueWith(_ => over.TrySetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await MindAsync(meanwhile, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stopping = true;
            Open();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        failure ??= left.IsEmpty ? null : missing;
        await RaiseAsync(cancellationToken).ConfigureAwait(false);
        await TellAsync(meanwhile, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until work may go on; false when it is to stop.</summary>
    internal async Task<bool> MayGoOnAsync()
    {
        Task waiting;
        lock (gate)
        {
            waiting = open?.Task ?? Task.CompletedTask;
        }

        await waiting.ConfigureAwait(false);
        return !stopping;
    }

    /// <summary>Writes a line with the next ones of the runner's own session.</summary>
    internal void Note(SqlStatement line) => notes.Enqueue(line);

    private async Task MindAsync(Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (!over.Task.IsCompleted)
        {
            Close();
            await WindowHold.UntilOpenAsync(run, Planning.Work.Backfill, cancellationToken).ConfigureAwait(false);
            await throttle.GateAsync(cancellationToken).ConfigureAwait(false);
            Open();
            _ = await Task.WhenAny(over.Task, scope.Retry.DelayAsync(LookEvery, awake.Token)).ConfigureAwait(false);
            if (failure is not null)
            {
                break;
            }

            await TellAsync(meanwhile, cancellationToken).ConfigureAwait(false);
            await scope.CheckInAsync(cancellationToken).ConfigureAwait(false);
            await scope.MindAsync(run.Step, now: false, cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            cancellationToken.ThrowIfCancellationRequested();
        }

        await awake.CancelAsync().ConfigureAwait(false);
    }

    private async Task TellAsync(Func<Task> meanwhile, CancellationToken cancellationToken)
    {
        var lines = new List<SqlStatement>();
        while (notes.TryDequeue(out var line))
        {
            lines.Add(line);
        }

        if (lines.Count > 0)
        {
            await scope.RecordAsync(lines, cancellationToken).ConfigureAwait(false);
        }

        await meanwhile().ConfigureAwait(false);
    }

    private async Task WorkAsync(CrewMember member, ConcurrentQueue<PartRecord> left, Func<CrewMember, PartRecord, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await using (member.Session.ConfigureAwait(false))
            {
                while (await OpensAsync(member, cancellationToken).ConfigureAwait(false) && !stopping && left.TryDequeue(out var part))
                {
                    await work(member, part).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (Stops(e))
        {
            over.TrySetResult();
        }
    }

    /// <summary>Whether the session is open. A server that has no room for one more is no reason to stop the others.</summary>
    private async Task<bool> OpensAsync(CrewMember member, CancellationToken cancellationToken)
    {
        try
        {
            await member.Session.OpenAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.Unavailable or FailureKind.ConnectionLost or FailureKind.LockTimeout)
        {
            missing = e;
            return false;
        }
    }

    // Whatever it is, the others stop, and the runner's own session raises it.
    private bool Stops(Exception e)
    {
        failure ??= e;
        return stopping = true;
    }

    /// <summary>Raises what stopped a session, when all are at rest.</summary>
    private async Task RaiseAsync(CancellationToken cancellationToken)
    {
        if (failure is PartBlockedException blocked)
        {
            throw await new LockWait(run).RefusedAsync(blocked.Cause, cancellationToken).ConfigureAwait(false);
        }

        if (failure is { } other)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(other).Throw();
        }
    }

    private void Close()
    {
        lock (gate)
        {
            open ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Open()
    {
        lock (gate)
        {
            open?.TrySetResult();
            open = null;
        }
    }
}

/// <summary>One session of a crew.</summary>
internal sealed class CrewMember(Crew crew, LeasedSession session, RunnerOptions options)
{
    private readonly Retry retry = new(options);

    /// <summary>The session.</summary>
    public LeasedSession Session => session;

    /// <summary>Waits until work may go on; false when it is to stop behind what was done.</summary>
    public Task<bool> MayGoOnAsync() => crew.MayGoOnAsync();

    /// <summary>How many rows its next batch takes.</summary>
    public BatchSize Size { get; } = new(options);

    /// <summary>Leaves a line to the runner's own session.</summary>
    public void Note(SqlStatement line) => crew.Note(line);

    /// <summary>Waits for up to a second.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => retry.PauseAsync(cancellationToken);

    /// <summary>Rests.</summary>
    public Task RestAsync(TimeSpan span, CancellationToken cancellationToken) => span > TimeSpan.Zero ? retry.DelayAsync(span, cancellationToken) : Task.CompletedTask;
}
