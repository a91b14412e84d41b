using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Nothing goes that is not named.</summary>
internal static class Cascades
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        subject.Acts<Drops>().Where(f => f.Act.Cascade).Select(f => subject.Find(
                ProblemCodes.ScriptCascades, f, $"drops {f.Act.Kind} {string.Join(", ", f.Act.Names)} with whatever depends on it"))
            .Concat(subject.Acts<DropsColumn>().Where(f => f.Act.Cascade).Select(f => subject.Find(
                ProblemCodes.ScriptCascades, f, $"drops {f.Act.Table}.{f.Act.Column} with whatever depends on it")));
}
