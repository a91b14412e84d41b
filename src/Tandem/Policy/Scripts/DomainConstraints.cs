using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Rules of a domain do not keep writers of all its tables away.</summary>
internal static class DomainConstraints
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<ConstrainsDomain>()
        where found.Act is { NotValid: false }
        let isNew = found.Act.IsNew
        let problem = subject.Find(
            ProblemCodes.ScriptConstrainsDomain, found,
            isNew ? $"makes the domain {found.Act.Domain} with rules, which are hard to change once columns have it"
            : $"proves a rule of the domain {found.Act.Domain} in every table that uses it while writers wait")
        select isNew ? problem with { Severity = Severity.Note } : problem;
}
