using System.Reflection;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>Consent is given to findings that exist.</summary>
internal static class AcceptedCodes
{
    private static readonly Lazy<HashSet<string>> Known = new(() => typeof(ProblemCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => f.GetValue(null))
        .OfType<ProblemCode>()
        .Select(c => c.Id)
        .ToHashSet(StringComparer.Ordinal));

    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is Consent consent && !Known.Value.Contains(consent.Code))
            {
                yield return subject.Find(
                    ProblemCodes.AcceptsUnknownCode, $"There is no finding {consent.Code}.", $"{part.Path}.code");
            }
        }
    }
}
