using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A condition for going back by itself can be decided.</summary>
internal static class RollbackConditions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from threshold in subject.Migration.Rollback?.When ?? []
        where !ThresholdCondition.TryParse(threshold.Condition, out _)
        select subject.Find(
            ProblemCodes.ConditionUnclear,
            $"The condition of `{threshold.Name}` cannot be decided.",
            $"rollback.when.{threshold.Name}");
}
