using Tandem.Databases;

namespace Tandem.Running;

/// <summary>A step whose statements, gates and journal lines are one transaction.</summary>
internal static class TransactionStep
{
    public static Task RunAsync(StepRun run, CancellationToken cancellationToken)
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
