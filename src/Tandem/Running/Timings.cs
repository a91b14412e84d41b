using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Reads from the journal how long steps took.</summary>
internal static class Timings
{
    // What was done long ago says little about the server of today.
    private const int Migrations = 20;

    // A step in whose time one of these falls did not go at its own pace.
    private static readonly HashSet<string> Breaks =
        new(["paused", "resumed", "step_failed", GuardWords.Fired, Throttle.Begins, Throttle.Ends, WindowHold.Held, WindowHold.Released], StringComparer.Ordinal);

    /// <summary>The steps of the last migrations that were carried out without a break, the latest first.</summary>
    public static async Task<ValueList<StepTiming>> ReadAsync(JournalReader reader, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<StepTiming>();
        foreach (var run in view.Runs.Where(r => !r.IsBaseline && r.State != RunState.Pending).OrderByDescending(r => r.UpdatedAt).Take(Migrations))
        {
            try
            {
                var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
                var steps = await reader.DoneStepsAsync(run.Migration, cancellationToken).ConfigureAwait(false);
                var breaks = (await reader.EventsAsync(run.Migration, cancellationToken).ConfigureAwait(false)).Where(e => Breaks.Contains(e.Kind)).Select(e => e.At).ToList();
                found.AddRange(steps.Where(s => !breaks.Exists(b => b >= s.StartedAt && b <= s.FinishedAt)).SelectMany(s => Of(plan, s)));
            }
            catch (TandemException e) when (e.Problems.All(p => p.Code == ProblemCodes.JournalDamaged))
            {
                // What an old plan cannot tell any more is not known; the others can.
            }
        }

        return found.OrderByDescending(t => t.At).ToValueList();
    }

    private static IEnumerable<StepTiming> Of(Plan plan, StepRecord record)
    {
        if (plan.Steps(record.Phase).FirstOrDefault(s => s.Id == record.Id) is { } step && record is { StartedAt: { } from, FinishedAt: { } to } && to >= from)
        {
            var rows = record.RowsDone > 0 || step.Walk is not null ? record.RowsDone : plan.Sizes.FirstOrDefault(s => s.Table == step.Table)?.Rows ?? 0;
            yield return new StepTiming(plan.Migration, step.Kind, step.Mode, step.Table, rows, to - from, to);
        }
    }
}
