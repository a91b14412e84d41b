using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>An index is worth its writes.</summary>
internal static class WideIndexes
{
    private const int Usual = 3;

    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from create in subject.Operations<CreateIndex>()
        where create.Operation is { Unique: false, Columns.Count: > Usual }
        select subject.Find(
            ProblemCodes.WideIndex,
            $"{create.Operation.Name} has {create.Operation.Columns.Count} columns.",
            create.Path,
            create.Operation.Table);
}
