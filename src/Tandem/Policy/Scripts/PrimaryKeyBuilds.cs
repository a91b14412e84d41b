using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A primary key is added with an index that was built before.</summary>
internal static class PrimaryKeyBuilds
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from one in ConstraintActs.Of(subject, ConstraintKind.PrimaryKey)
        select subject.Find(ProblemCodes.ScriptBuildsKey, one.Found, $"adds a primary key to {one.Found.Act.On} and builds its index while nobody can use the table");
}
