using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A materialized view is computed anew while readers go on.</summary>
internal static class ViewRefreshes
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Refreshes>()
        where !found.IsNew && !found.Act.Concurrently
        select subject.Find(ProblemCodes.ScriptRefreshesView, found, $"computes {found.Act.View} anew while nobody can read it");
}
