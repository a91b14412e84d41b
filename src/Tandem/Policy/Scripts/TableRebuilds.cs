using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A table is not stored anew in everybody's way.</summary>
internal static class TableRebuilds
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<StoresAnew>()
        where !found.IsNew && subject.IsRewritten(found) != false
        select subject.Find(ProblemCodes.ScriptStoresAnew, found, $"stores {(found.Act.Table.Length == 0 ? "tables" : found.Act.Table)} anew while nobody can use them ({found.Act.How})");
}
