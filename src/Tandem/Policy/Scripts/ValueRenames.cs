using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A value of a type is not renamed under running applications.</summary>
internal static class ValueRenames
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<ChangesEnum>()
        where found.Act.Renames && !found.Text.IsDown
        select subject.Find(ProblemCodes.ScriptRenamesValue, found, $"renames {found.Act.Value} of the type {found.Act.Type}: applications that write or compare it fail");
}
