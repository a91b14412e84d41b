using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>SQL has a way back.</summary>
internal static class MissingDowns
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from script in subject.Operations<Sql>()
        where script.Operation.Down is null
        select subject.Find(ProblemCodes.NoWayBack, "`sql` has no `down`: a rollback leaves what it did.", script.Path) with { NeedsConsent = true };
}
