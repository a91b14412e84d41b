using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>The engine alone begins and ends transactions.</summary>
internal static class ScriptForms
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<DividesTransaction>(onPostgres: false)
        select subject.Find(ProblemCodes.ScriptForm, found, $"has {found.Act.Word}, which begins or ends a transaction");
}
