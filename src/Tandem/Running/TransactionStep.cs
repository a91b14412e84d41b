using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>A step whose statements, gates and journal lines are one transaction.</summary>
internal static class TransactionStep
{
    /// <summary>Carries it out. Where a gate finds undone what an earlier step did, that step does the rest first.</summary>
    public static async Task RunAsync(StepRun run, CancellationToken cancellationToken)
    {
        for (var deadline = run.Scope.Retry.Deadline(run.Scope.Options.LockDeadline); ;)
        {
            try
            {
                await TryAsync(run, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DatabaseException e) when (e.Kind == FailureKind.Expectation && !deadline.IsOver && Mending(run, e.ProblemCode).Any())
            {
                foreach (var step in Mending(run, e.ProblemCode))
                {
                    await new AloneStep(run with { Step = step }).UntilDoneAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static IEnumerable<RenderedStep> Mending(StepRun run, string? refused)
    {
        var ids = run.Step.Gates.Where(g => g.Code == refused).Select(g => g.MendedBy).OfType<string>().ToList();
        return run.Scope.Plan.Steps(run.Scope.Phase).Where(s => ids.Contains(s.Id));
    }

    private static Task TryAsync(StepRun run, CancellationToken cancellationToken)
    {
        IReadOnlyList<SqlStatement> statements =
        [
            .. StepRun.Gates(run.Step.Gates),
            .. run.Step.Statements.Select(text => new SqlStatement(text)),
            .. StepRun.Gates(run.Step.FinalGates),
            .. run.Done(),
        ];
        return new LockWait(run).UntilGrantedAsync(
            () => run.Scope.ApplyAsync(statements, run.Options, cancellationToken), cancellationToken);
    }
}
