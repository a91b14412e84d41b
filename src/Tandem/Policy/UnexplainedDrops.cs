using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Values do not go without a reason.</summary>
internal static class UnexplainedDrops
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from part in subject.Parts
        where part.Value is DropTable or DropColumn && string.IsNullOrWhiteSpace(subject.Migration.Why)
        select subject.Find(
            ProblemCodes.UnexplainedDrop, $"{((Operation)part.Value).Summarize().TrimEnd('.')}, and `why` is missing.", part);
}
