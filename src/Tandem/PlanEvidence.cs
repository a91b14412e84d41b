using Tandem.Consumers;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem;

/// <summary>Gathers what is measured about a plan: everything is only read, and the database itself sees to that.</summary>
/// <param name="workspace">The target.</param>
/// <param name="database">Its database.</param>
/// <param name="runner">Its runner.</param>
/// <param name="trial">Tries the change in a sandbox; null where none was named.</param>
internal sealed class PlanEvidence(Workspace workspace, IDatabase database, Runner runner, Func<CancellationToken, Task<Trial>>? trial)
{
    // Shorter transactions are over before a lock that is asked for again and again would be given up.
    private static readonly TimeSpan LongTransaction = TimeSpan.FromSeconds(5);

    /// <summary>Gathers; null of a plan that has no steps, or that is being carried out: what it would meet it has met.</summary>
    public async Task<Evidence?> GatherAsync(Plan plan, LintPolicy policy, CancellationToken cancellationToken)
    {
        var journal = await workspace.ReadJournalAsync(cancellationToken).ConfigureAwait(false);
        if (plan.Phases.Count == 0 || journal.Run(plan.Migration) is { State: not (RunState.Pending or RunState.Gone) })
        {
            return null;
        }

        return new Evidence
        {
            Costs = await CostsAsync(plan, cancellationToken).ConfigureAwait(false),
            Timings = await runner.TimingsAsync(cancellationToken).ConfigureAwait(false),
            Past = await runner.PastAsync(cancellationToken).ConfigureAwait(false),
            Holders = await HoldersAsync(plan, cancellationToken).ConfigureAwait(false),
            Uses = await UsesAsync(plan, cancellationToken).ConfigureAwait(false),
            Trial = trial is null ? new Evidence().Trial
                : plan.HasErrors ? Trial.Not("The plan has errors.")
                : await trial(cancellationToken).ConfigureAwait(false),
            Sensitive = SensitiveFields.Changed(policy, plan.Changes).ToValueList(),
        };
    }

    private Task<ValueList<StepCost>> CostsAsync(Plan plan, CancellationToken cancellationToken)
    {
        var steps = Forecast.Usual.SelectMany(plan.Steps).DistinctBy(s => s.Id).ToValueList();
        return database is ICostMeter meter
            ? meter.EstimateAsync(new CostQuestion(plan.Changes, plan.Sizes, steps) { RowChanges = plan.Rows }, cancellationToken)
            : Task.FromResult(steps.Select(s => StepCost.Unknown(s, "This database does not estimate it.")).ToValueList());
    }

    private async Task<ValueList<HeldStep>> HoldersAsync(Plan plan, CancellationToken cancellationToken)
    {
        var steps = Forecast.Usual.SelectMany(phase => plan.Steps(phase).Select(step => (Phase: phase, Step: step))).ToList();
        var held = await runner.HoldersAsync(steps.Select(s => s.Step).ToList(), LongTransaction, cancellationToken).ConfigureAwait(false);
        return held.SelectMany(h => steps.Where(s => ReferenceEquals(s.Step, h.Step)).Select(s => new HeldStep(s.Phase, s.Step.Id, h.Holder))).Distinct().ToValueList();
    }

    // What cannot be looked up adds nothing to the rating; `impact` says why.
    private async Task<UseCount?> UsesAsync(Plan plan, CancellationToken cancellationToken)
    {
        try
        {
            var impact = await workspace.ImpactAsync(plan, cancellationToken).ConfigureAwait(false);
            return new UseCount(Count(ImpactVerdict.Breaks), Count(ImpactVerdict.Unknown));

            int Count(ImpactVerdict verdict) => impact.Lines.Where(l => l.Verdict == verdict).Select(l => (l.Use.Kind, l.Use.Name)).Distinct().Count();
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.Permission or FailureKind.StatementTimeout or FailureKind.LockTimeout)
        {
            return null;
        }
    }
}
