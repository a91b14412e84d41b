using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>SQL whose effect the text does not tell is said to be unknown, unless it was measured.</summary>
internal static class UnknownStatements
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<NotUnderstood>(onPostgres: false)
        let isMeasured = subject.Measured(found.Text) is not null
        let problem = subject.Find(ProblemCodes.ScriptNotUnderstood, found, isMeasured ? $"{found.Act.Why}; what it did to a copy without rows was measured" : found.Act.Why)
        select isMeasured ? problem with { Severity = Severity.Note, Remedy = "Read what was measured; with rows it may do more." } : problem;
}
