using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A required column that comes has a value for rows that are there and for writers that do not know it.</summary>
internal static class ScriptRequiredColumns
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<AddsColumn>(onPostgres: false)
        let column = found.Act.Column
        where !found.IsNew && column is { Required: true, Default: null, Identity: false, Generated: false, IsSerial: false }
        select subject.Find(ProblemCodes.ScriptRequiresColumn, found, $"adds {found.Act.Table}.{column.Name}, which is required and has no default");
}
