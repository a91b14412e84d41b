using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A partition that comes is proved beforehand.</summary>
internal static class AttachedPartitions
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<MovesPartition>()
        where !found.IsNew && found.Act.Attaches
        select subject.Find(ProblemCodes.ScriptAttachesPartition, found, $"attaches {found.Act.Partition} to {found.Act.Table} and reads all of it, unless a check proves the bounds");
}
