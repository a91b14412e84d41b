using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A type changes beside the table.</summary>
internal static class TypeChanges
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<ChangesType>()
        where !found.IsNew
        select subject.Find(ProblemCodes.ScriptChangesType, found, $"makes {found.Act.Table}.{found.Act.Column} {found.Act.Type}; whether the table is written anew depends on its present type");
}
