using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What of an earlier attempt of a phase still stands when the phase is begun again, and what is not wanted this time.</summary>
internal sealed class TakenUp(RunRecord run, Phase phase, ValueList<StepRecord> earlier, IReadOnlySet<string> standing)
{
    /// <summary>The line of the new attempt.</summary>
    public StepRecord Over(StepRecord line, RenderedStep step) => phase switch
    {
        // A script is not carried out twice, and what never was is not taken back: its author need not have thought of it.
        _ when step.Kind == StepKind.RunScript && standing.Contains(step.Id) => line with { Status = StepStatus.Skipped },
        _ when step.Kind is StepKind.RevertScript or StepKind.ReverseHook && !standing.Contains(step.Id) => line with { Status = StepStatus.Skipped },
        Phase.Start when Stands(step) => FromEarlier(line),
        Phase.Complete when step.Kind == StepKind.Unpublish && run.KeepsOld => line with { Status = StepStatus.Skipped },
        _ => line,
    };

    /// <summary>A rollback leaves storage and sync where they are, so what fills them stands; all else it took back.</summary>
    private static bool Stands(RenderedStep step) => step.Kind is StepKind.Expand or StepKind.Backfill or StepKind.BuildIndex;

    private StepRecord FromEarlier(StepRecord line)
    {
        var before = earlier.FirstOrDefault(l => l.Id == line.Id);
        return before switch
        {
            null => line,
            { Finished: true } => line with { Status = StepStatus.Skipped, RowsTotal = before.RowsTotal, RowsDone = before.RowsDone, Batches = before.Batches },
            _ => line with
            {
                Cursor = before.Cursor, WalkEnd = before.WalkEnd, RowsTotal = before.RowsTotal, RowsDone = before.RowsDone, Batches = before.Batches,
            },
        };
    }
}
