using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>An update of all rows is meant.</summary>
internal static class WholeTableUpdates
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from update in subject.Operations<UpdateRows>()
        where update.Operation.Where is null
        select subject.Find(
            ProblemCodes.UpdatesEveryRow, $"Every row of {update.Operation.Table} is changed.", update.Path, update.Operation.Table);
}
