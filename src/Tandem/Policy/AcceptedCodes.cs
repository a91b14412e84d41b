using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Consent is given to findings that exist.</summary>
internal static class AcceptedCodes
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is Consent consent && ProblemCodes.Find(consent.Code) is null)
            {
                yield return subject.Find(
                    ProblemCodes.AcceptsUnknownCode, $"There is no finding {consent.Code}.", $"{part.Path}.code");
            }
        }
    }
}
