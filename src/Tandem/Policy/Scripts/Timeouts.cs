using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Statements keep to the time that they may wait and take.</summary>
internal static class Timeouts
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Sets>()
        where found.Act.Setting is "lock_timeout" or "statement_timeout" or "transaction_timeout" or "idle_in_transaction_session_timeout" or "deadlock_timeout"
        select subject.Find(ProblemCodes.ScriptSetsTimeout, found, $"sets {found.Act.Setting}, which Tandem sets for every statement");
}
