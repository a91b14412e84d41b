using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A column is not renamed under running applications.</summary>
internal static class ColumnRenames
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Renames>(onPostgres: false)
        where !found.IsNew && !found.Text.IsDown && found.Act.Kind == "column"
        select subject.Find(ProblemCodes.ScriptRenamesColumn, found, $"renames {found.Act.Name} to {found.Act.To}: applications that use the old name fail");
}
