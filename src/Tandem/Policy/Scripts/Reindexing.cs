using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Indexes are built anew while everybody works.</summary>
internal static class Reindexing
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<RebuildsIndex>()
        where !found.IsNew && !found.Act.Concurrently
        select subject.Find(ProblemCodes.ScriptRebuildsIndex, found, $"builds {found.Act.What} anew while others wait");
}
