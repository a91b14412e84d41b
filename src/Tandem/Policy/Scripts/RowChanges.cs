using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Many rows are changed in batches.</summary>
internal static class RowChanges
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from found in subject.Acts<WritesRows>(onPostgres: false)
        where !found.IsNew && found.Act.Many
        let problem = subject.Find(
            ProblemCodes.ScriptWritesRows, found,
            found.Act.All ? $"changes every row of {found.Act.Table} in one transaction ({found.Act.Verb})"
            : $"changes rows of {found.Act.Table} in one transaction ({found.Act.Verb}); how many is not known")
        select found.Act.All ? problem : problem with { Severity = Severity.Note };
}
