using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A unique rule is added with an index that was built before.</summary>
internal static class UniqueBuilds
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from one in ConstraintActs.Of(subject, ConstraintKind.Unique)
        select subject.Find(ProblemCodes.ScriptBuildsUnique, one.Found, $"adds a unique rule to {one.Found.Act.On} and builds its index while nobody can use the table");
}
