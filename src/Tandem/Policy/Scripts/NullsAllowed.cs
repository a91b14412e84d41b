using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Applications meet NULL only where they expect it.</summary>
internal static class NullsAllowed
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<SetsNotNull>(onPostgres: false)
        where !found.IsNew && !found.Act.Required && !found.Text.IsDown
        select subject.Find(ProblemCodes.ScriptAllowsNull, found, $"lets {found.Act.Table}.{found.Act.Column} be NULL for old applications, too");
}
