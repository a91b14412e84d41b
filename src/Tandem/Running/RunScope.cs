using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Running.Guards;
using Tandem.Running.Locks;
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
    private readonly HashSet<string> blind = new(StringComparer.Ordinal);
    private readonly Lock telling = new();
    private RunRequest request;

    public required Plan Plan { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>Whether checks that cost comfort only are passed by.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the old version goes on being served under its own name.</summary>
    public bool KeepsOld { get; init; }

    /// <summary>The pause after a batch, in durations of the batch.</summary>
    public double PauseRatio { get; init; }

    /// <summary>
    /// The pause while others are at work. Where there is one writer, those who wait ask again after 1, 2, 5, 10 ms and so on: a gap that is as short as a
    /// batch they miss more than once.
    /// </summary>
    public double PauseRatioBesideOthers { get; init; }

    /// <summary>How many sessions fill or compare a table at once, where its walk can be divided.</summary>
    /// <param name="table">The table.</param>
    public int WorkersFor(string? table) => options.Workers ?? Plan.Workers.FirstOrDefault(w => w.Table == table)?.Count ?? 1;

    /// <summary>How much the ledger keeps of what a backfill writes.</summary>
    public LedgerDetail Ledger => options.Ledger ?? Plan.Ledger;

    /// <summary>What the migration's conditions are measured by; null where none are minded in this phase.</summary>
    public Guard? Guard { get; init; }

    /// <summary>Looks who waits for this run.</summary>
    public required LockMeter Meter { get; init; }

    /// <summary>Lines that are written with the next ones: they are about a step whose own transaction was over.</summary>
    public List<SqlStatement> Later { get; } = [];

    /// <summary>The version whose recorded schema goes with the phase's last line; null for none.</summary>
    public string? Outdated { get; set; }

    /// <summary>Rows that comparisons of this run found not to agree.</summary>
    public long Mismatched { get; set; }

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
    public async Task RecordAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken)
    {
        IReadOnlyList<SqlStatement> lines = [.. Later, .. statements, store.ReadRequest(Migration)];
        Later.Clear();
        _ = Heard(await session.RecordAsync(lines, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes what was left for the next lines.</summary>
    public Task RecordLaterAsync(CancellationToken cancellationToken) => Later.Count == 0 ? Task.CompletedTask : RecordAsync([], cancellationToken);

    /// <summary>Notes what a step's locks cost.</summary>
    public void Note(string step, LockCost cost)
    {
        Later.Add(Event(LockCosts.Kind, step, LockCosts.Detail(cost)));
        Tell(new Locked(Migration, step, cost));
    }

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

    /// <summary>
    /// Stops here when one of the migration's conditions is met. They are minded before applications see the new version and
    /// while <c>complete</c> has not come to its switch; behind that, and on the way back, stopping would help nobody.
    /// </summary>
    /// <param name="step">The step that is under way.</param>
    /// <param name="now">Whether something has happened that must be looked at even when the last look was a moment ago.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task MindAsync(RenderedStep step, bool now, CancellationToken cancellationToken)
    {
        if (Guard is not { IsIdle: false } guard || !(now || guard.IsDue(options.GuardEvery)))
        {
            return;
        }

        var steps = Plan.Steps(Phase);
        var index = steps.ToList().FindIndex(s => s.Id == step.Id);
        if (Phase == Phase.Complete && Enumerable.Range(0, index).Any(i => TakeBack.IsSwitch(steps, i)))
        {
            return;
        }

        bool Reached(StepKind kind) => Phase != Phase.Start || steps.Take(index + 1).Any(s => s.Kind == kind);
        var readings = await guard.LookAsync(
            new GuardSubject(AskBrieflyAsync, steps, Phase)
            {
                Baseline = Phase == Phase.Complete ? token => ColumnQuality.BaselineAsync(new JournalReader(store, session.QueryAsync), Migration, token) : null,
                Mismatches = _ => Task.FromResult<double?>(Mismatched), Blocked = _ => Task.FromResult<double?>(Meter.Blocked.TotalSeconds), Made = Reached(StepKind.Backfill), Filled = Reached(StepKind.Verify),
            },
            cancellationToken).ConfigureAwait(false);
        await CheckInAsync(cancellationToken).ConfigureAwait(false);
        foreach (var unknown in readings.Where(r => r.Value is null && blind.Add(r.Name)))
        {
            await RecordAsync([Event(GuardWords.Blind, step.Id, ("name", unknown.Name), ("why", unknown.Words))], cancellationToken).ConfigureAwait(false);
        }

        Tell(new GuardLooked(Migration, step.Id, readings));
        if (readings.Where(r => r.Fired).MaxBy(r => r.Then) is { } fired)
        {
            throw new GuardFiredException(fired, step.Id);
        }
    }

    /// <summary>Asks what must be answered long before the lease is over.</summary>
    public async Task<SqlResult> AskBrieflyAsync(SqlStatement query, CancellationToken cancellationToken) =>
        (await session.ReadAsync([query], GuardWords.Brief(options), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>A step's line as the journal has it now.</summary>
    public async Task<StepRecord> ReadAgainAsync(StepRecord line, CancellationToken cancellationToken) =>
        (await new JournalReader(store, session.QueryAsync).StepsAsync(line.Migration, line.Phase, line.Attempt, cancellationToken).ConfigureAwait(false)).First(l => l.Index == line.Index);

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
    public void Tell(RunEvent happened)
    {
        lock (telling)
        {
            options.Progress?.Report(happened);
        }
    }

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
