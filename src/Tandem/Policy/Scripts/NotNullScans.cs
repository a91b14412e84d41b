using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A column becomes required without keeping everybody away for a scan.</summary>
internal static class NotNullScans
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<SetsNotNull>()
        where !found.IsNew && found.Act.Required
        select subject.Find(ProblemCodes.ScriptRequiresValues, found, $"makes {found.Act.Table}.{found.Act.Column} required while nobody can use the table");
}
