using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>A notice reaches somebody: it names a field.</summary>
internal static class NoticeFields
{
    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Parts)
        {
            if (part.Value is Notice notice && notice.Field.Split('.') is not [{ Length: > 0 }, { Length: > 0 }])
            {
                yield return subject.Find(
                    ProblemCodes.NoticeWithoutField, $"`{notice.Field}` is not table.column.", $"{part.Path}.field");
            }
        }
    }
}
