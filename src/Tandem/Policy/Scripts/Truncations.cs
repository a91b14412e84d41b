using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Tables are not emptied without a way back.</summary>
internal static class Truncations
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<Truncates>(onPostgres: false)
        where !found.IsNew
        let tables = string.Join(", ", found.Act.Tables)
        select subject.Find(ProblemCodes.ScriptEmptiesTables, found, $"empties {tables}{(found.Act.Cascade ? " and every table that refers to it" : "")}; the rows are gone");
}
