using Tandem.Databases;

namespace Tandem.Running;

/// <summary>
/// Has the database take away what a walk that wrote has left dead, where the target allows it and there is much of it. It only helps: where it
/// cannot be done, the run goes on.
/// </summary>
internal sealed class Sweep(StepRun run)
{
    private const string Not = "not_vacuumed";
    private const int MostLooks = 20;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly RunScope scope = run.Scope;

    public async Task AfterWalkAsync(CancellationToken cancellationToken)
    {
        if (!scope.Options.Vacuum || run.Walk.Dead is not { } dead || await ReadAsync(cancellationToken).ConfigureAwait(false) is not { AreMany: true } before)
        {
            return;
        }

        await using var heartbeat = scope.Session.BeginHeartbeat(scope.Migration, cancellationToken);
        try
        {
            await scope.Session.ExecuteAloneAsync(new SqlStatement(dead.Clear), run.Options with { StatementTimeout = null }, heartbeat.Token).ConfigureAwait(false);
        }
        catch (DatabaseException e) when (e.CanRetry || e.Kind is FailureKind.Permission or FailureKind.Statement)
        {
            await scope.RecordAsync([scope.Event(Not, run.Step.Id, ("dead", before.Dead), ("code", e.ServerCode))], cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (heartbeat.Failure is not null)
        {
            throw heartbeat.Failure;
        }

        var after = await AfterAsync(before, cancellationToken).ConfigureAwait(false);
        await scope.RecordAsync(
            [
                after is null
                    ? scope.Event(Not, run.Step.Id, ("dead", before.Dead), ("why", "The server passed the table by: somebody holds it, or the role may not."))
                    : scope.Event("vacuumed", run.Step.Id, ("dead", before.Dead), ("left", after.Dead)),
            ],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How it is since the server did it; null where it did not, of which it only warns. Some count a little behind what they did.</summary>
    private async Task<DeadRows?> AfterAsync(DeadRows before, CancellationToken cancellationToken)
    {
        for (var looks = 1; looks <= MostLooks; looks++)
        {
            if (await ReadAsync(cancellationToken).ConfigureAwait(false) is { VacuumedAt: not null } after && after.VacuumedAt != before.VacuumedAt)
            {
                return after;
            }

            await scope.Retry.DelayAsync(LookEvery, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private Task<DeadRows?> ReadAsync(CancellationToken cancellationToken) =>
        DeadRows.ReadAsync(run.Walk.Dead!, scope.Migration, run.Step.Table ?? "", q => scope.Session.QueryAsync(q, cancellationToken));
}
