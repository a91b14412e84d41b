using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Thrown where a run stops because another process asked it to.</summary>
internal sealed class RunStoppedException(RunRequest request) : Exception("The run was asked to stop.")
{
    /// <summary>What was asked.</summary>
    public RunRequest Request => request;
}

/// <summary>What the steps of one phase share: the session, the journal, the plan, and what was asked of the run.</summary>
internal sealed class RunScope(LeasedSession session, JournalStore store, RunnerOptions options)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private readonly Retry retry = new(options);
    private RunRequest request;

    public required Plan Plan { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>Whether checks that cost comfort only are passed by.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the old version goes on being served under its own name.</summary>
    public bool KeepsOld { get; init; }

    /// <summary>The pause after a batch, in durations of the batch.</summary>
    public double PauseRatio { get; init; }

    public LeasedSession Session => session;

    public JournalStore Store => store;

    public RunnerOptions Options => options;

    public Retry Retry => retry;

    public StepStore Lines { get; } = new(store);

    public string Migration => Plan.Migration;

    public TimeProvider Time => options.Time;

    /// <summary>One transaction behind the fence; what was asked of the run comes back with it. Null when only the answer was lost.</summary>
    public async Task<IReadOnlyList<SqlResult>?> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions applyOptions, CancellationToken cancellationToken) =>
        Heard(await session.ApplyAsync([.. statements, store.ReadRequest(Migration)], applyOptions, cancellationToken).ConfigureAwait(false));

    /// <summary>A transaction of journal lines alone.</summary>
    public async Task RecordAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken) =>
        _ = Heard(await session.RecordAsync([.. statements, store.ReadRequest(Migration)], cancellationToken).ConfigureAwait(false));

    /// <summary>An entry of the journal about a step of this phase.</summary>
    public SqlStatement Event(string kind, string step, params (string Name, object? Value)[] detail) =>
        store.Event(kind, Migration, Phase, step, session.Epoch, Words.Detail(detail));

    /// <summary>Stops here when another process asked for it.</summary>
    public void StopIfAsked()
    {
        if (request != RunRequest.None)
        {
            throw new RunStoppedException(request);
        }
    }

    /// <summary>Waits, keeps the lease meanwhile and hears what is asked.</summary>
    public async Task WaitAsync(TimeSpan span, string step, string reason, CancellationToken cancellationToken)
    {
        Tell(new Waiting(Migration, step, reason));
        await retry.DelayAsync(span, cancellationToken).ConfigureAwait(false);
        await CheckInAsync(cancellationToken).ConfigureAwait(false);
        StopIfAsked();
    }

    /// <summary>Renews the lease and hears what is asked, when neither was done for a second.</summary>
    public async Task CheckInAsync(CancellationToken cancellationToken)
    {
        if (session.SinceRenewal < AskEvery)
        {
            return;
        }

        if (await session.TryRenewAsync(cancellationToken).ConfigureAwait(false))
        {
            request = Parse(await session.QueryAsync(store.ReadRequest(Migration), cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Tells those who watch.</summary>
    public void Tell(RunEvent happened) => options.Progress?.Report(happened);

    private static RunRequest Parse(SqlResult answer) => Words.ParseOrNull<RunRequest>(answer.Text("request") ?? "") ?? RunRequest.None;

    private List<SqlResult>? Heard(IReadOnlyList<SqlResult>? results)
    {
        if (results is null)
        {
            return null;
        }

        request = Parse(results[^1]);
        return [.. results.Take(results.Count - 1)];
    }
}
