using Tandem.Databases;

namespace Tandem.Running;

/// <summary>
/// Has the database take away what a walk that wrote has left dead, where the target allows it and there is much of it. It only helps: where it
/// cannot be done, the run goes on.
/// </summary>
internal sealed class Sweep(StepRun run)
{
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
            await scope.RecordAsync([scope.Event("not_vacuumed", run.Step.Id, ("dead", before.Dead), ("code", e.ServerCode))], cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (heartbeat.Failure is not null)
        {
            throw heartbeat.Failure;
        }

        var after = await ReadAsync(cancellationToken).ConfigureAwait(false);
        await scope.RecordAsync([scope.Event("vacuumed", run.Step.Id, ("dead", before.Dead), ("left", after?.Dead))], cancellationToken).ConfigureAwait(false);
    }

    private Task<DeadRows?> ReadAsync(CancellationToken cancellationToken) =>
        DeadRows.ReadAsync(run.Walk.Dead!, scope.Migration, run.Step.Table ?? "", q => scope.Session.QueryAsync(q, cancellationToken));
}
