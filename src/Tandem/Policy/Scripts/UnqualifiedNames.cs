using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Names mean one table, whatever the search path.</summary>
internal static class UnqualifiedNames
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Act>()
        where found.Act.On.Length > 0 && !found.Act.On.Contains('.', StringComparison.Ordinal) && found.Act is not CreatesTable { Temporary: true }
        select subject.Find(ProblemCodes.ScriptWithoutSchema, found, $"names {found.Act.On} without its schema");
}
