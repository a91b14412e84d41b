using Tandem.Databases;
using Tandem.Planning;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem;

/// <summary>Weighs a copy before and behind each step of a run.</summary>
/// <param name="copy">The copy.</param>
/// <param name="time">The clock.</param>
internal sealed class TrialSteps(ISandboxCopy copy, TimeProvider time) : IProgress<RunEvent>
{
    private readonly List<TriedStep> done = [];
    private (long At, long Bytes) begun;

    /// <summary>The steps that are done.</summary>
    public ValueList<TriedStep> Done => done.ToValueList();

    /// <inheritdoc />
    public void Report(RunEvent value)
    {
        if (value is StepStarted)
        {
            var bytes = copy.Weigh();
            begun = (time.GetTimestamp(), bytes);
        }
        else if (value is StepDone)
        {
            done.Add(new TriedStep(value.Step, time.GetElapsedTime(begun.At), copy.Weigh() - begun.Bytes));
        }
    }
}
