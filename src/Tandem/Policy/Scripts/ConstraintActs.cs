using Tandem.Policy.Statements;
using Tandem.Problems;

namespace Tandem.Policy.Scripts;

/// <summary>Constraints of one kind that SQL of the migration's own adds to tables that are there, alone or with a column.</summary>
internal static class ConstraintActs
{
    /// <summary>The acts that prove the rule or build its index at once.</summary>
    public static IEnumerable<(ScriptAct<Act> Found, ConstraintText Constraint)> Of(LintSubject subject, ConstraintKind kind) =>
        from found in subject.Acts<Act>()
        where !found.IsNew
        from constraint in found.Act switch
        {
            AddsConstraint { Constraint: { NotValid: false, UsesIndex: false } one } => [one],
            AddsColumn { Column: var column } => column.Constraints.AsEnumerable(),
            _ => [],
        }
        where constraint.Kind == kind
        select (found, constraint);
}
