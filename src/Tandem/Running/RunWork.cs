using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Running.Locks;
using Tandem.Schema;
using Tandem.Steps;
using static Tandem.Running.Refusals;

namespace Tandem.Running;

/// <summary>What a runner does while it holds the lease: decides from the journal which phase comes, and carries it out.</summary>
internal sealed class RunWork(IDatabase database, IDialect dialect, LeasedSession session, JournalStore store, RunnerOptions options)
{
    private readonly JournalReader reader = new(store, session.QueryAsync);

    public Task<RunRecord> StartAsync(Plan plan, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = view.Run(plan.Migration);
            RefuseOther(view, plan.Migration, active: true);
            RefuseFor(StackRules.RefuseHeld(view, plan));
            if (run is null or { State: RunState.Gone or RunState.Pending })
            {
                await BeginAnewAsync(view, plan, cancellationToken).ConfigureAwait(false);
                return plan.Migration;
            }

            if (run.ChangeHash != plan.ChangeHash)
            {
                throw new TandemException(ProblemCodes.EditedSinceStart, $"{plan.Migration} is {Words.Of(run.State)} with another text than the file has now.");
            }

            if (run is { Phase: Phase.Start or Phase.Restart })
            {
                return await GoOnAsync(run, force: false, cancellationToken).ConfigureAwait(false);
            }

            Refuse(run is not { State: RunState.Undone, UnderWay: false }, run, "started");
            RefuseFor(await StackRules.RefuseAgainAsync(reader, view, run, cancellationToken).ConfigureAwait(false));
            await BeginAsync(run, run.WasLive ? Phase.Restart : Phase.Start, [store.SetPlace(run.Migration, NextPlace(view))], cancellationToken).ConfigureAwait(false);
            return run.Migration;
        },
        cancellationToken);

    public Task<RunRecord> ResumeAsync(string? migration, string? lift, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = migration is null ? view.Runs.FirstOrDefault(r => r.Held && !view.Runs.Any(o => o.UnderWay)) : view.Run(migration);
            run = run is { Held: true } ? run : await UnderWayAsync(migration, cancellationToken).ConfigureAwait(false);
            var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            _ = await session.RecordAsync(GuardHold.Release(store, run, plan, lift, session.Epoch), cancellationToken).ConfigureAwait(false);
            return run.Held ? run.Migration : await GoOnAsync(run, force: false, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Does what a condition that is met asks for: goes back, or holds the migration until a person lets it go on.</summary>
    public Task<RunRecord> ActAsync(string migration, GuardReading reading, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = Known(view, migration);
            if (run.UnderWay || run.Held || run.State is not (RunState.Live or RunState.Retired))
            {
                return migration;
            }

            var hindrance = reading.Then == GuardAction.Rollback
                ? view.Runs.Any(r => r.UnderWay) ? "another migration is under way." : (await StackRules.RefuseBackAsync(reader, view, run, cancellationToken).ConfigureAwait(false))?.Message
                : null;
            if (reading.Then == GuardAction.Pause || hindrance is not null)
            {
                _ = await session.RecordAsync(GuardHold.Hold(store, run, reading, session.Epoch, hindrance), cancellationToken).ConfigureAwait(false);
                return migration;
            }

            await BeginBackAsync(run, [GuardHold.Fired(store, run, reading, session.Epoch)], cancellationToken).ConfigureAwait(false);
            return migration;
        },
        cancellationToken);

    public Task<RunRecord> AnswerAsync(string? migration, bool carriedOut, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var run = await UnderWayAsync(migration, cancellationToken).ConfigureAwait(false);
            var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            var lines = await reader.StepsAsync(run.Migration, run.Phase!.Value, run.Attempt, cancellationToken).ConfigureAwait(false);
            var answer = new ScriptAnswer(Scope(plan, run.Phase.Value, force: false), lines);
            await answer.GiveAsync(carriedOut, cancellationToken).ConfigureAwait(false);
            return await GoOnAsync(run, force: false, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    public Task<RunRecord> CompleteAsync(string migration, bool keepOld, bool force, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = Known(view, migration);
            RefuseOther(view, migration, active: false);
            if (run.Phase == Phase.Complete)
            {
                return await GoOnAsync(run, force, cancellationToken).ConfigureAwait(false);
            }

            if (run.Phase == Phase.Revert && !await SwitchedAsync(run, cancellationToken).ConfigureAwait(false))
            {
                return await StayAsync(run, cancellationToken).ConfigureAwait(false);
            }

            Refuse(run is not { State: RunState.Live, UnderWay: false }, run, "completed");
            RefuseFor(GuardHold.Refuse(run));
            await BeginAsync(run with { KeepsOld = keepOld }, Phase.Complete, [store.SetKeepsOld(migration, keepOld)], cancellationToken, force).ConfigureAwait(false);
            return migration;
        },
        cancellationToken);

    public Task<RunRecord> RollbackAsync(string migration, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = Known(view, migration);
            RefuseOther(view, migration, active: false);
            if (run.Phase is Phase.Rollback or Phase.Revert)
            {
                return await GoOnAsync(run, force: false, cancellationToken).ConfigureAwait(false);
            }

            if (run.Adopted)
            {
                return await new DriftRecord(database, session, store, reader).ForgetAsync(view, run, cancellationToken).ConfigureAwait(false);
            }

            Refuse(
                run.IsBaseline || run.State is not (RunState.Live or RunState.Retired) && run.Phase is not (Phase.Start or Phase.Restart or Phase.Complete),
                run,
                "rolled back");
            RefuseFor(await StackRules.RefuseBackAsync(reader, view, run, cancellationToken).ConfigureAwait(false));
            await BeginBackAsync(run, [], cancellationToken).ConfigureAwait(false);
            return migration;
        },
        cancellationToken);

    private async Task BeginBackAsync(RunRecord run, SqlStatement[] evidence, CancellationToken cancellationToken)
    {
        var switched = run.State == RunState.Retired || (run.Phase == Phase.Complete && await SwitchedAsync(run, cancellationToken).ConfigureAwait(false));
        await BeginAsync(run, switched ? Phase.Revert : Phase.Rollback, evidence, cancellationToken).ConfigureAwait(false);
    }

    public Task<RunRecord> SunsetAsync(string migration, bool force, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var run = Known(view, migration);
            RefuseOther(view, migration, active: false);
            if (run.Phase is Phase.Sunset or Phase.Discard)
            {
                return await GoOnAsync(run, force, cancellationToken).ConfigureAwait(false);
            }

            Refuse(run.UnderWay || run.State is not (RunState.Retired or RunState.Undone), run, "sunset");
            RefuseFor(GuardHold.Refuse(run) ?? await StackRules.RefuseSunsetAsync(reader, view, run, cancellationToken).ConfigureAwait(false));
            RefuseFor(force ? null : StackRules.RefuseRetention(run, options.Time.GetUtcNow()));
            await BeginAsync(run, run.State == RunState.Retired ? Phase.Sunset : Phase.Discard, [], cancellationToken, force: force).ConfigureAwait(false);
            return migration;
        },
        cancellationToken);

    public Task<RunRecord> BaselineAsync(string name, bool refuse, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (view.Baseline is { } present)
            {
                return refuse
                    ? throw new TandemException(ProblemCodes.BaselineExists, $"The baseline is called {present.Migration}.")
                    : present.Migration;
            }

            var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
            _ = await session.RecordAsync(SchemaRecord.Baseline(store, session.Epoch, name, schema), cancellationToken).ConfigureAwait(false);
            return name;
        },
        cancellationToken);

    public Task<RunRecord> RecordDriftAsync(Func<DriftRecord, Task<string>> record, CancellationToken cancellationToken) => GuardAsync(() => record(new DriftRecord(database, session, store, reader)), cancellationToken);

    private async Task<RunRecord> UnderWayAsync(string? migration, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var run = migration is null ? view.Runs.FirstOrDefault(r => r.UnderWay) : Known(view, migration);
        return run is { UnderWay: true }
            ? run
            : throw new TandemException(
                ProblemCodes.WrongState, run is null ? "Nothing is under way on this target." : $"{run.Migration} is {Words.Of(run.State)}; nothing of it is left to do.");
    }

    private static long NextPlace(JournalView view) => view.Runs.Select(r => r.Position).DefaultIfEmpty(0).Max() + 1;

    private async Task<bool> SwitchedAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var lines = await reader.StepsAsync(run.Migration, run.Phase!.Value, run.Attempt, cancellationToken).ConfigureAwait(false);
        return TakeBack.Switched(plan.Steps(run.Phase.Value), lines);
    }

    private async Task BeginAnewAsync(JournalView view, Plan plan, CancellationToken cancellationToken)
    {
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        var others = await RetainedChanges.ReadAsync(reader, plan.Migration, cancellationToken).ConfigureAwait(false);
        RefuseFor(StalePlans.Find(view, plan, schema, options.Render(plan, dialect, others)));
        var settled = Settled(plan);
        await BeginAsync(
            Scope(settled, Phase.Start),
            [.. view.Baseline is null ? SchemaRecord.Baseline(store, session.Epoch, plan.OldVersion, schema) : [], store.PutRun(settled, NextPlace(view))],
            line => line,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a phase of a run that is there, written for what else is in sync now.</summary>
    private async Task BeginAsync(
        RunRecord run, Phase phase, SqlStatement[] changes, CancellationToken cancellationToken, bool force = false)
    {
        var stored = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var others = await RetainedChanges.ReadAsync(reader, run.Migration, cancellationToken).ConfigureAwait(false);
        var plan = Settled(options.Render(stored, dialect, others));
        var standing = stored.Scripts.Count + stored.Hooks.Count == 0 ? [] : StandingScripts.Of(await reader.EventsAsync(run.Migration, cancellationToken).ConfigureAwait(false));
        var taken = new TakenUp(run, phase, await LastLinesAsync(run, phase, cancellationToken).ConfigureAwait(false), standing);
        await BeginAsync(
            Scope(plan, phase, force, run.KeepsOld),
            [.. changes, store.SetPlan(plan)],
            line => taken.Over(line, plan.Steps(phase)[line.Index]),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task BeginAsync(
        RunScope scope, SqlStatement[] changes, Func<StepRecord, StepRecord> line, CancellationToken cancellationToken)
    {
        var (plan, phase) = (scope.Plan, scope.Phase);
        var steps = plan.Steps(phase);
        if (options.OpenBackup is null && steps.FirstOrDefault(s => s.Mode == StepMode.Backup) is { } backup)
        {
            throw new TandemException(ProblemCodes.BackupNotPossible, $"{backup.Title}: no directory for backups was named.");
        }

        RefuseFor(WindowHold.Refuse(scope) ?? await LockBreaker.RefuseAsync(scope, reader, cancellationToken).ConfigureAwait(false));
        var attempt = await reader.LastAttemptAsync(plan.Migration, phase, cancellationToken).ConfigureAwait(false) + 1;
        var lines = steps.Select((step, index) => line(new StepRecord(plan.Migration, phase, attempt, index, step.Id))).ToList();
        _ = await session.RecordAsync(
            [
                .. changes,
                store.BeginPhase(plan.Migration, phase, attempt, PhaseRun.StateAt(phase, steps, -1)),
                .. lines.Select(scope.Lines.Put),
                scope.Event("phase_begun", "", [("attempt", attempt), ("plan_hash", plan.PlanHash), .. plan.Pattern is { } pattern ? [("pattern", pattern)] : Array.Empty<(string Name, object? Value)>()]),
            ],
            cancellationToken).ConfigureAwait(false);
        await RunAsync(scope, lines, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(RunScope scope, IReadOnlyList<StepRecord> lines, CancellationToken cancellationToken)
    {
        if (scope.Guard is { IsIdle: false } guard)
        {
            guard.Lift(await reader.LiftedAsync(scope.Migration, cancellationToken).ConfigureAwait(false));
        }

        scope.Meter.Remember(await reader.BlockedAsync(scope.Migration, cancellationToken).ConfigureAwait(false));
        await using var meter = scope.Meter;
        scope.Outdated = await SchemaRecord.OutdatedAsync(scope, reader, cancellationToken).ConfigureAwait(false);
        await new PhaseRun(scope, lines).RunAsync(cancellationToken).ConfigureAwait(false);
        await SchemaRecord.WriteAsync(database, scope, reader).ConfigureAwait(false);
    }

    private async Task<ValueList<StepRecord>> LastLinesAsync(RunRecord run, Phase phase, CancellationToken cancellationToken)
    {
        var attempt = await reader.LastAttemptAsync(run.Migration, phase, cancellationToken).ConfigureAwait(false);
        return await reader.StepsAsync(run.Migration, phase, attempt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the phase under way up where the journal says that it stands.</summary>
    private async Task<string> GoOnAsync(RunRecord run, bool force, CancellationToken cancellationToken)
    {
        var stored = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var plan = Settled(stored);
        var lines = await reader.StepsAsync(run.Migration, run.Phase!.Value, run.Attempt, cancellationToken).ConfigureAwait(false);
        var scope = Scope(plan, run.Phase.Value, force, run.KeepsOld);
        RefuseFor(TakeBack.Switched(plan.Steps(scope.Phase), lines) ? null : WindowHold.Refuse(scope) ?? await LockBreaker.RefuseAsync(scope, reader, cancellationToken).ConfigureAwait(false));
        _ = await session.RecordAsync(
            [
                store.SetPaused(run.Migration, false), store.SetFailure(run.Migration, null), scope.Event("resumed", ""),
                .. plan.Settings == stored.Settings ? Array.Empty<SqlStatement>() : [store.SetPlan(plan)],
            ],
            cancellationToken).ConfigureAwait(false);
        await RunAsync(scope, lines, cancellationToken).ConfigureAwait(false);
        return run.Migration;
    }

    /// <summary>Ends a revert that did not come to its switch: the base has the new shape as before, and what was begun for the old one is taken back.</summary>
    private async Task<string> StayAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var scope = Scope(plan, Phase.Revert);
        await using var meter = scope.Meter;
        var back = plan.Back(Phase.Revert).Where(s => !(run.KeepsOld && s.Kind == StepKind.Unpublish));
        await TakeBack.RunAsync(scope, back, run.Attempt, cancellationToken).ConfigureAwait(false);
        await scope.RecordAsync(
            [store.EndPhase(run.Migration, RunState.Retired), scope.Event("phase_done", "", ("state", Words.Of(RunState.Retired)))], cancellationToken).ConfigureAwait(false);
        return run.Migration;
    }

    /// <summary>The plan with what its target says now; what it kept holds where nothing is known of the target's settings.</summary>
    private Plan Settled(Plan plan) => options.SettingsOf is { } settings ? plan with { Settings = settings(plan.Migration) } : plan;

    private RunScope Scope(Plan plan, Phase phase, bool force = false, bool keepsOld = false)
    {
        var settled = options.With(plan.Settings);
        var scope = new RunScope(session, store, settled)
        {
            Guard = phase is Phase.Start or Phase.Restart or Phase.Complete ? new Guard(plan, settled, dialect.Capabilities) : null,
            Meter = new LockMeter(database, dialect.Capabilities, session, settled),
            Plan = plan, Phase = phase, Force = force, KeepsOld = keepsOld, PauseRatio = settled.PauseRatio ?? (dialect.Capabilities.Twins ? 1 : 0), PauseRatioBesideOthers = settled.PauseRatio ?? (dialect.Capabilities.Twins ? 3 : 0),
        };
        session.Reconnected = () => scope.Tell(new Reconnected(plan.Migration, ""));
        return scope;
    }

    /// <summary>Gives the lease back however the work ends, unless another runner has it; a killed process gives back nothing.</summary>
    private async Task<RunRecord> GuardAsync(Func<Task<string>> work, CancellationToken cancellationToken)
    {
        string migration;
        try
        {
            migration = await HeedAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.LostLease || e.Problems[0].Code == ProblemCodes.DatabaseUnavailable)
        {
            throw;
        }
        catch (Exception e) when (e is TandemException or DatabaseException or OperationCanceledException)
        {
            await TryReleaseAsync(session).ConfigureAwait(false);
            throw;
        }

        await session.ReleaseAsync([], CancellationToken.None).ConfigureAwait(false);
        return (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Run(migration)!;
    }

    /// <summary>Does the work, and what another process asks for meanwhile.</summary>
    private async Task<string> HeedAsync(Func<Task<string>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (GuardFiredException e)
        {
            var run = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)).Runs.First(r => r.UnderWay);
            if (e.Reading.Then == GuardAction.Rollback)
            {
                await BeginBackAsync(run, [GuardHold.Fired(store, run, e.Reading, session.Epoch, e.Step)], cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _ = await session.RecordAsync(GuardHold.Hold(store, run, e.Reading, session.Epoch, step: e.Step), cancellationToken).ConfigureAwait(false);
            }

            return run.Migration;
        }
        catch (RunStoppedException e)
        {
            var run = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)).Runs.First(r => r.UnderWay);
            if (e.Request == RunRequest.Cancel && run.Phase is Phase.Start or Phase.Restart)
            {
                await BeginAsync(run, Phase.Rollback, [], cancellationToken).ConfigureAwait(false);
                return run.Migration;
            }

            _ = await session.RecordAsync(
                [store.SetPaused(run.Migration, true), store.Event("paused", run.Migration, run.Phase, "", session.Epoch, "{}")], cancellationToken).ConfigureAwait(false);
            return run.Migration;
        }
    }

    /// <summary>Gives the lease back if that can be; else it expires by itself, and what ended the work is what the caller must hear.</summary>
    internal static async Task TryReleaseAsync(LeasedSession session)
    {
        try
        {
            await session.ReleaseAsync([], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TandemException or DatabaseException)
        {
            // Nothing more can be done about it here.
        }
    }
}
