using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A table, view, type or schema is not renamed under running applications.</summary>
internal static class ObjectRenames
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Renames>(onPostgres: false)
        where !found.IsNew && !found.Text.IsDown && found.Act.Kind is not ("column" or "constraint" or "index" or "database" or "role" or "user" or "group" or "tablespace")
        select subject.Find(ProblemCodes.ScriptRenamesTable, found, $"renames or moves the {found.Act.Kind} {found.Act.Name} to {found.Act.To}: applications that use the old name fail");
}
