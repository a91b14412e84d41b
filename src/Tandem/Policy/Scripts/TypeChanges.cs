using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A type changes beside the table.</summary>
internal static class TypeChanges
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<ChangesType>()
        where !found.IsNew
        let rewritten = subject.IsRewritten(found)
        let cost = rewritten switch
        {
            true => "the table is written anew, as was measured",
            false => "the table is not written anew, as was measured, and old applications see the new type at once",
            null => "whether the table is written anew depends on its present type",
        }
        let problem = subject.Find(ProblemCodes.ScriptChangesType, found, $"makes {found.Act.Table}.{found.Act.Column} {found.Act.Type}; {cost}")
        select rewritten == false ? problem with { Severity = Severity.Note } : problem;
}
