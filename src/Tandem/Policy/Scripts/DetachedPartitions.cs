using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A partition goes while everybody works.</summary>
internal static class DetachedPartitions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<MovesPartition>()
        where !found.IsNew && found.Act is { Attaches: false, Concurrently: false }
        select subject.Find(ProblemCodes.ScriptDetachesPartition, found, $"detaches {found.Act.Partition} and needs {found.Act.Table} for itself");
}
