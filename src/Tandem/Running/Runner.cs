using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Carries plans out on one target and takes them back. Everything it knows stands in the target's journal: any
/// process can take up what another left, wherever that one was killed.
/// </summary>
/// <remarks>
/// Each call returns when the phase is over, or paused (<see cref="RunRecord.Paused"/>). It throws
/// <see cref="TandemException"/> when the run stopped with a problem; the run can then be resumed or rolled back.
/// Cancelling the token stops behind the present batch and leaves the run resumable.
/// </remarks>
public sealed class Runner
{
    private readonly IDatabase database;
    private readonly RunnerOptions options;

    /// <summary>A runner for a target.</summary>
    public Runner(IDatabase database, RunnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(options);
        (this.database, this.options) = (database, options);
    }

    /// <summary>Brings a migration from pending, or again from undone, to live.</summary>
    public Task<RunRecord> StartAsync(Plan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.HasErrors
            ? throw new TandemException(ProblemCodes.PlanHasErrors, $"The plan of {plan.Migration} has errors and is not carried out.")
            : WorkAsync(install: true, work => work.StartAsync(plan, cancellationToken), cancellationToken);
    }

    /// <summary>Takes up what was paused, failed or killed.</summary>
    /// <param name="migration">Which migration; null for the one that is under way.</param>
    /// <param name="cancellationToken">Stops behind the present batch.</param>
    public Task<RunRecord> ResumeAsync(string? migration, CancellationToken cancellationToken) => ResumeAsync(migration, null, cancellationToken);

    /// <summary>The same for one that a condition holds; a migration that is live or retired only stops being held.</summary>
    /// <param name="migration">Which migration; null for the one that is under way, else one that is held.</param>
    /// <param name="lift">A condition that is left out from here on; null for none.</param>
    /// <param name="cancellationToken">Stops behind the present batch.</param>
    public Task<RunRecord> ResumeAsync(string? migration, string? lift, CancellationToken cancellationToken) =>
        WorkAsync(install: false, work => work.ResumeAsync(migration, lift, cancellationToken), cancellationToken);

    /// <summary>
    /// Minds a migration's conditions for pausing and going back while it is live or retired, and does what they ask for. A
    /// phase that is under way minds them by itself.
    /// </summary>
    /// <param name="migration">Which migration.</param>
    /// <param name="how">How often and how long.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<GuardReport> GuardAsync(string migration, GuardOptions how, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(how);
        var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var watch = new GuardWatch(migration, how, options, dialect.Capabilities);
        while (true)
        {
            var report = await watch.TryAsync(
                () => ReadAsync((reader, session, store) => watch.LookAsync(reader, session, store, cancellationToken), cancellationToken)).ConfigureAwait(false);
            if (report?.Fired is { } fired)
            {
                var run = await watch.TryAsync(
                    () => WorkAsync(install: false, work => work.ActAsync(migration, fired, cancellationToken), cancellationToken)).ConfigureAwait(false);
                report = run is null ? null : report with { Migration = run, Fired = run.Guard is null ? null : fired };
            }

            if (report is not null && watch.IsOver(report))
            {
                return report;
            }

            await watch.RestAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Says for a person who has looked whether the statement that a run stands at was carried out, then goes on. Only for
    /// SQL of a migration's own: everything else is asked of the database.
    /// </summary>
    /// <param name="migration">Which migration; null for the one that is under way.</param>
    /// <param name="carriedOut">Whether it was, or was done by hand; else it is sent again.</param>
    /// <param name="cancellationToken">Stops behind the present batch.</param>
    public Task<RunRecord> AnswerAsync(string? migration, bool carriedOut, CancellationToken cancellationToken) =>
        WorkAsync(install: false, work => work.AnswerAsync(migration, carriedOut, cancellationToken), cancellationToken);

    /// <summary>Ends the old version's service: from live to retired.</summary>
    /// <param name="migration">Which migration.</param>
    /// <param name="keepOld">Whether the old version goes on being served.</param>
    /// <param name="force">Passes by what costs comfort only, such as old readers that were seen lately.</param>
    /// <param name="cancellationToken">Stops behind the present batch.</param>
    public Task<RunRecord> CompleteAsync(string migration, bool keepOld, bool force, CancellationToken cancellationToken) =>
        WorkAsync(install: false, work => work.CompleteAsync(migration, keepOld, force, cancellationToken), cancellationToken);

    /// <summary>Goes back to the old version, from any state in which its storage is there.</summary>
    public Task<RunRecord> RollbackAsync(string migration, CancellationToken cancellationToken) =>
        WorkAsync(install: false, work => work.RollbackAsync(migration, cancellationToken), cancellationToken);

    /// <summary>Backs up and drops what is hidden.</summary>
    /// <param name="migration">Which migration.</param>
    /// <param name="force">Before the retention is over.</param>
    /// <param name="cancellationToken">Stops behind the present batch.</param>
    public Task<RunRecord> SunsetAsync(string migration, bool force, CancellationToken cancellationToken) =>
        WorkAsync(install: false, work => work.SunsetAsync(migration, force, cancellationToken), cancellationToken);

    /// <summary>Writes down the schema as it is, as the version before the first migration.</summary>
    public async Task BaselineAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await WorkAsync(install: true, work => work.BaselineAsync(name, refuse: true, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the runner that is at work, in whichever process, to stop behind its present batch and wait for resume.</summary>
    public Task<RunRecord> PauseAsync(CancellationToken cancellationToken) => RequestAsync(RunRequest.Pause, cancellationToken);

    /// <summary>
    /// Asks the runner that is at work to stop and roll back what is not live yet; where none is at work, does it itself.
    /// </summary>
    public async Task<RunRecord> CancelAsync(CancellationToken cancellationToken)
    {
        var run = await RequestAsync(RunRequest.Cancel, cancellationToken).ConfigureAwait(false);
        var view = await StatusAsync(cancellationToken).ConfigureAwait(false);

        // The runner at work may have heeded the request, rolled back and gone before we look.
        if (view.Run(run.Migration) is { UnderWay: false, State: RunState.Undone } undone)
        {
            return undone;
        }

        return view.Lease.IsHeld ? run : await RollbackAsync(run.Migration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Compares the rows of a migration's tables once more, without repairing anything, and tries on them what the lenses promise: all of
    /// them, or some in chunks chosen at random.
    /// </summary>
    /// <param name="migration">A migration whose storages are both there.</param>
    /// <param name="sample">How many rows of each table, at least; null for all.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<VerifyReport> VerifyAsync(string migration, int? sample, CancellationToken cancellationToken)
    {
        var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync((reader, session, _) => new Inspection(reader, session, options) { Dialect = dialect }.RunAsync(migration, sample, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the rows of a migration's tables agree that do not, from the side that is right; what they held is kept among the journal's images.
    /// </summary>
    /// <param name="migration">A migration whose storages are both there.</param>
    /// <param name="from">The side that is right; null: the one that alone is served.</param>
    /// <param name="apply">Whether rows are written; else it is only looked what would be done, without the lease.</param>
    /// <param name="cancellationToken">Stops behind the present chunk.</param>
    public async Task<ReconcileReport> ReconcileAsync(string migration, Side? from, bool apply, CancellationToken cancellationToken)
    {
        if (!apply)
        {
            var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return await ReadAsync((_, session, store) => new Reconciliation(dialect, session, store, options).RunAsync(migration, from, apply, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return await LeaseAsync(
            install: false,
            async (dialect, session, store) =>
            {
                try
                {
                    return await new Reconciliation(dialect, session, store, options).RunAsync(migration, from, apply, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    await RunWork.TryReleaseAsync(session).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the journal says now; installs nothing.</summary>
    public Task<JournalView> StatusAsync(CancellationToken cancellationToken) =>
        ReadAsync((reader, _, _) => reader.ReadAsync(cancellationToken), cancellationToken);

    /// <summary>How many rows of each table are in quarantine, while a migration is live; installs nothing.</summary>
    public Task<ValueList<QuarantinedRows>> QuarantineAsync(CancellationToken cancellationToken) => ReadAsync(
        async (reader, session, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await Quarantine.CountAsync(reader, session, cancellationToken).ConfigureAwait(false)
            : [],
        cancellationToken);

    /// <summary>Dead rows of the tables that are filled or live; installs nothing, and none where the database keeps none.</summary>
    public Task<ValueList<DeadRows>> DeadRowsAsync(CancellationToken cancellationToken) => ReadAsync(
        async (reader, session, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await DeadRows.ReadAsync(reader, session, cancellationToken).ConfigureAwait(false)
            : [],
        cancellationToken);

    /// <summary>What happened, oldest first.</summary>
    public Task<ValueList<JournalEntry>> HistoryAsync(string? migration, CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await reader.EventsAsync(migration, cancellationToken).ConfigureAwait(false)
            : [],
        cancellationToken);

    /// <summary>The chunks of a migration's walks with their counts and checksums.</summary>
    public Task<ValueList<LedgerRecord>> LedgerAsync(string migration, CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await reader.LedgerAsync(migration, cancellationToken).ConfigureAwait(false)
            : [],
        cancellationToken);

    /// <summary>Rows that a migration's backfills wrote, so many behind this one, or from the first on; none unless <c>ledger: rows</c> was asked for.</summary>
    public async Task<ValueList<LedgerRow>> LedgerRowsAsync(string migration, LedgerRow? after, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync((reader, _, _) => reader.LedgerRowsAsync(migration, after, most, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Statement)
        {
            // A journal that no run of this version of Tandem has written to has no such table.
            return [];
        }
    }

    /// <summary>How long steps took that were carried out on this target without a break, the latest first; installs nothing.</summary>
    public Task<ValueList<StepTiming>> TimingsAsync(CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await Timings.ReadAsync(reader, cancellationToken).ConfigureAwait(false)
            : [],
        cancellationToken);

    /// <summary>When rows were filled on this target, and when that was slowed down; installs nothing.</summary>
    public Task<PastWork> PastAsync(CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await PastFills.ReadAsync(reader, cancellationToken).ConfigureAwait(false)
            : new PastWork([], []),
        cancellationToken);

    /// <summary>Sessions that hold, for so long at least, what steps must lock: step by step; installs nothing.</summary>
    public Task<ValueList<(RenderedStep Step, LockHolder Holder)>> HoldersAsync(IReadOnlyList<RenderedStep> steps, TimeSpan atLeast, CancellationToken cancellationToken) => ReadAsync(
        async (_, session, _) =>
        {
            var found = new List<(RenderedStep, LockHolder)>();
            foreach (var query in steps.Where(s => s.Holders is not null).GroupBy(s => s.Holders!))
            {
                var holders = LockHolder.Read(await session.QueryAsync(new SqlStatement(query.Key), cancellationToken).ConfigureAwait(false));
                found.AddRange(holders.Where(h => h.Held >= atLeast).SelectMany(h => query.Select(s => (s, h))));
            }

            return found.ToValueList();
        },
        cancellationToken);

    /// <summary>The steps of an attempt of a phase.</summary>
    public Task<ValueList<StepRecord>> StepsAsync(string migration, Phase phase, int attempt, CancellationToken cancellationToken) =>
        ReadAsync((reader, _, _) => reader.StepsAsync(migration, phase, attempt, cancellationToken), cancellationToken);

    /// <summary>The stored plan of a migration.</summary>
    public Task<Plan> PlanAsync(string migration, CancellationToken cancellationToken) =>
        ReadAsync((reader, _, _) => reader.PlanAsync(migration, cancellationToken), cancellationToken);

    /// <summary>The schema of a version (a completed migration's, or the one before the first) as it was written down; null when it was not.</summary>
    public Task<DatabaseSchema?> SchemaAsync(string version, CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) => await reader.IsInstalledAsync(cancellationToken).ConfigureAwait(false)
            ? await reader.SchemaAsync(version, cancellationToken).ConfigureAwait(false)
            : null,
        cancellationToken);

    /// <summary>
    /// Writes the schema as it is down as that of the present version, after somebody else changed it and a person said why
    /// that is to stay.
    /// </summary>
    /// <param name="reason">Why; it stands in the history.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task AcceptSchemaAsync(string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return WorkAsync(install: false, work => work.RecordDriftAsync(d => d.AcceptAsync(reason, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <summary>Writes down that migrations are done whose text says what somebody changed: nothing of them is carried out.</summary>
    /// <param name="drift">What was changed, as a person saw it.</param>
    /// <param name="adopted">The migrations, in their order.</param>
    /// <param name="reason">Why; it stands in the history.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task AdoptAsync(DriftReport drift, IReadOnlyList<AdoptedPlan> adopted, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(drift);
        return WorkAsync(install: false, work => work.RecordDriftAsync(d => d.AdoptAsync(drift, adopted, reason, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <summary>Writes down what was decided about objects that somebody changed.</summary>
    /// <param name="drift">What was changed, as a person saw it.</param>
    /// <param name="choices">What was decided.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task ChooseAsync(DriftReport drift, IReadOnlyList<DriftChoice> choices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(drift);
        return WorkAsync(install: false, work => work.RecordDriftAsync(d => d.ChooseAsync(drift, choices, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <summary>What was decided about objects that somebody changed, oldest first; what a migration was to lead back and has led back is over.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public Task<ValueList<DriftChoice>> ChoicesAsync(CancellationToken cancellationToken) => ReadAsync(
        async (reader, _, _) =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return view.Installed
                ? (await reader.ChoicesAsync(cancellationToken).ConfigureAwait(false)).Where(c => c.Migration is null || view.Run(c.Migration) is not { IsComplete: true }).ToValueList()
                : [];
        },
        cancellationToken);

    /// <summary>The changes that are in sync now, oldest first: what a plan, and a phase when it begins, must respect.</summary>
    /// <param name="except">A migration that is left out; null for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<ValueList<RetainedChange>> RetainedAsync(string? except, CancellationToken cancellationToken) =>
        ReadAsync((reader, _, _) => RetainedChanges.ReadAsync(reader, except, cancellationToken), cancellationToken);

    private async Task<RunRecord> RequestAsync(RunRequest request, CancellationToken cancellationToken) => await ReadAsync(
        async (reader, session, store) =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = view.Runs.FirstOrDefault(r => r.UnderWay)
                ?? throw new TandemException(ProblemCodes.WrongState, "Nothing is under way on this target.");
            if (request == RunRequest.Cancel && run.Phase is not (Phase.Start or Phase.Restart))
            {
                throw new TandemException(new Problem(
                    ProblemCodes.WrongState,
                    $"{run.Migration} is {Words.Of(run.State)}; only what is not live yet can be cancelled.",
                    Remedy: "Pause it, or roll it back when it has stopped."));
            }

            var held = view.Lease.IsHeld;
            var statement = request == RunRequest.Pause && !held ? store.SetPaused(run.Migration, true) : store.SetRequest(run.Migration, request);
            _ = await session.ApplyUnleasedAsync(
                [store.LockLeaseRow(), statement, store.Event(Words.Of(request) + "_requested", run.Migration, run.Phase, "", 0, "{}")],
                cancellationToken).ConfigureAwait(false);
            return (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)).Run(run.Migration)!;
        },
        cancellationToken).ConfigureAwait(false);

    private async Task<T> ReadAsync<T>(Func<JournalReader, LeasedSession, JournalStore, Task<T>> read, CancellationToken cancellationToken)
    {
        var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var store = new JournalStore(dialect.JournalPrefix, dialect.Capabilities.Clock, database.SchemaName, options.Actor, options.Time);
        try
        {
            await using var session = new LeasedSession(database, store, options);
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await read(new JournalReader(store, session.QueryAsync), session, store).ConfigureAwait(false);
        }
        catch (DatabaseException e)
        {
            throw Failures.Explain(e, "The journal cannot be read");
        }
    }

    private Task<RunRecord> WorkAsync(bool install, Func<RunWork, Task<RunRecord>> work, CancellationToken cancellationToken) =>
        LeaseAsync(install, (dialect, session, store) => work(new RunWork(database, dialect, session, store, options)), cancellationToken);

    private async Task<T> LeaseAsync<T>(bool install, Func<IDialect, LeasedSession, JournalStore, Task<T>> work, CancellationToken cancellationToken)
    {
        var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var store = new JournalStore(dialect.JournalPrefix, dialect.Capabilities.Clock, database.SchemaName, options.Actor, options.Time);
        try
        {
            await using var session = new LeasedSession(database, store, options);
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (!install && !await new JournalReader(store, session.QueryAsync).IsInstalledAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new TandemException(ProblemCodes.UnknownMigration, "Nothing was ever started on this target: it has no journal.");
            }

            // What an earlier Tandem installed may lack what the next phase calls.
            await session.InstallAsync(dialect, cancellationToken).ConfigureAwait(false);
            await session.AcquireAsync(cancellationToken).ConfigureAwait(false);
            return await work(dialect, session, store).ConfigureAwait(false);
        }
        catch (DatabaseException e)
        {
            throw Failures.Explain(e, "The run cannot go on");
        }
    }
}
