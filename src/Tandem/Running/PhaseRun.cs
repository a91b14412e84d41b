using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Carries out what is left of a phase, from the lines in the journal and the stored plan alone.</summary>
internal sealed class PhaseRun(RunScope scope, IReadOnlyList<StepRecord> lines)
{
    private readonly ValueList<RenderedStep> steps = scope.Plan.Steps(scope.Phase);
    private RunState? state;

    /// <summary>Does every step that is left, in order, then ends the phase.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var span = Telemetry.Phase(scope);
        var left = Left().ToList();
        if (left.Count == 0)
        {
            await scope.RecordAsync(End(), cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await RunAsync(left, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RunStoppedException or GuardFiredException)
        {
            await scope.RecordLaterAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // The phase is over: whoever cancels now is not told that it was broken off.
        await scope.RecordLaterAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task RunAsync(List<StepRecord> left, CancellationToken cancellationToken)
    {
        foreach (var line in left)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scope.StopIfAsked();
            var run = new StepRun(scope, steps[line.Index], line)
            {
                AtEnd = [.. MakesLive(line.Index) ? [scope.Store.MarkLive(scope.Migration)] : Array.Empty<SqlStatement>(), .. line == left[^1] ? End() : []],
            };
            await BeginAsync(run, cancellationToken).ConfigureAwait(false);
            await scope.MindAsync(run.Step, now: run.Step.Kind == StepKind.Publish || TakeBack.IsSwitch(steps, line.Index), cancellationToken).ConfigureAwait(false);
            await CarryOutAsync(run, cancellationToken).ConfigureAwait(false);
            scope.Tell(new StepDone(scope.Migration, run.Step.Id));
        }
    }

    // A lock that was not granted is a matter of time, and would not be granted for this either.
    private (IEnumerable<StepRecord> Again, ValueList<RenderedStep> Back) TakenBack(StepRun run, Problem problem)
    {
        var index = run.Line.Index;
        if (problem.Code == ProblemCodes.LockNotGranted || Enumerable.Range(0, index).Any(i => TakeBack.IsSwitch(steps, i)))
        {
            return ([], []);
        }

        // Who was to take it back before may have died: what was ever begun in this attempt counts, though it is to be done anew.
        var begun = lines.Where(l => (l.Index <= index || l.StartedAt is not null) && (steps[l.Index].Kind is StepKind.Enforce or StepKind.CountViolations)).ToList();
        return (begun, begun.Any(l => steps[l.Index].Kind == StepKind.Enforce)
            ? scope.Plan.Back(scope.Phase).Where(s => s.Kind == StepKind.Relax).ToValueList()
            : []);
    }

    /// <summary>The state while a step runs: what the new storage can be said to be.</summary>
    internal static RunState StateAt(Phase phase, ValueList<RenderedStep> steps, int index) => phase switch
    {
        Phase.Start when steps.Take(index + 1).Any(s => s.Kind == StepKind.Verify) => RunState.Verifying,
        Phase.Start when steps.Take(index + 1).Any(s => s.Kind == StepKind.Backfill) => RunState.Backfilling,
        Phase.Start => RunState.Expanding,
        Phase.Restart => RunState.Verifying,
        Phase.Complete => RunState.Completing,
        Phase.Rollback or Phase.Revert => RunState.RollingBack,
        _ => RunState.Sunsetting,
    };

    /// <summary>The state behind the phase.</summary>
    internal static RunState StateAfter(Phase phase) => phase switch
    {
        Phase.Start or Phase.Restart => RunState.Live,
        Phase.Complete => RunState.Retired,
        Phase.Rollback or Phase.Revert => RunState.Undone,
        Phase.Sunset => RunState.Done,
        _ => RunState.Gone,
    };

    /// <summary>
    /// The lines that are not finished, and those of verifications that another holder of the lease made: what is verified
    /// is so for this run only. It counts as long as nothing was published or switched on the strength of it.
    /// </summary>
    private IEnumerable<StepRecord> Left()
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var stale = line.Status == StepStatus.Done && steps[line.Index].Mode == StepMode.Verification && line.Epoch != scope.Session.Epoch
                && !lines.Skip(i + 1).Any(l => l.Finished && (steps[l.Index].Kind == StepKind.Publish || TakeBack.IsSwitch(steps, l.Index)))
                && lines.Skip(i + 1).Any(l => !l.Finished);
            if (!line.Finished || stale)
            {
                yield return line;
            }
        }
    }

    /// <summary>Whether this step is the first through which applications see the new version.</summary>
    private bool MakesLive(int index) =>
        scope.Phase is Phase.Start or Phase.Restart && steps[index].Kind == StepKind.Publish
        && !steps.Skip(index + 1).Any(s => s.Kind is StepKind.Expand or StepKind.Backfill or StepKind.Verify);

    private IReadOnlyList<SqlStatement> End()
    {
        var after = StateAfter(scope.Phase);
        return
        [
            .. scope.Phase is Phase.Sunset or Phase.Discard ? [scope.Store.ForgetReconciled(scope.Plan.Ordinal)] : Array.Empty<SqlStatement>(),
            .. scope.Outdated is { } version ? [scope.Store.SetSchema(version, null)] : Array.Empty<SqlStatement>(),
            scope.Store.EndPhase(scope.Migration, after), scope.Event("phase_done", "", ("state", Words.Of(after))),
        ];
    }

    private async Task BeginAsync(StepRun run, CancellationToken cancellationToken)
    {
        var present = StateAt(scope.Phase, steps, run.Line.Index);
        await scope.RecordAsync(
            [
                scope.Lines.Begin(run.Line, scope.Session.Epoch),
                .. present == state ? Array.Empty<SqlStatement>() : [scope.Store.SetState(scope.Migration, present)],
            ],
            cancellationToken).ConfigureAwait(false);
        state = present;
        scope.Tell(new StepStarted(scope.Migration, run.Step.Id, run.Step.Title, run.Line.Index + 1, steps.Count));
        scope.StopIfAsked();
    }

    private async Task CarryOutAsync(StepRun run, CancellationToken cancellationToken)
    {
        using var span = Telemetry.Step(run);
        try
        {
            if (run.Step.Mode is not (StepMode.Batches or StepMode.Verification))
            {
                await WindowHold.UntilOpenAsync(run, Work.Start, cancellationToken).ConfigureAwait(false);
            }

            await (run.Step.Mode switch
            {
                StepMode.Transaction => TransactionStep.RunAsync(run, cancellationToken),
                StepMode.Alone => new AloneStep(run).RunAsync(cancellationToken),
                StepMode.Once => new OnceStep(run).RunAsync(cancellationToken),
                StepMode.Hook => new HookStep(run).RunAsync(cancellationToken),
                StepMode.Batches => new BatchesStep(run).RunAsync(cancellationToken),
                StepMode.Verification => new VerificationStep(run).RunAsync(cancellationToken),
                StepMode.Checks => ChecksStep.RunAsync(run, cancellationToken),
                StepMode.Backup => new BackupStep(run).RunAsync(cancellationToken),
                StepMode.Watch => new WatchStep(run).RunAsync(cancellationToken),
                _ => throw new InvalidOperationException($"Nobody carries out {run.Step.Mode}."),
            }).ConfigureAwait(false);
            span.Done();
        }
        catch (DatabaseException e)
        {
            throw await FailAsync(run, span, Failures.Explain(e, run.Step), cancellationToken).ConfigureAwait(false);
        }
        catch (TandemException e) when (e.Problems[0].Code != ProblemCodes.LostLease && e.Problems[0].Code != ProblemCodes.DatabaseUnavailable)
        {
            throw await FailAsync(run, span, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Writes the problem down, so that anyone sees why the run stands; it stays resumable. What the phase began to
    /// enforce for a switch that does not come is taken back, and done again when the run is resumed.
    /// </summary>
    private async Task<TandemException> FailAsync(StepRun run, Telemetry.StepSpan span, TandemException failure, CancellationToken cancellationToken)
    {
        var problem = failure.Problems[0];
        span.Failed(problem);
        var (again, back) = TakenBack(run, problem);
        var failed = "The journal could not be written";
        try
        {
            await UntilDoneAsync(
                () => scope.RecordAsync(
                    [
                        .. again.Select(scope.Lines.Reset),
                        scope.Lines.Failed(run.Line, problem),
                        scope.Store.SetFailure(scope.Migration, problem),
                        scope.Event("step_failed", run.Step.Id, ("code", problem.Code.Id), ("message", problem.Message)),
                    ],
                    cancellationToken),
                cancellationToken).ConfigureAwait(false);
            failed = "What began to be enforced stays so until the run is resumed";
            await UntilDoneAsync(() => TakeBack.RunAsync(scope, back, run.Line.Attempt, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.LockNotGranted || e.Problems[0].Code == ProblemCodes.StepNotDone)
        {
            return new TandemException([.. failure.Problems, .. e.Problems], failure);
        }
        catch (DatabaseException e)
        {
            // A full disk or a read-only server takes no journal lines either; what stopped the run is the news.
            var second = Failures.Explain(e, failed).Problems.Where(p => p.Code != problem.Code);
            return new TandemException([.. failure.Problems, .. second], failure);
        }

        return failure;
    }

    // Whoever is told that the phase was refused counts on it that nothing of it is enforced any more: what a moment's
    // delay of the server stopped is tried again.
    private async Task UntilDoneAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        for (var deadline = scope.Retry.Deadline(scope.Options.LockDeadline); ;)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (DatabaseException e) when ((e.CanRetry || e.Kind == FailureKind.StatementTimeout) && !deadline.IsOver)
            {
                await scope.Retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
