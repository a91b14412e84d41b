using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>
/// Asks for locks without making others wait: looks who holds them first, asks briefly, pauses for a random time, and
/// after the deadline stops with the blockers named. There is no last try without a timeout.
/// </summary>
internal sealed class LockWait(StepRun run)
{
    private readonly RunScope scope = run.Scope;

    /// <summary>Tries until the locks are granted, and notes what that cost others.</summary>
    public async Task UntilGrantedAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        if (run.Step.Locks.Count == 0)
        {
            await GrantedAsync(attempt, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var watching = await scope.Meter.WatchAsync(scope.Options.LockSampleEvery, cancellationToken).ConfigureAwait(false);
        var asked = scope.Time.GetTimestamp();
        TimeSpan? held = null;
        try
        {
            held = await GrantedAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            var all = scope.Time.GetElapsedTime(asked);
            scope.Note(run.Step.Id, await watching.EndAsync(all - (held ?? TimeSpan.Zero), held ?? TimeSpan.Zero).ConfigureAwait(false));
        }
    }

    /// <summary>Tries until the locks are granted; how long the transaction lasted that had them.</summary>
    private async Task<TimeSpan> GrantedAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        var deadline = scope.Retry.Deadline(scope.Options.LockDeadline);
        var asked = scope.Time.GetTimestamp();
        while (true)
        {
            var holders = await HoldersAsync(scope.Options.LongHolder, cancellationToken).ConfigureAwait(false);
            DatabaseException? cause = null;
            if (holders.Count == 0)
            {
                var tried = scope.Time.GetTimestamp();
                try
                {
                    await attempt().ConfigureAwait(false);
                    var held = scope.Time.GetElapsedTime(tried);
                    Telemetry.Locks(run, scope.Time.GetElapsedTime(asked, tried), held);
                    return held;
                }
                catch (DatabaseException e) when (e.CanRetry)
                {
                    cause = e;
                }
            }

            if (deadline.IsOver)
            {
                throw await RefusedAsync(cause, cancellationToken).ConfigureAwait(false);
            }

            var reason = holders.Count == 0 ? "a lock" : "sessions that hold a lock: " + string.Join("; ", holders);
            await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, reason, cancellationToken).ConfigureAwait(false);
            await scope.MindAsync(run.Step, now: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The problem of a lock that was not granted, with those who are in the way.</summary>
    public async Task<TandemException> RefusedAsync(DatabaseException? cause, CancellationToken cancellationToken)
    {
        var holders = await HoldersAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        var who = holders.Count == 0 ? "Nobody holds it at this moment." : "In the way: " + string.Join("; ", holders) + ".";
        return new TandemException(
            ProblemCodes.LockNotGranted, $"{run.Step.Title}: a lock was not granted for {scope.Options.LockDeadline:g}. {who}", cause);
    }

    /// <summary>The sessions that hold, for so long at least, what the step must lock.</summary>
    public async Task<List<string>> HoldersAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        if (run.Step.Holders is not { } query)
        {
            return [];
        }

        var result = await scope.Session.QueryAsync(new SqlStatement(query), cancellationToken).ConfigureAwait(false);
        return [.. LockHolder.Read(result).Where(h => h.Held >= atLeast).Select(h => h.ToString())];
    }
}
