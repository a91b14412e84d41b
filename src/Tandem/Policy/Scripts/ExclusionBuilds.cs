using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>An exclusion rule is added knowingly.</summary>
internal static class ExclusionBuilds
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<AddsConstraint>()
        where !found.IsNew && found.Act.Constraint.Kind == ConstraintKind.Exclusion
        select subject.Find(ProblemCodes.ScriptBuildsExclusion, found, $"builds the index of an exclusion rule on {found.Act.Table} while nobody can use the table");
}
