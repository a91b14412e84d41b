using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A migration says why it exists and who answers for it.</summary>
internal static class Purpose
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        if (string.IsNullOrWhiteSpace(subject.Migration.Why))
        {
            yield return subject.Find(ProblemCodes.NoReasonGiven, "`why` is missing.", "");
        }

        if (string.IsNullOrWhiteSpace(subject.Migration.Owner))
        {
            yield return subject.Find(ProblemCodes.NoOwnerGiven, "`owner` is missing.", "");
        }
    }
}
