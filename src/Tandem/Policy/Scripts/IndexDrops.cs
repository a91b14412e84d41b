using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>An index goes while everybody works.</summary>
internal static class IndexDrops
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Drops>()
        where !found.IsNew && found.Act is { Kind: "index", Concurrently: false }
        select subject.Find(ProblemCodes.ScriptDropsIndex, found, $"drops {string.Join(", ", found.Act.Names)} and needs its table for itself");
}
