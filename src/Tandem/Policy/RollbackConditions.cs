using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A condition for going back by itself can be decided.</summary>
internal static class RollbackConditions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from threshold in subject.Migration.Rollback?.When ?? []
        where threshold.Rule is not null
        let wrong = Measures.Wrong(threshold)
        where wrong is not null
        select subject.Find(ProblemCodes.ConditionUnclear, wrong, $"rollback.when.{threshold.Name}");
}
