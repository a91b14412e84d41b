using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A column is not taken from under running applications, nor without a backup.</summary>
internal static class ColumnDrops
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<DropsColumn>(onPostgres: false)
        where !found.IsNew
        select subject.Find(ProblemCodes.ScriptDropsColumn, found, $"drops {found.Act.Table}.{found.Act.Column}: applications that use it fail, and its values are gone");
}
