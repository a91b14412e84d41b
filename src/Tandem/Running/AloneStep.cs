using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// A step that cannot run in a transaction. The database itself says how far it came; what is half done is taken away
/// before the next try. The lease cannot fence it, so it is renewed by another session meanwhile and a lock of the
/// session's, where the database has one, keeps a second runner out even while the server still works for a dead one.
/// </summary>
internal sealed class AloneStep(StepRun run)
{
    private const int MaxTries = 5;

    private readonly RunScope scope = run.Scope;
    // Pieces that were done since the last pause.
    private int pieces;
    private Piece? last;

    private readonly Probe probe = run.Step.Probe ?? throw new InvalidOperationException($"The step {run.Step.Id} has no probe.");

    // It waits for old transactions and makes nobody wait behind it, so its patience is that of the step.
    private ApplyOptions AloneOptions => run.Options with { LockTimeout = scope.Options.LockDeadline, StatementTimeout = null };

    private ApplyOptions PieceOptions => run.Options with { StatementTimeout = ApplyOptions.Default.StatementTimeout };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await UntilDoneAsync(cancellationToken).ConfigureAwait(false);
        await scope.RecordAsync(run.Done(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does it without a word in the journal.</summary>
    public async Task UntilDoneAsync(CancellationToken cancellationToken)
    {
        var deadline = scope.Retry.Deadline(scope.Options.LockDeadline);
        for (var tries = 0; ;)
        {
            if (await LockAsync(deadline, cancellationToken).ConfigureAwait(false))
            {
                var done = await TryOnceAsync(cancellationToken).ConfigureAwait(false);
                await UnlockAsync(cancellationToken).ConfigureAwait(false);
                if (done)
                {
                    break;
                }
            }

            if (pieces > 0)
            {
                (pieces, tries, deadline) = (0, 0, scope.Retry.Deadline(scope.Options.LockDeadline));
            }

            if ((++tries >= MaxTries && probe.Next is null) || deadline.IsOver)
            {
                var holders = await new LockWait(run).HoldersAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                throw new TandemException(
                    ProblemCodes.StepNotDone,
                    $"{run.Step.Title}: not done after {tries} tries.{(holders.Count > 0 ? $" In the way: {string.Join("; ", holders)}." : "")}");
            }

            await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "another try", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One try; false when it must be tried again.</summary>
    private async Task<bool> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await ProbeAsync(cancellationToken).ConfigureAwait(false);
            if (found == "half")
            {
                await ExecuteAsync(probe.Repair, cancellationToken).ConfigureAwait(false);
                found = await ProbeAsync(cancellationToken).ConfigureAwait(false);
            }

            if (found == "none")
            {
                await (probe.Next is null ? ExecuteAsync(run.Step.Statements, cancellationToken) : AdvanceAsync(cancellationToken)).ConfigureAwait(false);
                found = await ProbeAsync(cancellationToken).ConfigureAwait(false);
            }

            return found == "done";
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.ConnectionLost)
        {
            await scope.Session.ReconnectAsync(e, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (DatabaseException e) when (e.CanRetry)
        {
            return false;
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Statement)
        {
            // Another try, or a runner before this one, may have done it in between; only then is this no failure.
            if (await ProbeAsync(cancellationToken).ConfigureAwait(false) == "done")
            {
                return true;
            }

            throw;
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.Data)
        {
            // What failed for good is not left half done behind the stop.
            await ExecuteAsync(probe.Repair, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string> ProbeAsync(CancellationToken cancellationToken)
    {
        var result = await scope.Session.QueryAsync(new SqlStatement(probe.Sql), cancellationToken).ConfigureAwait(false);
        return result.Rows.Count == 0 ? "none" : result.Text(result.Columns[0]) ?? "none";
    }

    /// <summary>
    /// Does one piece after the other. One for which others could have to wait asks for its lock briefly, has no more time than any statement, and
    /// leaves them as much time afterwards as it took.
    /// </summary>
    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } next)
        {
            // What was done and is still to be done did not help.
            if (next == last)
            {
                return;
            }

            var begun = scope.Time.GetTimestamp();
            try
            {
                await ExecuteAsync([next.Statement], cancellationToken, next.Waits ? AloneOptions : PieceOptions).ConfigureAwait(false);
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.Statement)
            {
                // What it was about may have gone meanwhile; then something else is next.
                if (await NextAsync(cancellationToken).ConfigureAwait(false) == next)
                {
                    throw;
                }

                return;
            }

            last = next;
            pieces++;
            if (!next.Waits)
            {
                await scope.Retry.DelayAsync(scope.Time.GetElapsedTime(begun), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Piece?> NextAsync(CancellationToken cancellationToken)
    {
        var next = await scope.Session.QueryAsync(new SqlStatement(probe.Next!), cancellationToken).ConfigureAwait(false);
        return next.Rows.Count == 0 ? null : new Piece(next.Text("statement")!, next.Rows[0][next.Columns.ToList().IndexOf("waits")] is true);
    }

    private async Task ExecuteAsync(IEnumerable<string> statements, CancellationToken cancellationToken, ApplyOptions? options = null)
    {
        foreach (var text in statements)
        {
            await scope.RecordAsync([], cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            await using var heartbeat = scope.Session.BeginHeartbeat(scope.Migration, cancellationToken);
            try
            {
                await scope.Session.ExecuteAloneAsync(new SqlStatement(text), options ?? AloneOptions, heartbeat.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (heartbeat.Failure is not null)
            {
                throw heartbeat.Failure;
            }
        }
    }

    /// <summary>The session's lock; false when another session still has it.</summary>
    private async Task<bool> LockAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (run.Step.SessionLock is not { } sessionLock)
        {
            return true;
        }

        while (true)
        {
            var answer = await scope.Session.QueryAsync(new SqlStatement(sessionLock.Acquire), cancellationToken).ConfigureAwait(false);
            if (answer.Number(answer.Columns[0]) == 1)
            {
                return true;
            }

            if (deadline.IsOver)
            {
                return false;
            }

            await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "another session that is at this step", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UnlockAsync(CancellationToken cancellationToken)
    {
        if (run.Step.SessionLock is { } sessionLock)
        {
            _ = await scope.Session.QueryAsync(new SqlStatement(sessionLock.Release), cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed record Piece(string Statement, bool Waits);
}
