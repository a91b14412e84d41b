using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>A person's answer to whether the statement was carried out at which a script stopped.</summary>
internal sealed class ScriptAnswer(RunScope scope, ValueList<StepRecord> lines)
{
    public async Task GiveAsync(bool carriedOut, CancellationToken cancellationToken)
    {
        var steps = scope.Plan.Steps(scope.Phase);
        if (lines.FirstOrDefault(l => !l.Finished) is not { } line
            || steps[line.Index] is not { Kind: StepKind.RunScript or StepKind.RevertScript or StepKind.Hook or StepKind.ReverseHook } step
            || (step.Mode != StepMode.Once && line.Status != StepStatus.Failed))
        {
            throw new TandemException(ProblemCodes.WrongState, $"{scope.Migration} does not stand at a statement whose fate is not known.");
        }

        var place = OncePlace.Parse(line.Cursor);
        SqlStatement[] statements = (step.Mode, carriedOut) switch
        {
            (StepMode.Once, _) => [scope.Lines.Progress(line with { Cursor = new OncePlace(place.Done + (carriedOut ? 1 : 0), Sent: false).ToString() })],
            (_, true) => [scope.Lines.Done(line, scope.Session.Epoch), scope.Event("step_done", step.Id, ("by_hand", true))],
            _ => [],
        };
        await scope.RecordAsync(
            [.. statements, scope.Event("answered", step.Id, ("carried_out", carriedOut))], cancellationToken).ConfigureAwait(false);
    }
}
