using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Finds what changed between a plan and its start: what is carried out is what was reviewed.</summary>
internal static class StalePlans
{
    /// <summary>Why a plan does not fit any more, or null.</summary>
    /// <param name="view">The journal now.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="schema">The schema now.</param>
    /// <param name="again">The plan with its phases written for what is in sync now.</param>
    public static Problem? Find(JournalView view, Plan plan, DatabaseSchema schema, Plan again)
    {
        var touched = plan.Changes.Select(c => c.Before).Concat(plan.Rows.Where(r => !r.OnNewTable).Select(r => r.Table)).OfType<Table>();
        if (touched.FirstOrDefault(t => schema.Table(t.Name) != t) is { } table)
        {
            return new Problem(ProblemCodes.StalePlan, $"The table {table.Name} is not as it was when the plan was made.", Subject: table.Name);
        }

        if (plan.Objects.FirstOrDefault(o => !o.Fits(schema)) is { } changed)
        {
            return new Problem(ProblemCodes.StalePlan, $"{changed.Words} is not as it was when the plan was made.", Subject: changed.Name);
        }

        if (!Fingerprint.IsCurrent(plan.Fingerprint))
        {
            return new Problem(
                ProblemCodes.StalePlan, "The plan was made by an earlier Tandem, whose fingerprint did not cover rights and policies.",
                Remedy: "Make the plan anew and look at it.");
        }

        var named = Planner.Named(touched.Distinct(), plan.Objects).ToList();
        if (AccessFacts.Of(plan.Schema, named).Difference(AccessFacts.Of(schema, named)) is { } opened)
        {
            return new Problem(ProblemCodes.StalePlan, $"{opened} is not as it was when the plan was made.");
        }

        if (view.CurrentVersion is { } version && version != plan.OldVersion)
        {
            return new Problem(ProblemCodes.StalePlan, $"The plan starts from {plan.OldVersion}; the database is at {version}.");
        }

        if (view.Runs.FirstOrDefault(r => r.Ordinal == plan.Ordinal && r.Migration != plan.Migration && !r.IsBaseline) is { } other)
        {
            return new Problem(ProblemCodes.StalePlan, $"{other.Migration} was started since the plan was made.");
        }

        return again.Steps(Phase.Start) == plan.Steps(Phase.Start)
            ? null
            : new Problem(ProblemCodes.StalePlan, "Other migrations were started, completed or dropped on the same tables since the plan was made.");
    }
}
