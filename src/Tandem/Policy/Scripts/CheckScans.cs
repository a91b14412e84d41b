using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A check is added without keeping everybody away for a scan.</summary>
internal static class CheckScans
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from one in ConstraintActs.Of(subject, ConstraintKind.Check)
        select subject.Find(ProblemCodes.ScriptProvesCheck, one.Found, $"adds a check to {one.Found.Act.On} and reads all rows while nobody can use the table");
}
