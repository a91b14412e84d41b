using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>The changes that are in sync at this moment.</summary>
internal static class RetainedChanges
{
    /// <summary>Reads them from the stored plans, oldest first.</summary>
    public static async Task<ValueList<RetainedChange>> ReadAsync(JournalReader reader, string? except, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<RetainedChange>();
        foreach (var run in view.Runs.Where(r => r.Retained && r.Migration != except))
        {
            var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            changes.AddRange(plan.Changes.Select(change => Retained(run, change)));
        }

        return changes.ToValueList();
    }

    /// <summary>The base has the new version's shape from the switch of a complete on; before it and after a rollback the old one's.</summary>
    private static RetainedChange Retained(RunRecord run, Steps.TableChange change)
    {
        var baseIsNew = run.State is RunState.Retired || run.Phase is Phase.Sunset or Phase.Revert;
        return new RetainedChange(run.Ordinal, run.Migration, change, Undone: !baseIsNew)
        {
            OtherSideServed = baseIsNew ? run.KeepsOld : run.State is RunState.Live or RunState.Completing,
        };
    }
}
