using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Takes back what a phase that was refused before its switch began to enforce or to serve. The steps have no lines in the
/// journal: each can be carried out again, and does nothing where nothing is to be taken back.
/// </summary>
internal static class TakeBack
{
    /// <summary>Whether a step is the switch itself, not a count before it or a proof behind it.</summary>
    public static bool IsSwitch(ValueList<RenderedStep> steps, int index) =>
        steps[index] is { Kind: StepKind.Switch, Statements.Count: > 0 }
        && !steps.Take(index).Any(s => s is { Kind: StepKind.Switch, Statements.Count: > 0 });

    /// <summary>Whether the phase's switch is among the lines that are finished.</summary>
    public static bool Switched(ValueList<RenderedStep> steps, IEnumerable<StepRecord> lines) =>
        lines.Any(l => l.Finished && IsSwitch(steps, l.Index));

    public static async Task RunAsync(RunScope scope, IEnumerable<RenderedStep> steps, int attempt, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var run = new StepRun(scope, step, new StepRecord(scope.Migration, scope.Phase, attempt, -1, step.Id));
            if (step.Mode == StepMode.Alone)
            {
                await new AloneStep(run).UntilDoneAsync(cancellationToken).ConfigureAwait(false);
                await scope.RecordAsync([scope.Event("taken_back", step.Id)], cancellationToken).ConfigureAwait(false);
                continue;
            }

            IReadOnlyList<SqlStatement> statements =
            [
                .. StepRun.Gates(step.Gates),
                .. step.Statements.Select(text => new SqlStatement(text)),
                scope.Event("taken_back", step.Id),
            ];
            await new LockWait(run).UntilGrantedAsync(() => scope.ApplyAsync(statements, run.Options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }
}
