using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>An index is built while writers go on.</summary>
internal static class IndexBuilds
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<BuildsIndex>()
        where !found.IsNew && found.Act is { Concurrently: false, Only: false }
        select subject.Find(ProblemCodes.ScriptBuildsIndex, found, $"builds {(found.Act.Name is { } name ? $"the index {name}" : "an index")} on {found.Act.Table} while writers wait");
}
