using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Nothing is locked that need not be.</summary>
internal static class TableLocks
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<LocksTables>()
        where found.Act.BlocksWriters
        select subject.Find(ProblemCodes.ScriptLocksTable, found, $"locks {found.Act.Tables} ({found.Act.Mode})");
}
