using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A table is not taken from under running applications, nor without a backup.</summary>
internal static class TableDrops
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Drops>(onPostgres: false)
        where !found.IsNew && found.Act.Kind is "table" or "schema" or "database" or "materialized view" or "sequence" or "everything that a role owns"
        select subject.Find(
            ProblemCodes.ScriptDropsTable, found, $"drops {found.Act.Kind} {string.Join(", ", found.Act.Names)}: applications that use it fail, and what is in it is gone");
}
