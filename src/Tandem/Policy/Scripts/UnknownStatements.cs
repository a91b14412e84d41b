using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>SQL whose effect the text does not tell is said to be unknown.</summary>
internal static class UnknownStatements
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<NotUnderstood>(onPostgres: false)
        select subject.Find(ProblemCodes.ScriptNotUnderstood, found, found.Act.Why);
}
