using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary>What is found about a plan and a migration's text together, as the policy weighs it: what plan shows is what start goes by.</summary>
internal static class PlanFindings
{
    /// <summary>
    /// The plan's own findings and lint's but for notes. Of a migration that was begun lint has nothing more to say: it was started under
    /// the policy of that time.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="plan">Its plan for the target.</param>
    /// <param name="measured">What was found about it besides.</param>
    public static async Task<IReadOnlyList<Problem>> JudgedAsync(Call call, Migration migration, Plan plan, IEnumerable<Problem> measured)
    {
        var today = DateOnly.FromDateTime(call.Time.GetUtcNow().UtcDateTime);
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var begun = plan.Phases.Count == 0 || journal.Run(plan.Migration) is { State: not (RunState.Pending or RunState.Gone) };
        var lint = begun ? [] : Lint.Check(migration, call.ReadHistory().Find(migration.Id)?.Places, new LintContext
        {
            Engines = [call.Target.Engine],
            Today = today,
            Policy = call.Policy,
            Schema = await call.Database.InspectAsync(call.Cancellation),
            Effects = plan.Scripts.Count > 0 && plan.Scripts.All(s => s.Effect is not null) ? [.. plan.Scripts.Select(s => s.Effect!)] : null,
        });
        var told = plan.Findings.Select(f => (f.Code, f.Place)).ToHashSet();
        return [.. call.Policy.Judge([.. plan.Findings, .. lint.Where(l => !told.Contains((l.Code, l.Place))), .. measured], today)
            .Where(p => p.Code != ProblemCodes.SuppressionIdle && (p.Severity != Severity.Note || plan.Findings.Contains(p)))];
    }
}
