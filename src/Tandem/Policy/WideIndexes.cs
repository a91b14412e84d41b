using Tandem.Operations;
using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>An index is worth its writes.</summary>
internal static class WideIndexes
{
    private const int Usual = 3;

    public static IEnumerable<Problem> Check(LintSubject subject) =>
        Typed(subject).Concat(
            from found in subject.Acts<BuildsIndex>(onPostgres: false)
            where found.Act is { Unique: false, Columns: > Usual } && !found.Text.IsDown
            select subject.Find(ProblemCodes.WideIndex, found, $"builds {found.Act.Name ?? "an index"} with {found.Act.Columns} columns"));

    private static IEnumerable<Problem> Typed(LintSubject subject) =>
        from create in subject.Operations<CreateIndex>()
        where create.Operation is { Unique: false, Columns.Count: > Usual }
        select subject.Find(
            ProblemCodes.WideIndex,
            $"{create.Operation.Name} has {create.Operation.Columns.Count} columns.",
            create.Path,
            create.Operation.Table);
}
