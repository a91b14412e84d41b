using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>A foreign key is added without keeping writers of two tables away for a scan.</summary>
internal static class ForeignKeyScans
{
    public static IEnumerable<Problem> Check(LintSubject subject) =>
        from one in ConstraintActs.Of(subject, ConstraintKind.ForeignKey)

        // A column that comes empty refers to nothing.
        where one.Found.Act is not AddsColumn { Column.Default: null }
        select subject.Find(
            ProblemCodes.ScriptProvesReference, one.Found,
            $"adds a foreign key from {one.Found.Act.On} to {one.Constraint.References} and compares all rows while writers of both wait");
}
